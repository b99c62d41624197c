"""The control API: the catalogue of faults, the faults that are placed, and scenarios."""

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from wattos_testkit.errors import ScenarioError, UsageError
from wattos_testkit.faults.catalogue import CATALOGUE, find
from wattos_testkit.faults.model import Fault, Placement, Strikes
from wattos_testkit.faults.scenario.model import Scenario
from wattos_testkit.faults.scenario.reading import open_scenario, placements_of, read_scenario, ready_names
from wattos_testkit.fleet import scalars
from wattos_testkit.fleet.entry import did_you_mean
from wattos_testkit.server.clock import written
from wattos_testkit.server.control.desk import Call, Desk, Json, Reply, refuse
from wattos_testkit.server.control.refusal import Refusal
from wattos_testkit.server.control.state import ADDED, Entry, State, with_scenario

_MOST = 2000
"""Faults that are placed at once."""
_SHOWN = 100
"""Strikes of one fault, and targets of one strike, that are listed."""


def catalogue(desk: Desk, call: Call) -> Reply:
    """Return every fault there is."""
    del desk, call
    return Reply({"faults": [_described(one) for one in CATALOGUE.values()]})


def described(desk: Desk, call: Call) -> Reply:
    """Return one fault of the catalogue."""
    del desk
    try:
        return Reply(_described(find(call.path["name"])))
    except UsageError as error:
        raise Refusal(404, str(error)) from None


def listed(desk: Desk, call: Call) -> Reply:
    """Return the faults that are placed."""
    del call
    live = desk.board.current()
    return Reply({"faults": [_told(one, live.now()) for one in desk.board.state.entries]})


def get(desk: Desk, call: Call) -> Reply:
    """Return one of them."""
    return Reply(_told(_entry(desk.board.state, call.path["id"]), desk.board.current().now()))


async def add(desk: Desk, call: Call) -> Reply:
    """Place one more."""
    async with desk.slowly:
        return await _added(desk, call)


async def _added(desk: Desk, call: Call) -> Reply:
    board = desk.board
    while True:
        before = board.state
        if len(before.entries) >= _MOST:
            raise Refusal(409, f"There are {_MOST:,} faults placed, the most there may be: take some away")
        now = board.current().now()
        # Whom it strikes takes a moment to find out: meanwhile another worker may have been told something.
        entry = await to_thread(_placed, desk, call.document, before, now)
        if board.change_from(before, _with(before, entry)):
            where = f"/_testkit/faults/{quote(entry.fault_id, safe='')}"
            return Reply(_told(entry, now), 201, {"location": where})


def _with(state: State, entry: Entry) -> State:
    return replace(state, entries=(*state.entries, entry), added=state.added + 1)


def _placed(desk: Desk, document: object, state: State, now: int | None) -> Entry:
    asked = _dated(document, now)
    name, given = f"{_word(asked, 'fault')}-{state.added + 1}", _word(asked, "name")
    taken = f"name: {given[:80]!r} is the name of a fault that is there already"
    mistakes = [taken] if given and state.entry(given) is not None else []
    try:
        placements = placements_of(asked, desk.fleet, name=name, now=now)
    except ScenarioError as error:
        raise ScenarioError(error.source, [*mistakes, *error.mistakes]) from None
    refuse(mistakes)
    shown = dict(document) if isinstance(document, dict) else {}
    return Entry(fault_id=given or name, origin=ADDED, asked=shown, placements=placements)


def _word(document: object, name: str) -> str:
    value = document.get(name) if isinstance(document, dict) else None
    return str(value or "")[:200]


def remove(desk: Desk, call: Call) -> Reply:
    """Take one away."""
    desk.board.change(lambda state: state.without([_entry(state, call.path["id"])]))
    return Reply(status=204)


def clear(desk: Desk, call: Call) -> Reply:
    """Take all away, the scenario's too."""
    del call
    desk.board.change(lambda state: replace(state, entries=(), scenario=None))
    return Reply(status=204)


def scenarios(desk: Desk, call: Call) -> Reply:
    """Return the names of the ready scenarios."""
    del desk, call
    return Reply({"scenarios": list(ready_names())})


def scenario(desk: Desk, call: Call) -> Reply:
    """Return the scenario that was loaded."""
    del call
    return Reply({"scenario": desk.board.state.scenario})


async def load(desk: Desk, call: Call) -> Reply:
    """Load a scenario in place of the one there is: a ready one by its name, or the document itself."""
    now = desk.board.current().now()
    async with desk.slowly:
        found = await to_thread(_opened, desk, call, now)
    state = desk.board.change(lambda state: with_scenario(state, found))
    return Reply({"scenario": state.scenario, "strikes": len(found.placements)})


def unload(desk: Desk, call: Call) -> Reply:
    """Take the scenario away; faults that were added alone stay."""
    del call
    desk.board.change(lambda state: with_scenario(state, None))
    return Reply(status=204)


def _opened(desk: Desk, call: Call, now: int | None) -> Scenario:
    document = call.document
    if not (isinstance(document, dict) and "load" in document):
        return read_scenario(document, "posted", desk.fleet, now)
    form = call.form()
    name = form.take("load", scalars.NAME)
    sound = not form.mistakes
    day = f"@{form.take('day', scalars.DAY)}" if form.given("day") else ""
    form.ask("day")
    # A name and never a file: what stands on this machine's disks is not for those who ask from elsewhere.
    bare, at, _ = name.partition("@")
    if sound and bare not in ready_names():
        there_are = ", ".join(ready_names()) or "none"
        hint = did_you_mean(bare, list(ready_names()))
        form.wrong("load", f"{bare[:80]!r} is no ready scenario: {there_are}{hint}")
    if at and day:
        form.wrong("day", "stands behind the name already")
    form.finish()
    return open_scenario(name + day, desk.fleet, now)


def _dated(document: object, now: int | None) -> Any:  # noqa: ANN401 - whatever was posted
    """Return the item of a fault; with a clock it begins now where it says nothing."""
    if not isinstance(document, dict) or now is None or document.get("from") is not None:
        return document
    fault = CATALOGUE.get(str(document.get("fault")))
    if fault is None or fault.strikes is Strikes.OPERATION:
        return document
    return {**document, "from": written(60.0 * now)}


def _entry(state: State, fault_id: str) -> Entry:
    found = state.entry(fault_id)
    if found is None:
        hint = did_you_mean(fault_id, [one.fault_id for one in state.entries])
        raise Refusal(404, f"There is no fault {fault_id[:80]!r} placed{hint}")
    return found


def _told(entry: Entry, now: int | None) -> Json:
    placements = entry.placements
    found: Json = {
        "id": entry.fault_id,
        "fault": placements[0].fault.name,
        "family": placements[0].fault.family.value,
        "origin": entry.origin,
        "asked": entry.asked,
        "strikes": [_strike(one) for one in placements[:_SHOWN]],
        "count": len(placements),
    }
    if now is not None:
        found["strikes_now"] = any(one.start <= now < one.end for one in placements)
    return found


def _strike(placement: Placement) -> Json:
    return {
        "name": placement.name,
        "on": list(placement.targets[:_SHOWN]),
        "targets": len(placement.targets),
        "from": written(60.0 * placement.start),
        "to": written(60.0 * placement.end),
        "with": dict(placement.values),
    }


def _described(fault: Fault) -> Json:
    return {
        "name": fault.name,
        "family": fault.family.value,
        "story": fault.story,
        "changes": fault.changes,
        "strikes": fault.strikes.value,
        "kinds": sorted(kind.value for kind in fault.kinds),
        "minutes": fault.lasts,
        "forever": fault.forever,
        "parameters": [
            {
                "name": one.name,
                "default": one.default,
                "meaning": one.meaning,
                **_given({"unit": one.unit, "least": one.least, "most": one.most}),
                **({"choices": list(one.choices)} if one.choices else {}),
            }
            for one in fault.parameters
        ],
    }


def _given(values: Mapping[str, object]) -> Json:
    return {name: value for name, value in values.items() if value not in {None, ""}}
