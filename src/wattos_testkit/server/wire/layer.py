"""Where the faults of the wire strike: between the front and the API, and only where one is placed."""

from collections.abc import Iterator
from functools import partial
from hashlib import blake2b

from starlette.types import Scope, Send

from wattos_testkit.contract import Contract, Operation
from wattos_testkit.faults.model import Placement
from wattos_testkit.server.mischief import Visit
from wattos_testkit.server.wire.call import Call
from wattos_testkit.server.wire.draw import strikes
from wattos_testkit.server.wire.effects import EFFECTS, ORDER
from wattos_testkit.server.wire.gateway import LOGIN, LOGIN_FORM
from wattos_testkit.server.wire.strike import Effect, Onward, Passage, Strike
from wattos_testkit.server.wire.timer import Timer


class Wire:
    """What stands in the way of a request."""

    def __init__(self, contract: Contract, timer: Timer | None = None) -> None:
        self._contract = contract
        self._timer = timer or Timer()

    async def __call__(self, visit: Visit) -> None:
        """Answer a request, or let something happen to its answer."""
        if visit.operation is None:
            await self._beside(visit)
            return
        operation = self._contract.operations[visit.operation]
        async with Call(visit, self._timer) as call:
            await _through(list(self._struck(operation, call)), call)

    async def _beside(self, visit: Visit) -> None:
        """Answer what is no operation: the login form while it is in the way, or what there is."""
        if visit.scope["path"] == LOGIN and visit.scope["method"] in {"GET", "HEAD"}:
            head = {"type": "http.response.start", "status": LOGIN_FORM.status, "headers": LOGIN_FORM.headers}
            await visit.send(head)
            await visit.send({"type": "http.response.body", "body": LOGIN_FORM.body})
            return
        await visit.proceed(visit.scope, visit.receive, visit.send)

    def _struck(self, operation: Operation, call: Call) -> Iterator[Strike]:
        """Yield what strikes a request, the outermost first."""
        now = call.visit.live.now()
        minute = int(self._timer.unix() // 60) if now is None else now
        active = (
            one
            for one in call.visit.live.plan.wire
            if operation.name in one.targets and one.start <= minute < one.end
        )
        for placement in sorted(active, key=lambda one: ORDER[one.fault.name]):
            key = key_of(placement)
            strike = Strike(placement, key, call.visit.lives.next(key), operation, call)
            if is_struck(strike):
                yield strike


def key_of(placement: Placement) -> str:
    """Return what is counted and remembered under: another one for whatever does something else."""
    return f"wire|{blake2b(placement.identity.encode(), digest_size=12).hexdigest()}"


def is_struck(strike: Strike) -> bool:
    """Whether a request is among the share that a placement strikes."""
    fault = strike.placement.fault
    if fault.parameter("share") is None:
        return True
    run = int(strike.placement.number("run")) if fault.parameter("run") is not None else 1
    return strikes(strike.placement, strike.ordinal, run)


async def _through(strikes: list[Strike], call: Call) -> None:
    """Take a request through all that strikes it, from the client inwards."""

    async def arrive(scope: Scope, send: Send) -> None:
        if not call.over:
            await call.visit.proceed(scope, call.receive, send)

    onward: Onward = arrive
    for strike in reversed(strikes):
        onward = partial(_meet, EFFECTS[strike.name], strike, onward)
    await onward(call.visit.scope, call.send)


async def _meet(effect: Effect, strike: Strike, onward: Onward, scope: Scope, send: Send) -> None:
    await effect(strike, Passage(scope, send, onward))
