"""The plan of questions: few, each with a purpose.

Per type and resource a day at every interval, windows off the grid and over midnight, four weeks, the same
again, in halves, without a filter, and with the parameters in another order; then days on which clocks and
calendars do odd things.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle

from wattos_testkit.invariants.book import Book, Listed
from wattos_testkit.invariants.clocks import clock_changes, leap_days, turn_and_height
from wattos_testkit.invariants.everyone import everyone
from wattos_testkit.invariants.question import AHEAD, KIND_OF, ONWARD, OPERATION_OF, Question

DAY = 1440
_LATE = 120
"""Minutes at the end of a stretch that are not asked for: data may arrive late."""
_CALENDAR = 5 * 366 * DAY
"""So far back lies a 29th of February at most, but for a century without one."""
_CHANGES = 4
_POLAR = 60.0
"""Beyond this latitude [deg] some seasons have no day, or no night."""
_YEARS = 5 * 366 * DAY
"""A server that has rows for a time so far ahead has them for any time: it makes them up, as a mock does."""
_FAST = 15
"""Minutes by which a clock may be fast, or ours slow."""
_RECENT = 7 * DAY
"""So old may the last day be that begins a window into the future."""
_ABSENT = ("ZZZZZZZ9", "Q0Q0Q0Q0", "X9X9X9X9")


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a profile asks."""

    others: int
    """Resources of a type beside the main one."""
    weeks: int
    thorough: bool
    """Every interval, halves, midnight, clock changes."""
    seasons: int
    """Further windows of four weeks, spread over the stretch."""
    follow_ups: int
    drawn: int
    """Windows drawn at random per type."""


BUDGETS = {
    "smoke": Budget(others=0, weeks=1, thorough=False, seasons=0, follow_ups=8, drawn=0),
    "standard": Budget(others=1, weeks=4, thorough=True, seasons=0, follow_ups=20, drawn=0),
    "deep": Budget(others=11, weeks=4, thorough=True, seasons=4, follow_ups=120, drawn=40),
}


def budget(profile: str) -> Budget:
    """Return the budget of a profile; an unknown one is asked as standard."""
    return BUDGETS.get(profile, BUDGETS["standard"])


class Plan:
    """Chooses resources and windows."""

    def __init__(
        self, book: Book, stretches: Mapping[str, tuple[int, int]], profile: str, now: int | None = None
    ) -> None:
        self._book = book
        self._stretches = stretches
        self.now = now
        self.budget = budget(profile)
        self.chosen = {kind: self._choose(kind) for kind in OPERATION_OF}

    def stretch(self, kind: str, resource: str) -> tuple[int, int] | None:
        """Return where a resource has data, on the grid of 30 minutes; None if nothing is known."""
        for key in (resource, OPERATION_OF[kind], kind):
            found = self._stretches.get(key)
            if found is not None and found[1] - found[0] >= _LATE:
                return -(-found[0] // 30) * 30, found[1] // 30 * 30
        return None

    def day(self, kind: str, resource: str) -> tuple[int, int] | None:
        """Return the latest whole UTC day with data, or what there is."""
        stretch = self.stretch(kind, resource)
        if stretch is None:
            return None
        start, end = stretch
        last = (end - _LATE) // DAY * DAY
        if last - DAY >= start:
            return last - DAY, last
        last = end // DAY * DAY
        if last - DAY >= start:
            return last - DAY, last
        return max(start, end - DAY), end

    def questions(self) -> Iterator[Question]:
        """Yield what is always asked."""
        for kind, resources in self.chosen.items():
            for resource in resources[:1]:
                yield from self._main(kind, resource)
        for kind, resources in self.chosen.items():
            yield from self._unfiltered(kind)
            yield from self._beside(kind, resources[1:])
        yield from self._foreign()
        if self.budget.thorough:
            yield from self._odd_days()
            yield from self._ahead()

    def again(self) -> Iterator[Question]:
        """Yield what is asked once more at the end."""
        for kind, resources in self.chosen.items():
            for resource in resources[:1]:
                day = self.day(kind, resource)
                if day is not None:
                    yield self._ask(kind, resource, day, 15, "past")

    def _ask(
        self, kind: str, resource: str | None, window: tuple[int, int], interval: int, purpose: str
    ) -> Question:
        return Question(OPERATION_OF[kind], kind, resource, window[0], window[1], interval, purpose)

    def _main(self, kind: str, resource: str) -> Iterator[Question]:
        day, stretch = self.day(kind, resource), self.stretch(kind, resource)
        if day is None or stretch is None:
            return
        thorough = self.budget.thorough
        for interval in (1, 5, 15, 30) if thorough else (1, 15, 30):
            yield self._ask(kind, resource, day, interval, "day")
            if interval == 15:
                yield self._ask(kind, resource, day, interval, "repeat")
        again = self._ask(kind, resource, day, 30, "reordered")
        yield Question(
            again.operation, kind, resource, again.start, again.end, 30, "reordered", reordered=True
        )
        if day[1] - day[0] == DAY:
            odd = (day[0] + 367, day[0] + 472)
            yield self._ask(kind, resource, odd, 5 if kind == "PV" else 15, "unaligned")
            if kind == self._first() or self.budget.seasons:
                yield self._ask(kind, resource, odd, 30, "unaligned")
        weeks = (max(stretch[0], day[1] - self.budget.weeks * 7 * DAY), day[1])
        if weeks[1] - weeks[0] > DAY:
            yield self._ask(kind, resource, weeks, 30, "weeks")
        if thorough:
            yield from self._parts(kind, resource, day, stretch)

    def _parts(
        self, kind: str, resource: str, day: tuple[int, int], stretch: tuple[int, int]
    ) -> Iterator[Question]:
        cut = day[0] + (day[1] - day[0]) // 150 * 65
        yield self._ask(kind, resource, (day[0], cut // 5 * 5), 5, "part")
        yield self._ask(kind, resource, (cut // 5 * 5, day[1]), 5, "part")
        if day[0] - stretch[0] > _LATE:
            yield self._ask(kind, resource, (day[0] - 83, day[0] + 83), 1, "midnight")
        if kind == "ME" and day[1] - 7 * DAY >= stretch[0]:
            yield self._ask(kind, resource, (day[1] - 7 * DAY, day[1]), 1, "long")

    def _unfiltered(self, kind: str) -> Iterator[Question]:
        resources = self.chosen[kind]
        day = self.day(kind, resources[0]) if resources else None
        if day is None:
            return
        noon, stretch = self.noon(resources[0], day), self.stretch(kind, resources[0]) or day
        yield from everyone(self._book, kind, day, stretch, noon, thorough=self.budget.thorough)

    def _beside(self, kind: str, resources: list[str]) -> Iterator[Question]:
        for resource in resources:
            day, stretch = self.day(kind, resource), self.stretch(kind, resource)
            if day is None or stretch is None:
                continue
            yield self._ask(kind, resource, day, 5, "other")
            yield self._ask(kind, resource, (max(stretch[0], day[1] - 28 * DAY), day[1]), 30, "weeks")

    def _foreign(self) -> Iterator[Question]:
        for kind, resources in self.chosen.items():
            day = self.day(kind, resources[0]) if resources else None
            other = next((found[0] for name, found in self.chosen.items() if name != kind and found), None)
            if day is not None and other is not None:
                yield self._ask(kind, other, (day[0], day[0] + 60), 30, "foreign")
        for kind, resources in self.chosen.items():
            day = self.day(kind, resources[0]) if resources else None
            absent = next((name for name in _ABSENT if name not in self._book.listed), None)
            if day is not None and absent is not None:
                yield self._ask(kind, absent, (day[0], day[0] + 60), 30, "absent")
                return

    def _odd_days(self) -> Iterator[Question]:
        for kind, resources in self.chosen.items():
            if not resources:
                continue
            stretch = self.stretch(kind, resources[0])
            if stretch is None:
                continue
            if kind == self._first() or self.budget.seasons:
                # What a calendar does to one type it does to all. So long ago there may be no rows.
                start = min(stretch[0], stretch[1] - _CALENDAR)
                for interval, change in zip(cycle((30, 15, 5)), self._changes(stretch[1]), strict=False):
                    day = change // DAY * DAY
                    yield self._ask(kind, resources[0], (day - DAY, day + 2 * DAY), interval, "clock change")
                for middle in leap_days(start, stretch[1]):
                    yield self._ask(kind, resources[0], (middle - 2 * DAY, middle + DAY), 30, "calendar")
            yield from self._seasons(kind, resources[0], stretch)
        yield from self._solstices()

    def _first(self) -> str | None:
        """Return the first type that is asked."""
        return next((kind for kind, found in self.chosen.items() if found), None)

    def _solstices(self) -> Iterator[Question]:
        """Yield a week over the turn of the year, and one half a year away: what the sun tells apart.

        Asked of what sees sun and air, away from the tropics if there is a choice.
        """
        kind = next((one for one in ("PV", "BE", "ME") if self.chosen[one]), None)
        if kind is None:
            return
        resource = min(self.chosen[kind], key=self._tropical)
        stretch = self.stretch(kind, resource)
        if stretch is None:
            return
        for middle in turn_and_height(stretch[1] - 4 * DAY):
            yield self._ask(kind, resource, (middle - 3 * DAY, middle + 4 * DAY), 30, "solstice")

    def _tropical(self, resource: str) -> float:
        """Return how little a place knows of seasons; the poles know too much."""
        latitude = abs(self._book.place(resource).latitude or 0.0)
        return 90.0 if latitude > _POLAR else -latitude

    def _ahead(self) -> Iterator[Question]:
        """Yield a window of buckets that have not been yet; if it has rows, one that is years away."""
        kind = self._first()
        if kind is None or self.now is None:
            return
        start = self.now + _FAST
        resource = self.chosen[kind][0]
        yield self._ask(kind, resource, (start, start + 4 * 60), 1, AHEAD)
        if self._book.ahead and self._book.ahead[-1].rows:
            yield self._ask(kind, resource, (start + _YEARS, start + _YEARS + 60), 1, AHEAD)
        day = self.day(kind, resource)
        if day is not None and day[0] < self.now < day[1] + _RECENT:
            # As whoever wants all until today asks: from a day that is known until tomorrow.
            yield self._ask(kind, resource, (day[1] - 4 * 60, (self.now // 30 + 3) * 30), 30, ONWARD)

    def _changes(self, end: int) -> list[int]:
        """Return the latest clock changes at the sites, in spring and autumn, at most one for each day."""
        found: dict[int, int] = {}
        for site in self._book.sites.values():
            for change in clock_changes(site.place, end - 400 * DAY, end - 2 * DAY)[-2:]:
                found.setdefault(change // DAY, change)
        return sorted(found.values())[-_CHANGES:]

    def _seasons(self, kind: str, resource: str, stretch: tuple[int, int]) -> Iterator[Question]:
        span = stretch[1] - stretch[0] - 28 * DAY
        for number in range(self.budget.seasons):
            start = (stretch[0] + span * number // max(1, self.budget.seasons)) // DAY * DAY + DAY
            if span > 28 * DAY:
                yield self._ask(kind, resource, (start, start + 28 * DAY), 30, "season")

    def noon(self, resource: str, day: tuple[int, int]) -> int:
        """Return about noon by the sun, on the grid, inside the day."""
        longitude = self._book.place(resource).longitude or 0.0
        noon = day[0] + round((12 - longitude / 15) % 24 * 2) * 30
        return max(day[0] + 60, min(day[1] - 60, noon))

    def _choose(self, kind: str) -> list[str]:
        """Return what is asked: first from the best equipped unit controller, then from elsewhere."""
        here = [
            one for one in self._book.listed.values() if one.kind == kind and self.stretch(kind, one.resource)
        ]
        best = self._best_controller()
        here.sort(key=lambda one: (one.controller != best, one.resource))
        if not here:
            return []
        chosen, rest = here[:1], here[1:]
        while rest and len(chosen) <= self.budget.others:
            used = {one.site for one in chosen}
            rest.sort(key=lambda one: (one.site in used, one.resource))
            chosen.append(rest.pop(0))
        return [one.resource for one in chosen]

    def _best_controller(self) -> str | None:
        """Return the unit controller behind which there is the most to compare, and the least to ask."""
        equipment: dict[str, list[Listed]] = {}
        for one in self._book.listed.values():
            if one.kind in OPERATION_OF and self.stretch(one.kind, one.resource):
                equipment.setdefault(one.controller, []).append(one)
        if not equipment:
            return None

        def worth(controller: str) -> tuple[int, int, int, str]:
            kinds = [one.kind for one in equipment[controller]]
            return -len(set(kinds)), -min(2, kinds.count("ME")), len(kinds), controller

        return min(equipment, key=worth)


assert set(KIND_OF) == set(OPERATION_OF.values())  # noqa: S101 - the two tables are one
