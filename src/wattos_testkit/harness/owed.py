"""What every deployment owes: each legal combination answered, each impossible window refused.

Small matrices over the operations; the malformed spellings come after them.
"""

from collections.abc import Iterator
from urllib.parse import quote

from wattos_testkit.harness.ask import Ask
from wattos_testkit.harness.asked import MINUTES_A_DAY, SERIES, text_of
from wattos_testkit.harness.crossed import crossed
from wattos_testkit.harness.dates import dates
from wattos_testkit.harness.refusals import base_of, good_of, good_url, unknown_id
from wattos_testkit.harness.run import Run, Steps

_FINE = 15
"""Below this interval deployments often answer otherwise; there the shortest windows have no filter."""
_NAMES = ("start", "end", "agg_interval")
_SHORT = {5: (-1, 2), 30: (-10, 10)}
"""By interval: windows shorter than it, in which a bucket begins all the same."""


def owed(run: Run) -> Steps:
    """Send them, and then the ids of every other kind."""
    yield from dates(run)
    for ask in (*_windows(run), *crossed(run)):
        run.get(ask.url)
        yield ask.what


def _windows(run: Run) -> Iterator[Ask]:
    yield from _shortest(run)
    yield from _midnight(run)
    yield from _legal(run)
    yield from _impossible(run)
    yield from _bare(run)
    yield from _twice(run)
    yield from _spelled(run)


def _legal(run: Run) -> Iterator[Ask]:
    """Yield each legal combination that nobody has been answered so far."""
    for operation, interval in _pairs(run):
        for filtered in (True, False):
            if (operation, filtered, str(interval)) not in run.served:
                values = {**good_of(run, operation), "agg_interval": str(interval)}
                what = f"{operation}: {interval} minutes, {'one resource' if filtered else 'all'}"
                url = run.url(operation, **(values if filtered else {**values, "resource_id": None}))
                yield Ask(what, url)


def _shortest(run: Run) -> Iterator[Ask]:
    """Yield windows of two buckets: a limit that was meant for another interval forbids them."""
    for operation, interval in _pairs(run):
        resource, end = base_of(run, operation)
        filtered = resource if interval >= _FINE else None
        url = run.series_url(operation, filtered, end - 2 * interval, end, interval)
        yield Ask(f"{operation}: two buckets of {interval} minutes", url)


def _midnight(run: Run) -> Iterator[Ask]:
    """Yield windows of two hours around a midnight of which both days have data."""
    for operation in SERIES:
        resource, end = base_of(run, operation)
        midnight = end // MINUTES_A_DAY * MINUTES_A_DAY - MINUTES_A_DAY
        url = run.series_url(operation, resource, midnight - 60, midnight + 60, _FINE)
        yield Ask(f"{operation}: over midnight", url)


def _pairs(run: Run) -> Iterator[tuple[str, int]]:
    """Yield each operation that has data with each interval of the document."""
    for operation in SERIES:
        if run.known.by_operation(operation):
            parameters = run.contract.operations[operation].parameters
            allowed = next((one.schema.get("enum") for one in parameters if one.name == "agg_interval"), None)
            yield from ((operation, int(interval)) for interval in allowed or ())


def _impossible(run: Run) -> Iterator[Ask]:
    """Yield windows without any time, or shorter than the interval."""
    for operation in SERIES:
        resource, end = base_of(run, operation)
        at = end - 60
        for interval, (before, after) in _SHORT.items():
            url = run.series_url(operation, resource, at + before, at + after, interval)
            yield Ask(f"{operation}: {after - before} minutes at {interval}", url)
        yield Ask(f"{operation}: end at start", run.series_url(operation, resource, at, at, 1))


def _bare(run: Run) -> Iterator[Ask]:
    """Yield requests without any parameter, or without a window, and with arrays."""
    for operation in (*SERIES, "get_sites"):
        yield Ask(f"{operation}: no parameter at all", run.url(operation))
    for operation in SERIES:
        url = run.url(operation, **{**good_of(run, operation), "start": None, "end": None})
        yield Ask(f"{operation}: neither start nor end", url)
    for name, operation in _turned(run, 0):
        good = good_of(run, operation)
        bare = run.url(operation, **{**good, name: None})
        yield Ask(
            f"{operation}: {name} as an array", f"{bare}&{name}%5B%5D={quote(str(good[name]), safe=':')}"
        )


def _turned(run: Run, shift: int) -> list[tuple[str, str]]:
    """Return the parameters of windows, each with another operation."""
    names = list(SERIES)
    at = run.settings.seed + shift
    return [(name, names[(at + number) % len(names)]) for number, name in enumerate(_NAMES)]


def _twice(run: Run) -> Iterator[Ask]:
    """Yield requests with one parameter twice: right twice, and right before wrong."""
    for operation in SERIES:
        known = run.known.by_operation(operation)
        if len(known) > 1:
            url = run.url(operation, **good_of(run, operation))
            yield Ask(f"{operation}: resource_id twice", f"{url}&resource_id={known[1]}")
    first = run.known.groups[0]
    other = next(iter(run.known.groups[1:]), unknown_id(run, "another group"))
    yield Ask("get_sites: group_id twice", f"{run.url('get_sites', group_id=first)}&group_id={other}")
    wrong = {"start": text_of(0)[:10], "end": "now", "agg_interval": "7"}
    for name, operation in _turned(run, 1):
        url = run.url(operation, **good_of(run, operation))
        yield Ask(f"{operation}: {name} right and wrong", f"{url}&{name}={wrong[name]}")


def _spelled(run: Run) -> Iterator[Ask]:
    """Yield right requests in another spelling of the address, and with a parameter that nobody knows."""
    series = [one for one in SERIES if run.known.by_operation(one)] or list(SERIES)
    operation = series[run.settings.seed % len(series)]
    for name in ("get_resources", operation):
        url, value = good_url(run, name), str(_id_of(run, name))
        encoded = f"%{ord(value[0]):02X}{value[1:]}"
        # What needs no encoding means the same when it is encoded (RFC 3986, 2.3).
        yield Ask(f"{name}: a letter percent-encoded", url.replace(value, encoded, 1))
        yield Ask(f"{name}: an unknown parameter", f"{url}{'&' if '?' in url else '?'}_=1732543200")
    good = good_of(run, operation)
    bare = run.url(operation, **{**good, "start": None})
    yield Ask(f"{operation}: START", f"{bare}&START={good['start']}")


def _id_of(run: Run, operation: str) -> str:
    return next(iter(run.known.sites)) if operation == "get_resources" else base_of(run, operation)[0]
