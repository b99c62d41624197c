"""Plants of the demo fleet that faults of the plant strike, for tests that hold them against healthy ones."""

from functools import cache
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from tests.telemetry.plants import DAY, fleet, minute, rows, telemetry
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Family, Placement, Strikes
from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.faults.plan import Plan
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.columns import Window

FAULTS = [fault for fault in CATALOGUE.values() if fault.family is Family.PLANT]
# One of each: export allowed or not, one part or several, either strategy, a house, a park, nothing but load.
CONTROLLERS = ("UC000001", "UC000002", "UC000006", "UC000008", "UC000012", "UC000016", "UC000017", "UC000021")


class Struck(NamedTuple):
    """A plant that one fault strikes."""

    placement: Placement
    controller: object
    series: FaultyTelemetry

    def rows(self, resource, start, end, interval=1):
        """Return what a resource reports; where no row comes, arrays of none."""
        placed = fleet().resource(resource)
        if not any(True for _ in self.series.stream(placed, Window(start, end, interval))):
            return {name: values[:0] for name, values in healthy(resource, start, end, interval).items()}
        return rows(resource, start, end, interval, self.series)


@cache
def controllers():
    """Return the unit controllers by id, each with its site."""
    return {
        controller.unit_controller_id: (site, controller)
        for site in fleet().sites()
        for controller in site.controllers
    }


def targets(fault):
    """Return (unit controller, target) for each thing in our plants that a fault can strike."""
    found = []
    for name in CONTROLLERS:
        _, controller = controllers()[name]
        if fault.strikes is Strikes.CONTROLLER:
            found.append((name, name))
        else:
            found += [
                (name, resource.resource_id)
                for kind, resource in controller.resources()
                if kind in fault.kinds
            ]
    return found


def strike(fault, target, start, duration, values=None, *more):
    """Return a plant that a fault strikes, and maybe others."""
    owner, name = target
    placement = Placement(
        name="one",
        fault=fault,
        targets=(name,),
        start=start,
        end=start + duration,
        values=values or {},
        seed=7,
    )
    series = FaultyTelemetry(fleet(), Plan([placement, *more]))
    return Struck(placement, controllers()[owner][1], series)


def values_of(parameter):
    """Return what a parameter can be told."""
    if parameter.choices:
        return st.sampled_from(parameter.choices)
    return st.one_of(
        st.just(parameter.default), st.floats(parameter.least, parameter.most).map(lambda x: round(x, 3))
    )


STARTS = st.one_of(
    st.integers(minute(2027, 1, 1), minute(2029, 12, 31)),
    # By day, where the plants of two hemispheres have most to lose.
    st.builds(
        lambda day, hour: minute(2027, 1, 1) + day * DAY + hour * 60, st.integers(0, 700), st.integers(0, 23)
    ),
)


@st.composite
def strikes(draw, fault, most=2 * DAY):
    """Draw a plant that a fault strikes: whom, when, how long and how hard."""
    values = {one.name: draw(values_of(one)) for one in fault.parameters}
    chosen = {name: value for name, value in values.items() if draw(st.booleans())}
    duration = draw(st.one_of(st.integers(1, most), st.sampled_from((1, 60, fault.lasts))))
    target = draw(st.sampled_from(targets(fault)))
    return strike(fault, target, draw(STARTS), min(duration, most), chosen)


def healthy(resource, start, end, interval=1):
    """Return what a resource reports when nothing strikes."""
    return rows(resource, start, end, interval, telemetry())


def differing(struck, resource, start, end, interval=1):
    """Return the fields of a resource that differ from the healthy ones, with where."""
    before, after = healthy(resource, start, end, interval), struck.rows(resource, start, end, interval)
    if len(before["minutes"]) != len(after["minutes"]):
        kept = np.isin(before["minutes"], after["minutes"])
        before = {name: values[kept] for name, values in before.items()}
    return {
        name: before["minutes"][before[name] != after[name]]
        for name in before
        if not np.array_equal(before[name], after[name])
    }


def parts(struck, kind):
    """Return the resources of one kind behind the unit controller."""
    return [resource for each, resource in struck.controller.resources() if each is kind]


def grid_meters(struck):
    """Return the ids of the grid meters behind the unit controller."""
    return [meter.resource_id for meter in parts(struck, Kind.METER) if meter.role == "grid"]
