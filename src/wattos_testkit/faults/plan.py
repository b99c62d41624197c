"""All placements of a run, found by whom and when they strike."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import blake2b

from wattos_testkit.faults.model import Family, Placement, Strikes
from wattos_testkit.fleet.model import Placed


class Plan:
    """Placements that act together; equal plans do equal things."""

    def __init__(self, placements: Iterable[Placement] = ()) -> None:
        self.placements = tuple(placements)
        self._by_target: dict[str, list[Placement]] = {}
        for one in self.placements:
            if one.fault.strikes is not Strikes.OPERATION:
                for target in one.targets:
                    self._by_target.setdefault(target, []).append(one)

    def __bool__(self) -> bool:
        """Return whether anything is placed."""
        return bool(self.placements)

    @cached_property
    def digest(self) -> str:
        """A hash of all that it does to rows."""
        text = "\n".join(one.identity for one in self.placements if one.fault.family is not Family.WIRE)
        return blake2b(text.encode(), digest_size=8).hexdigest() if text else ""

    @cached_property
    def wire(self) -> tuple[Placement, ...]:
        """The placements that act on requests."""
        return tuple(one for one in self.placements if one.fault.family is Family.WIRE)

    def on(self, target: str) -> tuple[Placement, ...]:
        """Return what strikes a resource or a unit controller by its id, in the order it was placed."""
        return tuple(self._by_target.get(target, ()))

    def behind(self, placed: Placed) -> Iterator[Placement]:
        """Yield what strikes a resource, its unit controller, or anything else behind that."""
        controller = placed.controller
        yield from self.on(controller.unit_controller_id)
        for _, resource in controller.resources():
            yield from self.on(resource.resource_id)

    def concerns(self, placed: Placed, start: int, end: int) -> bool:
        """Return whether the rows of a resource in a window may differ from those of a healthy plant.

        Registers remember, and a battery needs a while to find back into its schedule: of faults in the
        plant, what has been counts. What was reported wrongly is reported rightly again, in most cases.
        """
        return any(
            one.start < end
            and (
                one.fault.family is Family.PLANT
                or (placed.resource.resource_id in one.targets and (one.fault.forever or start < one.end))
            )
            for one in (self.behind(placed) if self._by_target else ())
        )
