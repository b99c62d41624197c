"""A fault of the plant changes what its text names, where and when it says, and nothing else."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.struck import FAULTS, controllers, differing, strike, strikes, targets
from tests.telemetry.plants import DAY, fleet, minute
from wattos_testkit.faults.model import Strikes
from wattos_testkit.fleet.model import Kind

each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
few = settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@each_fault
@few
@given(data=st.data())
def test_before_it_begins_nothing_differs(fault, data):
    """Up to the first minute of a fault all rows behind the unit controller are those of a healthy plant."""
    struck = data.draw(strikes(fault))
    start = struck.placement.start
    for _, resource in struck.controller.resources():
        assert not differing(struck, resource.resource_id, start - 300, start)


@each_fault
@few
@given(data=st.data())
def test_only_the_named_fields_change_and_on_nobody_else(fault, data):
    """Struck resources differ in the fields that the entry names; others behind it in its consequences."""
    struck = data.draw(strikes(fault))
    start, end = struck.placement.start, struck.placement.end + DAY
    for kind, resource in struck.controller.resources():
        name = resource.resource_id
        hit = fault.strikes is Strikes.CONTROLLER or name in struck.placement.targets
        allowed = (fault.fields if hit else fault.consequences).get(kind, ())
        if kind is Kind.METER and resource.role == "load" and fault.strikes is Strikes.RESOURCE and not hit:
            allowed = ()
        assert set(differing(struck, name, start, end)) <= set(allowed), name


@each_fault
def test_other_plants_of_the_site_are_untouched(fault):
    """Behind another unit controller of the same group nothing differs, not even a bit."""
    owner, target = targets(fault)[0]
    start = minute(2028, 6, 20, 16)
    struck = strike(fault, (owner, target), start, min(fault.lasts, DAY))
    for name, (_, controller) in controllers().items():
        if name != owner and name <= "UC000004":
            for _, resource in controller.resources():
                placed = fleet().resource(resource.resource_id)
                assert not struck.series.plan.concerns(placed, start, start + DAY)
                assert not differing(struck, resource.resource_id, start, start + 240)


@each_fault
def test_every_named_field_can_be_seen_to_change(fault):
    """No entry names a field that never changes: over our plants and some seasons each of them does."""
    wanted = {
        (who, kind, name)
        for who, fields in (("struck", fault.fields), ("others", fault.consequences))
        for kind, names in fields.items()
        for name in names
    }
    seen = set()
    for owner, target in targets(fault):
        for start in (minute(2028, 6, 20, 3), minute(2028, 12, 20, 16)):
            for values in _variants(fault):
                struck = strike(fault, (owner, target), start, max(DAY, min(fault.lasts, 4 * DAY)), values)
                for kind, resource in struck.controller.resources():
                    hit = fault.strikes is Strikes.CONTROLLER or resource.resource_id == target
                    found = differing(struck, resource.resource_id, start, struck.placement.end + DAY)
                    seen |= {("struck" if hit else "others", kind, name) for name in found}
                if wanted <= seen:
                    return
    assert wanted <= seen, wanted - seen


def _variants(fault):
    """Return the default, and each other word that a parameter knows."""
    words = [{one.name: word} for one in fault.parameters for word in one.choices if word != one.default]
    return [{}, *words]


@each_fault
def test_the_entry_is_complete(fault):
    """A story, what changes, defaults within their bounds, and a field for everybody it strikes."""
    assert fault.story.endswith(".")
    assert fault.changes.endswith(".")
    assert fault.lasts > 0
    kinds = set(Kind) if fault.strikes is Strikes.CONTROLLER else fault.kinds
    assert set(fault.fields) <= kinds
    assert fault.fields
    for one in fault.parameters:
        if one.choices:
            assert one.default in one.choices
        else:
            assert one.least is not None
            assert one.most is not None
            assert one.least <= one.default <= one.most
            assert np.isfinite([one.least, one.most]).all()
