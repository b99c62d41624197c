"""The control API: an overview, savepoints, and back to the start."""

from wattos_testkit import __version__
from wattos_testkit.server.control.clocks import told
from wattos_testkit.server.control.desk import Call, Desk, Json, Reply
from wattos_testkit.server.control.refusal import Refusal

_LINKS = {
    "clock": "/_testkit/clock",
    "catalogue": "/_testkit/catalogue",
    "faults": "/_testkit/faults",
    "scenarios": "/_testkit/scenarios",
    "scenario": "/_testkit/scenario",
    "requests": "/_testkit/requests",
    "document": "/_testkit/openapi.yaml",
    "docs": "/_testkit/docs",
}


def index(desk: Desk, call: Call) -> Reply:
    """Return what is going on, and where to read on."""
    del call
    return Reply(_overview(desk))


def reset(desk: Desk, call: Call) -> Reply:
    """Go back to how the mock was started; forget requests, counts and savepoints."""
    form = call.form()
    form.finish()
    desk.board.reset()
    return Reply(_overview(desk))


def save(desk: Desk, call: Call) -> Reply:
    """Remember clock, scenario and faults."""
    form = call.form()
    form.finish()
    number = desk.board.savepoint()
    return Reply({"savepoint": number}, 201, {"location": f"/_testkit/savepoints/{number}"})


def restore(desk: Desk, call: Call) -> Reply:
    """Go back to them."""
    form = call.form()
    form.finish()
    if not desk.board.restore(_number(call)):
        raise _unknown(call)
    return Reply(_overview(desk))


def forget(desk: Desk, call: Call) -> Reply:
    """Forget them."""
    if not desk.board.forget(_number(call)):
        raise _unknown(call)
    return Reply(status=204)


def _overview(desk: Desk) -> Json:
    state = desk.board.state
    return {
        "testkit": __version__,
        "clock": told(state.clock),
        "scenario": state.scenario["name"] if state.scenario else None,
        "faults": [one.fault_id for one in state.entries],
        "generation": desk.board.current().generation,
        "links": _LINKS,
    }


def _number(call: Call) -> int:
    text = call.path["number"]
    if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004 - digits that fit
        raise _unknown(call)
    return int(text)


def _unknown(call: Call) -> Refusal:
    return Refusal(404, f"There is no savepoint {call.path['number'][:80]!r}")
