"""Directed requests that must be refused.

Only addresses are made here: the rules of the wire judge each answer by reading its request. Schemathesis
lets a missing parameter and a value outside an enum pass, so they are sent from here.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from wattos_testkit.harness.ask import Ask
from wattos_testkit.harness.asked import ID_PARAMETERS, SERIES, text_of
from wattos_testkit.harness.run import Run, Steps

_INTERVAL = 15
SPAN = 120
_YEAR = 366 * 1440
"""Minutes of a year, at most."""
_FAMILIES = {
    "lower": "case", "newline": "unseen", "nul": "unseen", "accent": "other letters", "blank": "blanks",
    "huge": "long texts", "text": "words", "naive": "no zone", "nonsense": "calendar", "date": "a date",
    "7": "other numbers", "0": "zero", "60": "large", "abc": "text", "-15": "negative", "15.5": "fractions",
    "": "empty",
}  # fmt: skip
"""How the dictionary calls what is sent from here; the other families are named alike."""
_IDS: tuple[tuple[int, str], ...] = (
    (0, "lower"), (0, "newline"), (1, "long"), (1, "short"),
    (2, "accent"), (2, "nul"), (2, "blank"), (2, "huge"),
)  # fmt: skip
_INTERVALS = ((0, "7"), (0, "0"), (1, "60"), (1, "abc"), (2, "-15"), (2, "15.5"), (2, ""))
_TIMES = ((0, "seconds"), (0, "text"), (1, "naive"), (1, "nonsense"), (2, "date"), (2, "empty"))
"""Each with the depth from which every operation gets it; the others are dealt out in turn."""
_ELSEWHERE = {"get_sites": 3, "get_resources": 1}
"""The turns of the lists: what no series gets, too."""


def refusals(run: Run) -> Steps:
    """Send each request that must be refused."""
    for ask in directed(run):
        run.get(ask.url)
        note(run, ask)
        yield ask.what


def note(run: Run, ask: Ask) -> None:
    """Remember a malformed request, so that it is not sent again."""
    if ask.place is not None:
        run.tried.add((*ask.place, ask.family))
        run.spelled.add(ask.url)


def directed(run: Run) -> Iterator[Ask]:
    """Yield the requests that must be refused, for each operation."""
    for number, operation in enumerate(SERIES):
        yield from _series(run, operation, number)
    for operation, name in ID_PARAMETERS.items():
        sample = (run.known.groups if operation == "get_sites" else list(run.known.sites))[0]
        for kind in _dealt(_IDS, run.profile.depth, _ELSEWHERE[operation]):
            url = run.url(operation, **{name: _bad_id(kind, sample)})
            yield Ask(f"{operation}: {kind} {name}", url, (operation, name), _FAMILIES.get(kind, kind))
        yield Ask(f"{operation}: unknown {name}", run.url(operation, **{name: unknown_id(run, operation)}))
    yield Ask("get_sites: no group_id", run.url("get_sites"))


def _series(run: Run, operation: str, number: int) -> Iterator[Ask]:
    depth = run.profile.depth
    resource, end = base_of(run, operation)
    start, good = end - SPAN, good_of(run, operation)

    def but(what: str, **changed: str | None) -> Ask:
        return Ask(f"{operation}: {what}", run.url(operation, **{**good, **changed}))

    def bad(what: str, name: str, kind: str, **changed: str) -> Ask:
        url = run.url(operation, **{**good, **changed})
        return Ask(f"{operation}: {what}", url, (operation, name), _FAMILIES.get(kind, kind))

    for name in ("start", "end", "agg_interval"):
        yield but(f"no {name}", **{name: None})
    for kind in _dealt(_IDS, depth, number):
        yield bad(f"{kind} resource_id", "resource_id", kind, resource_id=_bad_id(kind, resource))
    for text in _dealt(_INTERVALS, depth, number):
        yield bad(f"agg_interval {text!r}", "agg_interval", text, agg_interval=text)
    for turn, kind in enumerate(_dealt(_TIMES, depth, number)):
        name, minute = (("start", start), ("end", end))[(turn + number) % 2]
        window = _no_such_day(name, minute) if kind == "nonsense" else {name: _bad_time(kind, minute)}
        yield bad(f"{kind} {name}", name, kind, **window)
    yield but("end before start", start=text_of(end), end=text_of(start))
    if depth or number == 0:
        yield but("shorter than the interval", end=text_of(start + _INTERVAL // 3))
    if depth > 1 or number == 1:
        yield but("end at start", end=text_of(start))
    yield but("unknown resource_id", resource_id=unknown_id(run, operation))
    if depth != 1:
        # The judge asks for a stranger of its own; where it does not, the probes do later.
        yield from strangers(run, operation, every=depth > 1)


def strangers(run: Run, operation: str, *, every: bool = False) -> Iterator[Ask]:
    """Yield requests for resources of another type; of every other one, or of the next."""
    for other in SERIES:
        stranger = next(iter(run.known.by_operation(other)), None)
        if other != operation and stranger and (every or other == _after(operation)):
            start, end = (text_of(base_of(run, operation)[1] - back) for back in (120, 0))
            url = run.url(operation, resource_id=stranger, start=start, end=end, agg_interval=_INTERVAL)
            yield Ask(f"{operation}: resource_id of {SERIES[other]}", url)


def _after(operation: str) -> str:
    names = list(SERIES)
    return names[(names.index(operation) + 1) % len(names)]


def base_of(run: Run, operation: str) -> tuple[str, int]:
    """Return a resource of the operation and a time at which it has data, as far as they are known."""
    for resource in run.known.by_operation(operation):
        return resource, run.known.stretches[resource][1]
    ends = [end for _, end in run.known.stretches.values()]
    listed = [one for one in run.known.resources if run.known.operation_of(one) == operation]
    resource = listed[0] if listed else f"{SERIES[operation]}000001"
    return resource, max(ends, default=int(run.transport.clock.wall()) // 86_400 * 1440)


def _dealt(kinds: tuple[tuple[int, str], ...], depth: int, turn: int) -> list[str]:
    """Return what every operation gets at this depth, and its share of the rest."""
    own = [kind for least, kind in kinds if least <= depth]
    rest = [kind for least, kind in kinds if least > depth]
    # One of the rest each, another at each operation, so that a run sees most of them at little cost.
    return own + ([rest[turn % len(rest)]] if rest and depth else [])


def _bad_id(kind: str, good: str) -> str:
    return {
        "lower": good.lower() if good.lower() != good else "lower001",
        "newline": good + "\n",
        "long": good + "1",
        "short": good[:-1],
        "accent": "É" + good[1:],
        "nul": good[:-1] + "\0",
        "blank": " " * len(good),
        "huge": "A" * 300,
    }[kind]


def _bad_time(kind: str, minute: int) -> str:
    good = text_of(minute)
    return {
        "seconds": good[:-3] + "30Z",
        "text": "yesterday",
        "naive": good[:-1],
        "date": good[:10],
        "empty": "",
    }[kind]


def _no_such_day(name: str, minute: int) -> dict[str, str]:
    """Return a window whose one end is the 30th of February, and short wherever a server may roll it to."""
    year = datetime.fromtimestamp((minute - _YEAR) * 60, UTC).year
    other = {"start": ("end", f"{year}-03-02T02:00:00Z"), "end": ("start", f"{year}-02-28T22:00:00Z")}
    return {name: f"{year}-02-30T00:00:00Z", other[name][0]: other[name][1]}


def good_of(run: Run, operation: str) -> dict[str, str | None]:
    """Return the parameters of a legal request; the id of a list is left to be chosen."""
    if operation not in SERIES:
        return {}
    resource, end = base_of(run, operation)
    window = {"start": text_of(end - SPAN), "end": text_of(end)}
    return {"resource_id": resource, **window, "agg_interval": str(_INTERVAL)}


def unknown_id(run: Run, purpose: str, prefix: str = "ZQ") -> str:
    """Return a well-formed id that nobody has: drawn from the seed, and not met so far."""
    for draw in range(1_000):
        name = hashlib.sha256(f"{run.settings.seed}/{purpose}/{draw}".encode()).hexdigest()[:6].upper()
        if prefix + name not in run.known.met:
            run.known.invented.add(prefix + name)
            return prefix + name
    raise AssertionError("a thousand random ids exist")


def good_url(run: Run, operation: str) -> str:
    """Return a legal request."""
    if operation == "get_sites":
        return run.url(operation, group_id=run.known.groups[0])
    if operation == "get_resources":
        return run.url(operation, site_id=next(iter(run.known.sites)))
    resource, end = base_of(run, operation)
    return run.series_url(operation, resource, end - SPAN, end, _INTERVAL)
