"""A fault of the data for a single request: whom of those asked for it strikes, and when."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from wattos_testkit.contract import ParameterError
from wattos_testkit.contract.parameters import Value
from wattos_testkit.faults.model import Fault, Strikes
from wattos_testkit.faults.plan import Plan
from wattos_testkit.faults.scenario.moments import LONGEST
from wattos_testkit.fleet.model import Fleet, Kind, Placed
from wattos_testkit.server.live import Live
from wattos_testkit.server.operations import COUNTED, NOUNS
from wattos_testkit.server.window import window_of
from wattos_testkit.server.wire.wishes import Wishes
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY

SERIES = {"get_meter_data": Kind.METER, "get_bess_data": Kind.BESS, "get_pv_data": Kind.PV}

_LATE = frozenset({"late-rows", "backfill"})
"""Faults that change when a row comes, and nothing of what it says."""


class Preferred:
    """What a request sees that has asked for a fault of the data."""

    def __init__(self, fleet: Fleet, wishes: Wishes, fault: Fault, place: str) -> None:
        self._fleet = fleet
        self._wishes = wishes
        self._fault = fault
        self._place = place

    def __call__(self, operation: str, values: Mapping[str, Value], live: Live) -> Live:
        """Return the snapshot with the fault in it.

        Raises
        ------
        ParameterError
            If it can strike nobody that was asked for.
        """
        kind = SERIES.get(operation)
        blind = self._blind(kind, live)
        if kind is None or blind is not None:
            raise ParameterError(self._place, f"{self._fault.name} {blind}")
        resources = self._asked(kind, values)
        start, end = self._when(values)
        placements = tuple(self._wishes.placed(one, start, end) for one in self._targets(resources))
        if resources and not placements:
            raise ParameterError(self._place, self._nobody(kind))
        return live.with_plan(Plan((*live.plan.placements, *placements)))

    def _asked(self, kind: Kind, values: Mapping[str, Value]) -> tuple[Placed, ...]:
        if "resource_id" not in values:
            if self._fleet.count(kind) > COUNTED:
                raise ParameterError(
                    self._place,
                    f"{self._fault.name} strikes {COUNTED} resources at most: give a resource_id",
                )
            return tuple(self._fleet.resources(kind))
        placed = self._fleet.resource(str(values["resource_id"]))
        # What does not exist, or is of another type, is refused by the operation itself.
        return () if placed is None or placed.kind is not kind else (placed,)

    def _when(self, values: Mapping[str, Value]) -> tuple[int, int]:
        """Return the middle third of the window, as far as a fault may last, unless the request says when."""
        window = window_of(values)
        third = max(1, (window.end - window.start) // 3)
        start = window.start + third if self._wishes.start is None else self._wishes.start
        until = min(max(start + 1, window.end - third), start + LONGEST)
        end = until if self._wishes.end is None else self._wishes.end
        if end <= start:
            raise ParameterError(self._place, f"{self._fault.name}; to: is not after the start of the fault")
        if end - start > LONGEST:
            days = LONGEST // MINUTES_PER_DAY
            raise ParameterError(self._place, f"{self._fault.name}; to: a fault lasts {days} days at most")
        return start, end

    def _targets(self, resources: Iterable[Placed]) -> Iterator[tuple[str, ...]]:
        """Yield what each placement strikes."""
        if self._fault.pairs:
            yield from self._pairs(list(resources))
            return
        found: dict[str, None] = {}
        for placed in resources:
            found.update(dict.fromkeys(self._of(placed)))
        if found:
            yield tuple(found)

    def _of(self, placed: Placed) -> Iterator[str]:
        """Yield what is struck of a resource: itself, or what stands behind the same unit controller."""
        kinds, controller = self._fault.kinds, placed.controller
        if self._fault.strikes is Strikes.CONTROLLER:
            if any(kind in kinds for kind, _ in controller.resources()):
                yield controller.unit_controller_id
        elif placed.kind in kinds:
            yield placed.resource.resource_id
        else:
            yield from (one.resource_id for kind, one in controller.resources() if kind in kinds)

    def _pairs(self, resources: list[Placed]) -> Iterator[tuple[str, ...]]:
        """Yield the two that a fault is between: one and the next that it can be taken for."""
        able = [one for one in resources if one.kind in self._fault.kinds]
        if len(able) == 1:
            others = (one for one in self._fleet.resources(able[0].kind) if _alike(one, able[0]))
            able += islice(others, 1)
        for first, second in zip(able[::2], able[1::2], strict=False):
            yield first.resource.resource_id, second.resource.resource_id

    def _blind(self, kind: Kind | None, live: Live) -> str | None:
        """Return why nothing of the fault would be seen, if that is so of all resources of a kind."""
        if kind is None:
            return "strikes series; a list has nothing to strike"
        if live.clock is None and self._fault.name in _LATE:
            return "needs a clock, without which all rows have come long ago; `serve --now live` has one"
        seen = self._fault.fields.keys() | self._fault.consequences.keys()
        if kind not in seen:
            shown = " and ".join(f"of a {NOUNS[one]}" for one in Kind if one in seen)
            return f"changes nothing of a {NOUNS[kind]}; it changes rows {shown}"
        return None

    def _nobody(self, kind: Kind) -> str:
        if self._fault.pairs:
            return f"{self._fault.name} is between two of a kind, and there is no other {NOUNS[kind]}"
        wanted = " or ".join(NOUNS[one] for one in Kind if one in self._fault.kinds)
        return f"{self._fault.name} strikes a {wanted}, and none stands behind the same unit controller"


def _alike(one: Placed, other: Placed) -> bool:
    return one.site.timezone == other.site.timezone and one.resource is not other.resource
