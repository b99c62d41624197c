"""Deals the malformed spellings out: each family to each place once, and each time in another spelling.

A parser that all operations share meets many spellings of a family so, and one that a single operation has
for itself meets one of each family. What is suspicious there is followed up.
"""

from collections.abc import Iterator
from itertools import zip_longest

from wattos_testkit.harness.ask import Ask
from wattos_testkit.harness.asked import ID_PARAMETERS, SERIES
from wattos_testkit.harness.refusals import SPAN, base_of, good_of
from wattos_testkit.harness.run import Run
from wattos_testkit.harness.spellings import INTERVALS, Spelling, ids
from wattos_testkit.harness.spellings_of_times import times

Place = tuple[str, str]
_EVERYWHERE = 2
"""From this depth on each spelling goes to each place."""
_RARE = {
    "huge", "long", "long texts", "more behind it", "other digits", "other ISO forms", "parts", "paths",
    "quotes", "years", "fractions", "negative", "text",
}  # fmt: skip
"""Families that one operation gets in the first round, another with each seed."""
_LIKELY = {"words": 2, "wildcards": 3, "lists": 1, "since 1970": 2, "no zone": 2, "a date": 1}
"""Families of which each operation gets the likeliest spellings, whatever it has got before."""
_IDS: tuple[Place, ...] = (*((one, "resource_id") for one in SERIES), *ID_PARAMETERS.items())
_TIMES: tuple[Place, ...] = tuple((one, name) for one in SERIES for name in ("start", "end"))
_STEPS: tuple[Place, ...] = tuple((one, "agg_interval") for one in SERIES)
_MORE = 3
"""So many other spellings of a family are tried where one was suspicious."""


def malformed(run: Run) -> Iterator[Ask]:
    """Yield the malformed requests: a first round, what it left out, and then what nobody has been asked."""
    dealt = [_Dealt(run, places) for places in (_TIMES, _IDS, _STEPS)]
    if run.profile.depth >= _EVERYWHERE:
        rounds = [[one.everything() for one in dealt]]
    else:
        rounds = [
            [one.first() for one in dealt],
            [one.second() for one in dealt],
            [one.rest() for one in dealt],
        ]
    for turns in rounds:
        for turn in zip_longest(*turns):
            yield from (ask for ask in turn if ask is not None)


def more_like(run: Run, ask: Ask) -> list[Ask]:
    """Return other spellings of the same family at the same place."""
    if ask.place is None:
        return []
    others = (spelling for spelling in spellings(run, ask.place) if spelling.family == ask.family)
    made = [made_of(run, ask.place, one) for one in others]
    return [one for one in made if one.url not in run.spelled][:_MORE]


class _Dealt:
    """The families of one kind of parameter, dealt out to its places."""

    def __init__(self, run: Run, places: tuple[Place, ...]) -> None:
        self._run, self._places = run, places
        self._of = {place: _by_family(spellings(run, place)) for place in places}
        self._families = list(dict.fromkeys(name for one in self._of.values() for name in one))
        self._turn: dict[str, int] = {}
        self._sent: set[str] = set()
        """What spellings are called that were sent to some place."""

    def first(self) -> Iterator[Ask]:
        """Yield each family for each operation: of a window the one end or the other."""
        for number, family in enumerate(self._families):
            operations = list(dict.fromkeys(operation for operation, _ in self._places))
            if family in _RARE:
                operations = [operations[(number + self._run.settings.seed) % len(operations)]]
            for turn, operation in enumerate(operations):
                names = [name for one, name in self._places if one == operation]
                if not any((operation, name, family) in self._run.tried for name in names):
                    yield from self._next((operation, names[(number + turn) % len(names)]), family)

    def likely(self) -> Iterator[Ask]:
        """Yield the likeliest spellings of a few families for each operation that has not got them."""
        for number, (family, most) in enumerate(_LIKELY.items()):
            for turn, operation in enumerate(dict.fromkeys(operation for operation, _ in self._places)):
                places = [place for place in self._places if place[0] == operation]
                place = places[(number + turn + 1) % len(places)]
                for spelling in self._of[place].get(family, ())[:most]:
                    yield made_of(self._run, place, spelling)

    def second(self) -> Iterator[Ask]:
        """Yield what the first round has left out."""
        for family in self._families:
            for place in self._places:
                if (*place, family) not in self._run.tried:
                    yield from self._next(place, family)

    def rest(self) -> Iterator[Ask]:
        """Yield each spelling that has not been sent anywhere, to one place."""
        number = self._run.settings.seed
        for family in self._families:
            for turn, place in enumerate(self._turned(number)):
                for spelling in self._of[place].get(family, ()):
                    ask = made_of(self._run, place, spelling)
                    if spelling.what not in self._sent and ask.url not in self._run.spelled:
                        self._sent.add(spelling.what)
                        yield ask
                number += turn

    def everything(self) -> Iterator[Ask]:
        """Yield each spelling at each place."""
        for family in self._families:
            for place in self._places:
                yield from (made_of(self._run, place, one) for one in self._of[place].get(family, ()))

    def _turned(self, number: int) -> list[Place]:
        at = number % len(self._places)
        return [*self._places[at:], *self._places[:at]]

    def _next(self, place: Place, family: str) -> Iterator[Ask]:
        """Yield the next spelling of a family, for a place that it fits."""
        entries = self._of[place].get(family)
        if entries:
            # Each place gets another one; the likeliest spellings come first.
            turn = self._turn[family] = self._turn.get(family, -1) + 1
            self._run.tried.add((*place, family))
            entry = entries[turn % len(entries)]
            self._sent.add(entry.what)
            yield made_of(self._run, place, entry)


def _by_family(entries: list[Spelling]) -> dict[str, list[Spelling]]:
    found: dict[str, list[Spelling]] = {}
    for entry in entries:
        found.setdefault(entry.family, []).append(entry)
    return found


def spellings(run: Run, place: Place) -> list[Spelling]:
    """Return the malformed spellings for a place."""
    operation, name = place
    if name == "agg_interval":
        return [
            Spelling(family, repr(text)[:40], text) for family, texts in INTERVALS.items() for text in texts
        ]
    if name in {"start", "end"}:
        end = base_of(run, operation)[1]
        return [one for one in times(end - SPAN if name == "start" else end) if one.only in {"", name}]
    return list(ids(*_samples(run, operation)))


def _samples(run: Run, operation: str) -> tuple[str, str, str]:
    """Return an id, another of its kind, and one of another kind."""
    if operation in SERIES:
        # A list of one id twice is still a list, where there is but one.
        known = run.known.by_operation(operation) or [base_of(run, operation)[0]]
        stranger = next((one for one in run.known.stretches if one not in known), next(iter(run.known.sites)))
    else:
        known = run.known.groups if operation == "get_sites" else list(run.known.sites)
        stranger = next(iter(run.known.stretches), known[0])
    return known[0], known[min(1, len(known) - 1)], stranger


def made_of(run: Run, place: Place, spelling: Spelling) -> Ask:
    """Return the request that has a spelling at a place, and is right elsewhere."""
    operation, name = place
    changed = {name: spelling.text}
    if spelling.other:
        changed["end" if name == "start" else "start"] = spelling.other
    url = run.url(operation, **{**good_of(run, operation), **changed})
    return Ask(f"{operation}: {spelling.what} as {name}", url, place, spelling.family)
