"""The control API: the clock."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from wattos_testkit.errors import UsageError
from wattos_testkit.fleet.entry import Scalar, WrongValueError
from wattos_testkit.server.clock import Clock, duration_of, instant_of, speed_of, written
from wattos_testkit.server.control.desk import Call, Desk, Json, Reply
from wattos_testkit.server.control.refusal import Refusal
from wattos_testkit.server.control.state import State

T = TypeVar("T")


def _clock(value: object) -> Clock:
    return _read(Clock.parse, value)


def _instant(value: object) -> float:
    return _read(instant_of, value)


def _duration(value: object) -> float:
    return _read(duration_of, value)


def _speed(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _read(speed_of, f"x{value:g}" if value < 1e6 else f"x{int(value)}")  # noqa: PLR2004 - as %g writes it
    return _read(speed_of, value)


CLOCK, INSTANT = Scalar(_clock, Clock(0.0, 0.0)), Scalar(_instant, 0.0)
DURATION, SPEED = Scalar(_duration, 0.0), Scalar(_speed, 1.0)


def told(clock: Clock | None) -> Json:
    """Return a clock as the API tells it."""
    if clock is None:
        return {"set": False, "now": None, "speed": None, "says": "no clock: every instant is served"}
    now = written(clock.seconds() // 1.0)
    return {"set": True, "now": now, "speed": clock.speed, "says": str(clock)}


def get(desk: Desk, call: Call) -> Reply:
    """Return what time it is."""
    del call
    return Reply(told(desk.board.state.clock))


def put(desk: Desk, call: Call) -> Reply:
    """Set the clock."""
    form = call.form()
    clock = form.take("now", CLOCK)
    form.finish()
    return _set(desk, lambda _: clock)


def delete(desk: Desk, call: Call) -> Reply:
    """Do without a clock."""
    del call
    return _set(desk, lambda _: None)


def freeze(desk: Desk, call: Call) -> Reply:
    """Let it stand, here or at another instant."""
    form = call.form()
    at = form.take("at", INSTANT) if form.given("at") else None
    form.ask("at")
    form.finish()

    def frozen(clock: Clock | None) -> Clock:
        machine = time.time()
        now = machine if clock is None else clock.seconds(machine)
        return Clock(now if at is None else at, machine)

    return _set(desk, frozen)


def run(desk: Desk, call: Call) -> Reply:
    """Let it go on from where it is."""
    form = call.form()
    speed = form.take("speed", SPEED, 1.0)
    form.finish()
    return _set(desk, lambda clock: _there(clock).at_speed(speed))


def shift(desk: Desk, call: Call) -> Reply:
    """Set it forward or back."""
    form = call.form()
    by = form.take("by", DURATION)
    form.finish()
    return _set(desk, lambda clock: _there(clock).moved(by))


def advance(desk: Desk, call: Call) -> Reply:
    """Set it forward: by a duration, or to an instant."""
    form = call.form()
    by = form.take("by", DURATION) if form.given("by") else None
    to = form.take("to", INSTANT) if form.given("to") else None
    form.ask("by")
    form.ask("to")
    if form.given("by") == form.given("to"):
        form.wrong("by", "give one of by (1h) and to (2024-03-20T13:00:00Z)")
    if by is not None and by < 0.0:
        form.wrong("by", "is backwards; shift sets a clock back")
    form.finish()

    def advanced(clock: Clock | None) -> Clock:
        clock = _there(clock)
        machine = time.time()
        step = by if by is not None else (to or 0.0) - clock.seconds(machine)
        if step < 0.0:
            now = written(clock.seconds(machine) // 1.0)
            raise Refusal(409, f"to: it is {now} already, and advance goes forward; shift sets a clock back")
        return clock.moved(step, machine)

    return _set(desk, advanced)


def _there(clock: Clock | None) -> Clock:
    if clock is None:
        raise Refusal(409, 'There is no clock; PUT /_testkit/clock {"now": "2024-03-20T12:00:00Z"} sets one')
    return clock


def _set(desk: Desk, change: Callable[[Clock | None], Clock | None]) -> Reply:
    def changed(state: State) -> State:
        return replace(state, clock=change(state.clock))

    return Reply(told(desk.board.change(changed).clock))


def _read(read: Callable[[str], T], value: object) -> T:
    try:
        return read(value if isinstance(value, str) else str(value))
    except UsageError as error:
        raise WrongValueError(str(error)) from None
