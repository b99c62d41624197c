"""What one request sees of the series: healthy or faulty, and no more of them than has happened."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from hashlib import blake2b

from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.faults.reported.presence import BELATED
from wattos_testkit.fleet.model import Fleet, Placed
from wattos_testkit.server.answer import Answer
from wattos_testkit.server.live import Live
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry
from wattos_testkit.telemetry.wire import datas_length

WHOLE = 256 * 1024
"""Bytes up to which an answer is made in one go."""
STREAMED_DAYS = 4
"""Days computed in one go: what other requests wait for while a long answer is made."""
_HELD = 8
"""Plans whose series are held ready: that of all, and those that single requests brought."""


class Views:
    """The series of a fleet, healthy and under the plans that were seen last."""

    def __init__(self, fleet: Fleet) -> None:
        self.healthy = Telemetry(fleet)
        self._fleet = fleet
        self._faulty: OrderedDict[str, FaultyTelemetry] = OrderedDict()

    def of(self, asked: Window, live: Live) -> "View":
        """Return what a request for a window sees."""
        return View(self, asked, live)

    def faulty(self, live: Live, now: int | None) -> FaultyTelemetry:
        """Return the series as they are reported under a plan, up to an instant."""
        plan = live.plan
        held = self._faulty.get(plan.digest)
        if held is None:
            held = self._faulty[plan.digest] = FaultyTelemetry(self._fleet, plan)
            if len(self._faulty) > _HELD:
                self._faulty.popitem(last=False)
        else:
            self._faulty.move_to_end(plan.digest)
        if now is None:
            return held
        # One that knows the time, and shares all that was computed without it.
        seen = copy(held)
        seen.now = now
        return seen


class View:
    """One window under one snapshot."""

    def __init__(self, views: Views, asked: Window, live: Live) -> None:
        self._views = views
        self._live = live
        self._now = live.now()
        self.window = asked if self._now is None else happened(asked, self._now)
        runs = live.clock is not None and not live.clock.stands
        # What lies ahead comes by time alone, and so does what is late.
        self._belated = any(one.fault.name in BELATED for one in live.plan.placements)
        self._lasting = not runs or self.window == asked

    def answer(self, identity: str, resources: tuple[Placed, ...]) -> Answer:
        """Return the answer of resources that are few enough to be counted."""
        window, length = self.window, datas_length(resources, self.window)
        if not self._concerns(resources):
            return Answer(
                identity,
                length,
                lambda: datas_pieces(self._views.healthy, resources, window, STREAMED_DAYS),
                lasting=self._lasting,
            )
        telemetry = self._views.faulty(self._live, self._now)
        if length <= WHOLE:
            lasting = self._lasting and not (self._belated and self._live.clock is not None)
            # How long it is, and whether it is another one than a minute ago, only its bytes tell.
            body = b"".join(datas_pieces(telemetry, resources, window, STREAMED_DAYS))
            named = f"{identity}|{blake2b(body, digest_size=16).hexdigest()}"
            return Answer(named, len(body), lambda: iter((body,)), lasting=lasting)
        return self._streamed(identity, telemetry, lambda: resources)

    def stream(self, identity: str, resources: Callable[[], Iterable[Placed]]) -> Answer:
        """Return the answer of resources that are too many to be counted."""
        if self._live.plan.digest:
            return self._streamed(identity, self._views.faulty(self._live, self._now), resources)
        return Answer(identity, None, lambda: self._pieces(self._views.healthy, resources))

    def _streamed(
        self, identity: str, telemetry: Telemetry, resources: Callable[[], Iterable[Placed]]
    ) -> Answer:
        now = f"|{self._now}" if self._now is not None and self._belated else ""
        named = f"{identity}|{self._live.plan.digest}{now}"
        return Answer(named, None, lambda: self._pieces(telemetry, resources), lasting=False)

    def _pieces(self, telemetry: Telemetry, resources: Callable[[], Iterable[Placed]]) -> Iterator[bytes]:
        return datas_pieces(telemetry, resources(), self.window, STREAMED_DAYS)

    def _concerns(self, resources: Iterable[Placed]) -> bool:
        plan, window = self._live.plan, self.window
        return bool(plan.digest) and any(plan.concerns(one, window.start, window.end) for one in resources)


def happened(asked: Window, now: int) -> Window:
    """Return the part of a window whose buckets are over; equal for all instants between two of them."""
    interval = asked.interval
    over = now // interval * interval
    if over >= asked.end // interval * interval or not asked.buckets:
        return asked
    return Window(asked.start, over if over > asked.first_bucket else asked.start, interval)
