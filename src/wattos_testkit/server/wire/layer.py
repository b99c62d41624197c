"""Where the faults of the wire strike: between the front and the API, and only where one is placed."""

from collections.abc import Iterator
from functools import partial

from starlette.types import Scope, Send

from wattos_testkit.contract import Contract, Operation, ParameterError
from wattos_testkit.contract.parameters import Value
from wattos_testkit.faults.model import Family, Placement
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.server.live import Live
from wattos_testkit.server.mischief import Visit, Wish
from wattos_testkit.server.wire.call import Call
from wattos_testkit.server.wire.draw import key_of, strikes
from wattos_testkit.server.wire.effects import EFFECTS, ORDER
from wattos_testkit.server.wire.errors import error
from wattos_testkit.server.wire.gateway import LOGIN, LOGIN_FORM
from wattos_testkit.server.wire.preferred import Preferred
from wattos_testkit.server.wire.strike import Effect, Onward, Passage, Strike, asked
from wattos_testkit.server.wire.timer import Timer
from wattos_testkit.server.wire.wishes import FINE, HEADER, Wishes, of_header, of_query

NOTHING = Wishes(values={})


class Wire:
    """What stands in the way of a request: what is placed, and what it asks for itself."""

    def __init__(
        self,
        fleet: Fleet,
        contract: Contract,
        timer: Timer | None = None,
        *,
        prefer: bool = True,
        query_form: bool = False,
    ) -> None:
        self._fleet = fleet
        self._contract = contract
        self._timer = timer or Timer()
        self._prefer = prefer
        self._query_form = query_form

    async def __call__(self, visit: Visit) -> None:
        """Answer a request, or let something happen to its answer."""
        if visit.operation is None:
            await self._beside(visit)
            return
        operation = self._contract.operations[visit.operation]
        try:
            wishes, place, scope = self._wishes(visit)
        except ParameterError as mistake:
            # Said once the request is known to be right in all else, as of any parameter.
            await visit.proceed(visit.scope, visit.receive, visit.send, partial(_refuse, mistake))
            return
        async with Call(visit, self._timer) as call:
            await self._answer(call, operation, wishes, place, scope)

    async def _beside(self, visit: Visit) -> None:
        """Answer what is no operation: the login form while it is in the way, or what there is."""
        if visit.scope["path"] == LOGIN and visit.scope["method"] in {"GET", "HEAD"}:
            head = {"type": "http.response.start", "status": LOGIN_FORM.status, "headers": LOGIN_FORM.headers}
            await visit.send(head)
            await visit.send({"type": "http.response.body", "body": LOGIN_FORM.body})
            return
        await visit.proceed(visit.scope, visit.receive, visit.send)

    def _wishes(self, visit: Visit) -> tuple[Wishes, str, Scope]:
        """Return what a request asks for, where it does, and what it asks beside that."""
        query: bytes = visit.scope["query_string"]
        if self._query_form and b"__" in query:
            wishes, rest = of_query(query)
            if wishes is not None:
                return wishes, "__fault", asked(visit.scope, query=rest)
        text = visit.headers.get(b"prefer") if self._prefer else None
        wishes = NOTHING if text is None else of_header(text.decode("latin-1"))
        return wishes, HEADER, visit.scope

    async def _answer(
        self, call: Call, operation: Operation, wishes: Wishes, place: str, scope: Scope
    ) -> None:
        wish: Wish | None = None
        struck: list[Strike] = []
        if wishes.code is None:
            struck = list(self._struck(operation, call, call.visit.live.plan.wire))
        fault = wishes.fault
        if fault is not None:
            if fault.family is Family.WIRE:
                struck += self._struck(operation, call, (wishes.placed((operation.name,)),))
                struck.sort(key=lambda one: ORDER[one.name])
                call.applied[f"fault={fault.name}"] = lambda status: status > 0 and fault.name in call.noted
            else:
                wish = Preferred(self._fleet, wishes, fault, place)
                call.applied[f"fault={fault.name}"] = lambda status: status < 400  # noqa: PLR2004 - no error
        if wishes.code is not None:
            call.applied[f"code={wishes.code}"] = partial(int.__eq__, wishes.code)
        if wishes.delay is not None:
            call.applied[f"delay={wishes.delay}"] = bool
            call.note("delay", wishes.delay)
            await call.wait(wishes.delay / 1000.0)
        await _through(struck, call, scope, self._end(call, operation, wishes, wish))

    def _end(self, call: Call, operation: Operation, wishes: Wishes, wish: Wish | None) -> Onward:
        """Return what is at the end of the way: the API, or the error that was asked for."""

        async def arrive(scope: Scope, send: Send) -> None:
            if call.over:
                return
            if wishes.code is None or wishes.code == FINE:
                await call.visit.proceed(scope, call.receive, send, wish)
                return
            refusal = error(operation, wishes.code)
            await send({"type": "http.response.start", "status": refusal.status, "headers": refusal.headers})
            await send({"type": "http.response.body", "body": refusal.body})

        return arrive

    def _struck(
        self, operation: Operation, call: Call, placements: tuple[Placement, ...]
    ) -> Iterator[Strike]:
        """Yield what strikes a request, the outermost first."""
        now = call.visit.live.now()
        minute = int(self._timer.unix() // 60) if now is None else now
        active = (
            one for one in placements if operation.name in one.targets and one.start <= minute < one.end
        )
        for placement in sorted(active, key=lambda one: ORDER[one.fault.name]):
            key = key_of(placement)
            strike = Strike(placement, key, call.visit.lives.next(key), operation, call)
            if is_struck(strike):
                yield strike


def is_struck(strike: Strike) -> bool:
    """Whether a request is among the share that a placement strikes."""
    fault = strike.placement.fault
    if fault.parameter("share") is None:
        return True
    run = int(strike.placement.number("run")) if fault.parameter("run") is not None else 1
    return strikes(strike.placement, strike.ordinal, run)


async def _through(strikes: list[Strike], call: Call, scope: Scope, end: Onward) -> None:
    """Take a request through all that strikes it, from the client inwards."""
    onward = end
    for strike in reversed(strikes):
        onward = partial(_meet, EFFECTS[strike.name], strike, onward)
    await onward(scope, call.send)


async def _meet(effect: Effect, strike: Strike, onward: Onward, scope: Scope, send: Send) -> None:
    await effect(strike, Passage(scope, send, onward))


def _refuse(mistake: ParameterError, operation: str, values: dict[str, Value], live: Live) -> Live:
    del operation, values, live
    raise mistake
