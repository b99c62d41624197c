"""Discover: groups, sites, resources, and the stretch of time that has data."""

from collections.abc import Callable, Iterator
from typing import Any

from wattos_testkit.errors import TargetError
from wattos_testkit.harness.asked import MINUTES_A_DAY, SERIES, minute_of
from wattos_testkit.harness.events import Severity
from wattos_testkit.harness.reach import groups_of
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.transport import Reply
from wattos_testkit.harness.wire import rows_of

_INTERVAL = 30
_SHORT = 120
_TOO_LONG = {400, 413, 416, 422}
_BACK = (7, 30, 90, 365, 1_000)
"""Days before today at which data is looked for when yesterday has none."""
_SAMPLE_DAY = minute_of("2024-03-20T00:00:00Z")
"""The day of the samples of the vendor's page: servers of fixtures hold it."""


def discover(run: Run) -> Steps:
    """Learn who exists and when there is data.

    Raises
    ------
    TargetError
        If there is nothing to test.
    """
    yield from lists(run)
    wanted = list(_chosen(run))
    anchor: int | None = None
    for resource in wanted:
        operation = run.known.operation_of(resource)
        if operation is None:
            continue
        found = _Search(run, operation, resource).stretch(anchor)
        if found is None:
            yield f"{resource}: no data found"
            continue
        run.known.stretches[resource] = found
        anchor = found[1] if anchor is None else anchor
        yield f"{resource}: data over {(found[1] - found[0]) / MINUTES_A_DAY:.0f} days"


def lists(run: Run) -> Steps:
    """Ask for the sites of the groups and the resources of the sites, and tell the judge.

    Raises
    ------
    TargetError
        If there are none.
    """
    yield from _list_sites(run)
    yield from _list_resources(run)
    _tell(run)


def _list_sites(run: Run) -> Steps:
    groups = groups_of(run)
    for group in groups:
        url = run.url("get_sites", group_id=group)
        value = run.reached[1] if run.reached[0] == url else run.get(url)[1]
        rows = _rows(value)
        run.known.lists[group] = rows
        if rows:
            run.known.groups.append(group)
        for row in rows:
            if isinstance(row.get("site_id"), str):
                run.known.sites.setdefault(row["site_id"], row)
        yield f"group {group}: {len(rows)} site{'' if len(rows) == 1 else 's'}"
    if not run.known.sites:
        if any(one.severity is Severity.ERROR for one in run.findings.all):
            raise TargetError(
                "the list of sites is broken (see the findings); nothing behind it can be tested"
            )
        if not run.settings.groups:
            raise TargetError(
                f"there is nothing to test: {groups[0]}, the sample of the document, has no sites here; "
                "name a group of this deployment with --group ID"
            )
        plural = "s" if len(groups) > 1 else ""
        hint = "does it exist, may the token see it? Give one that has sites: --group ID"
        raise TargetError(
            f"there is nothing to test: the group{plural} {', '.join(groups)} has no sites; {hint}"
        )


def _list_resources(run: Run) -> Steps:
    sites = list(run.known.sites)
    for site in sites[: run.profile.sites]:
        _, value = run.get(run.url("get_resources", site_id=site))
        rows = _rows(value)
        run.known.lists[site] = rows
        for row in rows:
            if isinstance(row.get("resource_id"), str):
                run.known.resources.setdefault(row["resource_id"], row)
                run.known.site_of.setdefault(row["resource_id"], site)
        yield f"site {site}: {len(rows)} resource{'' if len(rows) == 1 else 's'}"
    if len(sites) > run.profile.sites:
        yield f"{len(sites) - run.profile.sites} more sites are left to a larger profile"
    if not run.known.resources:
        raise TargetError("there is nothing to test: none of the sites looked into has a resource")


def _tell(run: Run) -> None:
    """Tell the judge of the lists, once a group."""
    lists = run.known.lists
    for group in run.known.groups:
        sites = lists[group]
        names = [str(row.get("site_id")) for row in sites]
        resources = {name: lists[name] for name in names if name in lists}
        run.judge.listed(sites, resources, group, run.request(run.url("get_sites", group_id=group)))


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in rows_of(value) or [] if isinstance(row, dict)]


def _chosen(run: Run) -> Iterator[str]:
    """Choose the resources to ask about: first those behind one unit controller, which can be added up."""
    known = run.known

    def kinds(controller: object) -> int:
        behind = (row for row in known.resources.values() if row.get("unit_controller_id") == controller)
        return len({str(row.get("resource_type")) for row in behind} & set(SERIES.values()))

    def rank(resource: str) -> tuple[int, str]:
        return -kinds(known.resources[resource].get("unit_controller_id")), resource

    ranked = sorted(known.resources, key=rank)
    for kind in SERIES.values():
        of_kind = [one for one in ranked if known.resources[one].get("resource_type") == kind]
        yield from _spread(of_kind, run.profile.resources, lambda one: known.site_of[one])


def _spread(ranked: list[str], count: int, place: Callable[[str], str]) -> list[str]:
    """Take the first ones, at first only one of each place."""
    first: list[str] = []
    places: set[str] = set()
    for one in ranked:
        if place(one) not in places:
            places.add(place(one))
            first.append(one)
    return (first + [one for one in ranked if one not in first])[:count]


class _Search:
    """Looks for the stretch of one resource."""

    def __init__(self, run: Run, operation: str, resource: str) -> None:
        self._run, self._operation, self._resource = run, operation, resource
        self._today = int(run.transport.clock.wall()) // 60 // MINUTES_A_DAY * MINUTES_A_DAY

    def stretch(self, anchor: int | None) -> tuple[int, int] | None:
        """Return the stretch, trying first where another resource had its end."""
        until = self._run.settings.until
        days = self._run.profile.days
        ends = [until] if until is not None else [anchor] if anchor is not None else []
        if until is None:
            ends += [self._today, *(self._today - MINUTES_A_DAY * back for back in _BACK), *self._samples()]
        for end in dict.fromkeys(one for one in ends if one is not None):
            if self._day(end):
                return self._widened(end, days)
        return None if until is not None else self._newborn()

    def _samples(self) -> tuple[int, int]:
        return (_SAMPLE_DAY + MINUTES_A_DAY, _SAMPLE_DAY)

    def _newborn(self) -> tuple[int, int] | None:
        """Return the last whole hours, of a deployment that began today."""
        now = int(self._run.transport.clock.wall()) // 60 // 60 * 60
        for hours in (2, 6):
            if self._ask(now - 60 * hours, now):
                return now - 60 * hours, now
        return None

    def _widened(self, end: int, days: int) -> tuple[int, int]:
        """Return the longest stretch, up to so many days, at whose ends there is data."""
        for back in (days, 28, 14, 7, 2):
            if back <= days and self._day(end - (back - 1) * MINUTES_A_DAY):
                start = end - back * MINUTES_A_DAY
                return self._later(start, end, days)
        return self._later(end - MINUTES_A_DAY, end, days)

    def _later(self, start: int, end: int, days: int) -> tuple[int, int]:
        """Return the stretch with its end moved on while there is data: its middle may have been hit."""
        if self._run.settings.until is not None:
            return start, end
        for more in (28, 7, 1):
            later = end + more * MINUTES_A_DAY
            if end - start < min(days, 28) * MINUTES_A_DAY and later <= self._today and self._day(later):
                return start, later
        return start, end

    def _day(self, end: int) -> bool:
        return self._ask(end - MINUTES_A_DAY, end)

    def _ask(self, start: int, end: int) -> bool:
        """Return whether a window has rows; whether they are any good is not asked here."""
        reply, value = self._get(start, end)
        if reply is not None and reply.status in _TOO_LONG and end - start > _SHORT:
            # A day may be more than a deployment gives at once.
            _, value = self._get(end - _SHORT, end)
        return bool(rows_of(value))

    def _get(self, start: int, end: int) -> tuple[Reply | None, Any]:
        return self._run.get(self._run.series_url(self._operation, self._resource, start, end, _INTERVAL))
