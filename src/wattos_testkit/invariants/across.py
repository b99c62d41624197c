"""WT6xx: what the lists say against what the rows say."""

from collections import Counter
from math import asin, cos, radians, sin, sqrt

from wattos_testkit.harness.events import Evidence, Severity
from wattos_testkit.invariants.book import OPERATIONS, Book, Place
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Observation
from wattos_testkit.invariants.question import KIND_OF, OPERATION_OF

_FAR = 100.0
_EARTH = 6371.0


def judge_across(book: Book, ledger: Ledger) -> None:
    """Judge lists and rows against one another."""
    _judge_lists(book, ledger)
    for seen in (*book.observations, *book.witnesses):
        if seen.readable:
            _judge_ids(book, ledger, seen)
            _judge_controllers(book, ledger, seen)
    _judge_unlisted(book, ledger)
    _judge_neighbours(book, ledger)
    _judge_unknown(book, ledger)
    for operation in OPERATIONS:
        for rule in ("WT601", "WT602", "WT603"):
            ledger.skipped(rule, operation, "no rows")


def _judge_lists(book: Book, ledger: Ledger) -> None:
    ledger.looked("WT604", "get_sites", len(book.site_rows))
    ledger.looked("WT609", "get_sites", len(book.site_rows))
    ledger.looked("WT604", "get_resources", len(book.resource_rows))
    # The same site may be listed once for each group that was asked for; twice in one list is wrong.
    for (site, _), count in Counter((one.site, one.asked) for one in book.site_rows).items():
        if count > 1:
            ledger.found(
                "WT604",
                "get_sites",
                None,
                f"the site {site} is listed {count} times",
                evidence=[Evidence(site, "once", f"{count} times", book.sites[site].row)],
                requests=_request(book, site),
            )
    for one in book.site_rows:
        if one.asked is not None and one.group != one.asked:
            ledger.found(
                "WT609",
                "get_sites",
                None,
                f"the site {one.site} of the group {one.group} is listed for the group {one.asked}",
                evidence=[Evidence(one.site, f"group_id {one.asked}", one.group, one.row)],
                requests=() if one.request is None else (one.request,),
            )
    by_id: dict[str, list[str]] = {}
    for resource in book.resource_rows:
        by_id.setdefault(resource.resource, []).append(resource.site)
    for name, sites in by_id.items():
        if len(sites) > 1:
            where = "one site" if len(set(sites)) == 1 else f"the sites {', '.join(sorted(set(sites))[:3])}"
            ledger.found(
                "WT604",
                "get_resources",
                name,
                f"the resource is listed {len(sites)} times, at {where}",
                evidence=[Evidence(name, "once", f"{len(sites)} times", book.listed[name].row)],
            )
    _judge_shared_controllers(book, ledger)
    _judge_distances(book, ledger)


def _judge_shared_controllers(book: Book, ledger: Ledger) -> None:
    """Find unit controllers at two sites: a point of common coupling is at one place."""
    where: dict[str, str] = {}
    for one in book.resource_rows:
        first = where.setdefault(one.controller, one.site)
        if (
            first != one.site
            and len({other.site for other in book.resource_rows if other.resource == one.resource}) == 1
        ):
            ledger.found(
                "WT604",
                "get_resources",
                one.resource,
                f"its unit controller {one.controller} is also listed at the site {first}",
                evidence=[
                    Evidence(one.resource, f"a unit controller of {one.site}", one.controller, one.row)
                ],
                severity=Severity.WARNING,
            )


def _request(book: Book, site: str) -> tuple:  # type: ignore[type-arg]
    request = book.sites[site].request
    return () if request is None else (request,)


def _judge_distances(book: Book, ledger: Ledger) -> None:
    for one in book.resource_rows:
        site = book.sites.get(one.site)
        if site is None or not one.place.known or not site.place.known:
            ledger.skipped("WT605", "get_resources", "coordinates are unknown (0/0 or none)")
            continue
        ledger.looked("WT605", "get_resources", 1, one.resource)
        far = _kilometres(one.place, site.place)
        if far > _FAR:
            swapped = Place(one.place.longitude, one.place.latitude)
            hint = ""
            if abs(one.place.longitude or 0) <= 90 and _kilometres(swapped, site.place) < _FAR:
                hint = "; latitude and longitude seem to be swapped"
            ledger.found(
                "WT605",
                "get_resources",
                one.resource,
                f"the resource stands {far:.0f} km from its site {one.site}{hint}",
                evidence=[
                    Evidence(
                        "resource_latitude, resource_longitude",
                        f"near {site.place.latitude}, {site.place.longitude}",
                        f"{one.place.latitude}, {one.place.longitude}",
                        one.row,
                    )
                ],
            )


def _kilometres(one: Place, two: Place) -> float:
    """Return the great-circle distance (haversine)."""
    a, b = radians(one.latitude or 0), radians(two.latitude or 0)
    turn = radians((two.longitude or 0) - (one.longitude or 0))
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(turn / 2) ** 2
    return 2 * _EARTH * asin(sqrt(min(1.0, half)))


def _judge_ids(book: Book, ledger: Ledger, seen: Observation) -> None:
    question = seen.question
    operation = question.operation
    if question.resource is not None:
        ledger.looked("WT601", operation, seen.count, question.resource)
        strangers = [name for name in seen.rows if name != question.resource]
        if strangers:
            rows = seen.rows[strangers[0]]
            ledger.found(
                "WT601",
                operation,
                question.resource,
                f"resource_id was given, and rows of {len(strangers)} other resource(s) came",
                evidence=[Evidence(rows.texts[0], question.resource, strangers[0], rows.row(0))],
                requests=seen.requests,
                count=sum(seen.rows[name].label.size for name in strangers),
                size=seen.count,
            )
    for name, rows in seen.rows.items():
        listed = book.listed.get(name)
        if listed is None or listed.kind not in OPERATION_OF:
            continue
        ledger.looked("WT602", operation, rows.label.size, name)
        if listed.kind != question.kind:
            ledger.found(
                "WT602",
                operation,
                name,
                f"rows of a resource that is listed as {listed.kind}",
                evidence=[
                    Evidence(rows.texts[0], f"resource_type {question.kind}", listed.kind, rows.row(0))
                ],
                requests=seen.requests,
                count=rows.label.size,
                size=seen.count,
            )


def _judge_controllers(book: Book, ledger: Ledger, seen: Observation) -> None:
    operation = seen.question.operation
    for name, rows in seen.rows.items():
        listed = book.listed.get(name)
        if listed is None or not book.believed(seen, name):
            continue
        ledger.looked("WT603", operation, rows.label.size, name)
        bad = [
            index for index, one in enumerate(rows.controller) if one is not None and one != listed.controller
        ]
        if not bad:
            continue
        moved = bad[-1] - bad[0] + 1 == len(bad) and bad[0] == 0 and len(bad) < len(rows.controller)
        ledger.found(
            "WT603",
            operation,
            name,
            f"unit_controller_id is not {listed.controller}, as the list of resources has it",
            evidence=[
                Evidence(rows.texts[index], listed.controller, str(rows.controller[index]), rows.row(index))
                for index in bad[:3]
            ],
            requests=seen.requests,
            count=len(bad),
            severity=Severity.WARNING if moved else None,
            size=seen.count,
        )


def _judge_unlisted(book: Book, ledger: Ledger) -> None:
    """Find rows of resources that no list has and that cannot be asked for."""
    refused = {
        seen.question.resource: seen
        for seen in book.observations
        if seen.question.purpose == "unlisted" and not seen.rows
    }
    for seen in book.observations:
        question = seen.question
        if question.resource is not None or not seen.readable:
            continue
        ledger.looked("WT606", question.operation, len(seen.rows))
        for name in seen.rows:
            if name in book.listed or name not in refused:
                continue
            other = refused[name]
            ledger.found(
                "WT606",
                question.operation,
                None,
                "rows of a resource that no list has and that cannot be asked for on its own",
                evidence=[
                    Evidence(
                        name,
                        "a listed resource",
                        f"status {other.status} when asked for",
                        seen.rows[name].row(0),
                    )
                ],
                requests=(*seen.requests, *other.requests),
                size=seen.count,
            )


def _judge_neighbours(book: Book, ledger: Ledger) -> None:
    """Find resources that answer for themselves and stand behind our unit controllers, but in no list."""
    sites: dict[str, set[str]] = {}
    for one in book.resource_rows:
        sites.setdefault(one.controller, set()).add(one.site)
    for seen in book.observations:
        question = seen.question
        if question.purpose != "unlisted" or question.resource not in seen.rows:
            continue
        rows = seen.rows[question.resource]
        controller = str(rows.controller[0])
        # A unit controller of several sites may well serve one that is not ours.
        if len(sites.get(controller, ())) != 1 or question.resource in book.listed:
            continue
        site = next(iter(sites[controller]))
        ledger.found(
            "WT606",
            question.operation,
            question.resource,
            f"it answers behind the unit controller {controller} of the site {site}, which does not list it",
            evidence=[
                Evidence(rows.texts[0], f"a resource that {site} lists", "one of no list", rows.row(0))
            ],
            requests=seen.requests,
            count=rows.label.size,
            severity=Severity.WARNING,
            size=seen.count,
        )


def _judge_unknown(book: Book, ledger: Ledger) -> None:
    """Find listed resources that their operation does not know."""
    with_rows = {name for name, _ in book.pairs()}
    for seen in book.observations:
        question = seen.question
        name = question.resource
        if name is None or question.purpose in {"foreign", "absent", "unlisted"}:
            continue
        listed = book.listed.get(name)
        if listed is None or listed.kind != question.kind:
            continue
        ledger.looked("WT607", question.operation, 1, name)
        if seen.status in {400, 403, 404, 410} and name not in with_rows:
            ledger.found(
                "WT607",
                question.operation,
                name,
                f"the resource is listed with the type {listed.kind}, and is answered with {seen.status}",
                evidence=[Evidence(name, "rows, or an empty list", f"status {seen.status}", listed.row)],
                requests=seen.requests,
            )


assert set(KIND_OF) == set(OPERATIONS)  # noqa: S101 - the two tables are one
