"""The page of the faults of the wire: what it tells to type works."""

import re
from pathlib import Path

import pytest

from tests.server.mock import BEARER, PV_DAY
from tests.server.wire.served import FLEET, Served
from wattos_testkit.faults.scenario.reading import open_scenario
from wattos_testkit.faults.wire import FAULTS
from wattos_testkit.server.wire.effects import EFFECTS

PAGE = (Path(__file__).parents[3] / "docs" / "wire.md").read_text(encoding="utf-8")
ASKED = re.findall(r"^\$ ask '(.+)'$", PAGE, re.MULTILINE)
SILENT = {"dropped-connection", "stalled-connection"}
UNSEEN = {"broken-cors", "rate-limit; requests", "token-expiry; requests"}
"""What a single request without an origin does not see."""


@pytest.mark.parametrize("preference", ASKED)
def test_every_line_does_what_it_says(served: Served, preference: str):
    """It is applied, or nothing comes; none is refused as wrong."""
    silent = any(name in preference for name in SILENT)
    if silent and not re.search("when=(head|body|after)", preference):
        with pytest.raises(OSError, match=r".*"):
            served.ask(PV_DAY, headers={**BEARER, "Prefer": preference})
        return
    with served.asked(PV_DAY, "GET", f"Prefer: {preference}") as peer:
        head = b""
        while b"\r\n\r\n" not in head:
            head += peer.recv(65536)
    assert b" 400 " not in head.partition(b"\r\n")[0]
    assert (b"preference-applied: " in head) == (not any(name in preference for name in UNSEEN))


def test_every_fault_of_the_wire_is_on_the_page():
    """Each has a line to type, and the order is the one in which they are met."""
    names = {re.match(r"fault=([a-z-]+)", one)[1] for one in ASKED if one.startswith("fault=")}
    assert {one.name for one in FAULTS} <= names
    told = re.search(r"it meets them in this order: (.*?)\.\n", PAGE, re.DOTALL)
    assert told is not None
    assert re.split(r",\s+", told[1]) == list(EFFECTS)


def test_the_scenario_of_the_page_can_be_read(tmp_path: Path):
    """It has three placements, on all operations or on those it names."""
    text = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert text is not None
    (tmp_path / "rush-hour.yaml").write_text(text[1], encoding="utf-8")
    scenario = open_scenario(str(tmp_path / "rush-hour.yaml"), FLEET)
    assert [one.fault.name for one in scenario.placements] == ["latency", "error-share", "rate-limit"]
    assert [len(one.targets) for one in scenario.placements] == [5, 3, 5]
