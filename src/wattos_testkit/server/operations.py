"""The five operations: parsed parameters and a grant -> an answer that is not generated yet."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice

from wattos_testkit.contract import ParameterError
from wattos_testkit.contract.parameters import Value
from wattos_testkit.fleet.model import Fleet, Kind, Placed
from wattos_testkit.server.access import Grant
from wattos_testkit.server.answer import Answer
from wattos_testkit.server.live import Live
from wattos_testkit.server.problems import Problem
from wattos_testkit.server.view import Views
from wattos_testkit.server.window import window_of
from wattos_testkit.telemetry.existence import row_count
from wattos_testkit.telemetry.wire import resources_body, sites_body

MAX_ROWS = 5_000_000
COUNTED = 512
"""Resources up to which rows and bytes are counted one by one before an answer begins."""
NOUNS = {Kind.METER: "meter", Kind.BESS: "battery", Kind.PV: "PV system"}
Handler = Callable[[Mapping[str, Value], Grant, Live], Answer]


class Operations:
    """The handlers, by the testkit's names of the operations."""

    def __init__(self, fleet: Fleet, max_rows: int = MAX_ROWS) -> None:
        self._fleet = fleet
        self._views = Views(fleet)
        self._max_rows = max_rows
        self.handlers: dict[str, Handler] = {
            "get_sites": self._sites,
            "get_resources": self._resources,
            "get_meter_data": partial(self._series, Kind.METER),
            "get_bess_data": partial(self._series, Kind.BESS),
            "get_pv_data": partial(self._series, Kind.PV),
        }

    def _sites(self, values: Mapping[str, Value], grant: Grant, live: Live) -> Answer:
        del live
        group_id = str(values["group_id"])
        # A group that may not be seen is as empty as one that does not exist.
        body = sites_body(self._fleet.sites(group_id) if grant.permits(group_id) else ())
        return Answer(f"sites|{group_id}|{grant.permits(group_id)}", len(body), lambda: iter((body,)))

    def _resources(self, values: Mapping[str, Value], grant: Grant, live: Live) -> Answer:
        del live
        site_id = str(values["site_id"])
        site = self._fleet.site(site_id)
        if site is None or not grant.permits(site.group_id):
            raise Problem(404, f"There is no site '{site_id}'{self._near(site_id, grant)}", "site_id")
        body = resources_body(site)
        return Answer(f"resources|{site_id}", len(body), lambda: iter((body,)))

    def _series(self, kind: Kind, values: Mapping[str, Value], grant: Grant, live: Live) -> Answer:
        view = self._views.of(window_of(values), live)
        window = view.window
        span = f"{window.start}|{window.end}|{window.interval}"
        if "resource_id" in values:
            placed = self._find(kind, str(values["resource_id"]), grant)
            self._bound(row_count(placed, window), 1)
            return view.answer(f"{kind}|{placed.resource.resource_id}|{span}", (placed,))
        groups = grant.groups
        whose = "*" if groups is None else ",".join(sorted(groups))
        identity = f"{kind}|all|{whose}|{span}"
        count = self._fleet.count(kind, groups)
        if count <= COUNTED:
            resources = tuple(self._fleet.resources(kind, groups))
            self._bound(sum(row_count(placed, window) for placed in resources), count)
            return view.answer(identity, resources)
        self._bound(window.buckets * count, count)
        return view.stream(identity, lambda: self._fleet.resources(kind, groups))

    def _find(self, kind: Kind, resource_id: str, grant: Grant) -> Placed:
        placed = self._fleet.resource(resource_id)
        if placed is None or not grant.permits(placed.site.group_id):
            near = self._near(resource_id, grant)
            raise Problem(404, f"There is no {NOUNS[kind]} '{resource_id}'{near}", "resource_id")
        if placed.kind is not kind:
            raise Problem(
                404,
                f"There is no {NOUNS[kind]} '{resource_id}': it is a {NOUNS[placed.kind]}",
                "resource_id",
            )
        return placed

    def _bound(self, rows: int, resources: int) -> None:
        if rows > self._max_rows:
            of = f" of {resources:,} resources" if resources > 1 else ""
            raise ParameterError(
                "end",
                f"asks for {rows:,} rows{of}, more than the {self._max_rows:,} that one answer may hold; "
                "a shorter window or a longer agg_interval has fewer",
            )

    def _near(self, wrong: str, grant: Grant) -> str:
        """Return a hint at what an id may have been meant to be, of what the token may see."""
        visible = (one for one in self._fleet.nearest_ids(wrong) if self._visible(one, grant))
        near = list(islice(visible, 3))
        return f"; like it: {', '.join(near)}" if near else ""

    def _visible(self, some_id: str, grant: Grant) -> bool:
        if grant.groups is None:
            return True
        placed = self._fleet.resource(some_id)
        site = placed.site if placed is not None else self._fleet.site(some_id)
        return grant.permits(site.group_id if site is not None else some_id)
