"""Whatever a document holds, it is a scenario or a ScenarioError in clear lines."""

import copy
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.scenario.private import DEMO
from wattos_testkit.errors import ScenarioError
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.scenario.placing import KEYS
from wattos_testkit.faults.scenario.reading import open_scenario, placements_of, read_scenario
from wattos_testkit.telemetry.calendar import HORIZON

WORDS = st.sampled_from(
    [
        "all", "PV000001", "BE000001", "UC000001", "SITE0001", "GROUP001", "pv", "meter", "grid", "site",
        "10:12", "24:00", "+1d", "-400d 23:59", "2024-03-31 02:30", "9999-12-31", "0001-01-01T00:00:00Z",
        "2024-06-21T10:12:00Z", "2024-06-21T10:12+99:99", "95min", "400d", "1min..400d", "9999w",
        "get_pv_data", "0.3", "1e400", "nan", "-1", "", "\x00", "9" * 400, "é" * 300,
    ]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=12)
JUNK = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
WHOM = st.dictionaries(
    st.sampled_from(["kind", "role", "group", "site", "controller", "resource", "share", "count", "each"]),
    JUNK,
)
ITEMS = st.fixed_dictionaries(
    {"fault": st.sampled_from(list(CATALOGUE)) | JUNK},
    optional={
        "on": WORDS | WHOM | JUNK,
        **dict.fromkeys(("from", "to", "for", "every", "name"), WORDS | JUNK),
        "times": st.integers(-1, 2000) | JUNK,
        "with": st.dictionaries(
            st.sampled_from(["share", "unit", "field", "mode", "delay"]), JUNK | st.floats()
        )
        | JUNK,
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {"faults": st.lists(ITEMS, max_size=3) | JUNK},
    optional={"day": WORDS | JUNK, "seed": JUNK, "scenario": JUNK, "description": JUNK},
)


def attempt(read: Callable[[], tuple[Placement, ...]]) -> tuple[Placement, ...]:
    """Return what is placed, or nothing where it is refused; a refusal says why in lines to be shown."""
    try:
        return read()
    except ScenarioError as error:
        lines = error.mistakes
    assert lines
    assert all(one.isprintable() and len(one) < 600 for one in lines), lines
    return ()


@given(document=DOCUMENTS | JUNK, now=st.none() | st.integers(0, HORIZON))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_any_document(document, now):
    """A document is read or refused; what is read lies within time, and the document is left as it was."""
    before = copy.deepcopy(document)
    found = attempt(lambda: read_scenario(document, "fuzz", DEMO, now).placements)
    assert len({one.name for one in found}) == len(found)
    for one in found:
        assert one.targets
        assert 0 <= one.start < one.end
    assert repr(document) == repr(before)


PIECES = st.sampled_from(
    [
        "faults:", "\n", "- ", "  ", "{", "}", "[", "]", ": ", ",", "fault: gap", "on: all", "from: 10:00",
        "&a ", "*a", "<<: ", "!!int x", "!!timestamp 2024-99-99", "!!binary =", "!!python/object:os.system ",
        "? ", "|", "day: 2024-03-20", '"', "'", "#", "---", "\x07", "\ufeff", "%YAML 9.9",
        "9" * 5000, "null", "~", "\t",
    ]
)  # fmt: skip


@given(text=st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_any_text(text, tmp_path_factory):
    """Any text of a file is a scenario or a ScenarioError."""
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_text(text, "utf-8")
    attempt(lambda: open_scenario(str(path), DEMO).placements)


@given(item=ITEMS | JUNK)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_any_item(item):
    """A single fault is placed or refused."""
    attempt(lambda: placements_of(item, DEMO, name="one"))
