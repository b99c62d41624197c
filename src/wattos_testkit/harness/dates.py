"""Legal windows on days that calendars, time zones and counters find hard.

A limit of a deployment may forbid old windows; it forbids those of the week before and after, too.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from wattos_testkit.harness.asked import SERIES, minute_of, text_of
from wattos_testkit.harness.events import Evidence
from wattos_testkit.harness.refusals import base_of
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.transport import Reply
from wattos_testkit.harness.wire import OK, REDIRECT

_INTERVAL = 30
_WEEK = 7 * 1440
_MARGIN = 9 * 1440
"""So that the week after is over, too."""
_REFUSED = {400, 416, 422}
_NO_ROWS = 404
_MARCH, _APRIL, _NOVEMBER = 3, 4, 11
_FAR = (
    ("the year 1", "0001-01-01T00:00:00Z", "0001-01-01T02:00:00Z"),
    ("around 1970", "1969-12-31T23:00:00Z", "1970-01-01T01:00:00Z"),
    ("the end of 32 bits", "2038-01-19T02:00:00Z", "2038-01-19T04:00:00Z"),
    ("the end of 64 bits of nanoseconds", "2262-04-11T23:00:00Z", "2262-04-12T01:00:00Z"),
    ("the last hours there are", "9999-12-31T21:30:00Z", "9999-12-31T23:30:00Z"),
)
"""Whatever such a window is answered, nothing may fail."""


def dates(run: Run) -> Steps:
    """Ask for a window on each of them, of one operation or another."""
    operations = [one for one in SERIES if run.known.by_operation(one)]
    if not operations:
        return
    end = base_of(run, operations[0])[1]
    for turn, (what, start, length) in enumerate(hard_days(end)):
        operation = operations[(turn + run.settings.seed) % len(operations)]
        reply = _ask(run, operation, start, length)
        if reply is not None and reply.status in _REFUSED:
            beside = (_ask(run, operation, start + shift, length) for shift in (-_WEEK, _WEEK))
            _compare(run, f"{what}, {text_of(start)}", reply, beside)
        yield f"{operation}: {what}"
    for turn, (what, first, last) in enumerate(_FAR):
        operation = operations[(turn + run.settings.seed) % len(operations)]
        window = {"start": first, "end": last, "agg_interval": str(_INTERVAL)}
        run.get(run.url(operation, resource_id=base_of(run, operation)[0], **window))
        yield f"{operation}: {what}"


def _ask(run: Run, operation: str, start: int, length: int) -> Reply | None:
    resource = base_of(run, operation)[0]
    return run.get(run.series_url(operation, resource, start, start + length, _INTERVAL))[0]


def _compare(run: Run, what: str, refused: Reply, beside: Iterator[Reply | None]) -> None:
    """Report a window that is refused where those a week before and after are answered."""
    asked = run.wire.read(refused.url)
    if asked is None or run.known.must_be_served(asked):
        # It has been reported already.
        return
    run.findings.asked("WT208", asked.operation)
    if all(one is not None and _answered(one) for one in beside):
        seen = Evidence("status", "200, as a week before and after", str(refused.status))
        message = f"a legal window is refused with {refused.status} on {what}"
        requests = [run.transport.request_of(refused)]
        run.findings.report(
            "WT208", asked.operation, message, resource=asked.id, evidence=[seen], requests=requests
        )


def _answered(reply: Reply) -> bool:
    return OK <= reply.status < REDIRECT or reply.status == _NO_ROWS


def hard_days(end: int) -> Iterator[tuple[str, int, int]]:
    """Yield windows before a time: what is hard about each, its start, and its length; in minutes."""
    year = datetime.fromtimestamp(end * 60, UTC).year
    leap = next(one for one in range(year, 0, -1) if _is_leap(one) and _at(one, 3, 2) < end)
    yield "the 29th of February", _at(leap, 2, 29, 22), 120
    yield "the eve of the 29th of February", _at(leap, 2, 28, 23), 120
    yield "the turn of the year", _at(year, 1, 1) - 60, 120
    yield "a 31st", _last_31st(end), 120
    # An hour that some zone's clocks skip, as those read it that leave out the zone.
    yield "an hour that clocks in Europe skip", _before(end, _APRIL, 0) + 150, 120
    yield "an hour that clocks in America skip", _before(end, _MARCH, 2) + 150, 120
    # The half hours around the change back are the same half hour by the clock on the wall.
    yield "the change of clocks in Europe", _before(end, _NOVEMBER, 0) + 30, 60
    yield "the change of clocks in New York", _before(end, _NOVEMBER, 1) + 330, 60
    yield "the change of clocks in California", _before(end, _NOVEMBER, 1) + 510, 60
    yield "the change of clocks in Sydney", _before(end, _APRIL, 1) - 510, 60


def _at(year: int, month: int, day: int, hour: int = 0) -> int:
    return minute_of(f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:00:00Z")


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _last_31st(end: int) -> int:
    day = datetime.fromtimestamp(end * 60, UTC).replace(hour=22, minute=0) - timedelta(days=9)
    while day.day != 31:  # noqa: PLR2004 - the day that it is about
        day -= timedelta(days=1)
    return int(day.timestamp()) // 60


def _sunday(year: int, month: int, number: int) -> int:
    """Return the midnight of a Sunday: the first of a month is 1, and the last before it 0."""
    first = datetime(year, month, 1, tzinfo=UTC)
    return int((first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (number - 1))).timestamp()) // 60


def _before(end: int, month: int, number: int) -> int:
    """Return the newest such Sunday that lies at least nine days before a time."""
    year = datetime.fromtimestamp(end * 60, UTC).year
    return next(day for one in (year, year - 1) if (day := _sunday(one, month, number)) < end - _MARGIN)
