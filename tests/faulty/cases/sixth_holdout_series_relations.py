"""Sixth hold-out: answers that contradict each other, or the lists: cold days, running totals, replicas."""

import itertools
import threading
from collections import OrderedDict
from collections.abc import Iterable

import numpy as np

from tests.faulty.fleet import Resource, Site
from tests.faulty.flows import DAY
from tests.faulty.noise import seed_of, uniform
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Row

RELATIONS, ACROSS = "relations", "cross-operation"


@fault(RELATIONS, holdout=6, needs="the same days twice")
class FirstAnswerLacksColdDays(Healthy):
    """Days before yesterday are loaded when they are asked for: that answer lacks them, the next has them."""

    most = 250
    """How many days of a resource fit into the memory; the one that was not asked for longest goes."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.loaded: OrderedDict[tuple[str, int], None] = OrderedDict()

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if not rows:
            return rows
        start, end = self.span(resource, query)
        yesterday = self.now() // DAY - 1
        days = range(start // DAY, (end - 1) // DAY + 1)
        with self.lock:
            warm = {day for day in days if day >= yesterday or (resource.resource_id, day) in self.loaded}
            for day in days:
                self.loaded[resource.resource_id, day] = None
                self.loaded.move_to_end((resource.resource_id, day))
            while len(self.loaded) > self.most:
                self.loaded.popitem(last=False)
        times = range(start, end, query.interval)
        return [row for row, time in zip(rows, times, strict=True) if time // DAY in warm]


@fault(RELATIONS, holdout=6, needs="the same window with a filter and without")
class RunningTotalOverAll(Healthy):
    """Without a filter a running total lacks PARTITION BY: registers add the energy of resources before."""

    def datas(self, query: Query) -> list[Row]:
        if query.resource is not None:
            return super().datas(query)
        before: dict[str, float] = {}
        found = []
        for resource in self.selected(query):
            rows = self.rows(resource, query)
            names = [name for name in (rows[0] if rows else ()) if name.startswith("energy")]
            moved = {name: float(str(rows[-1][name])) - float(str(rows[0][name])) for name in names}
            found += [
                row | {name: round(float(str(row[name])) + before.get(name, 0.0), 3) for name in names}
                for row in rows
            ]
            before |= {name: before.get(name, 0.0) + moved[name] for name in names}
        return found


@fault(RELATIONS, holdout=6, needs="repeated questions for series of the site, or without a filter")
class NewSiteUnknownToOneReplica(Healthy):
    """One of two replicas missed a listed new site: its series are at times 404, or absent without filter."""

    new = "SITE0003"

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count()

    def selected(self, query: Query) -> Iterable[Resource]:
        found = list(super().selected(query))
        # The balancer takes either of the two.
        if uniform(seed_of("two replicas"), np.array([next(self.calls)]))[0] < 0.5:
            return found
        known = [one for one in found if one.site_id != self.new]
        if query.resource is not None and not known:
            raise Refusal(404, f"There is no such resource {query.resource!r}")
        return known


@fault(ACROSS, holdout=6)
class CoordinatesOfTheHeadOffice(Healthy):
    """Sites and resources are listed at the head office in Munich, by whose night the sun shines on PV."""

    latitude, longitude = 48.1372, 11.5756

    def site_row(self, site: Site) -> Row:
        place = {"site_latitude": self.latitude, "site_longitude": self.longitude}
        return super().site_row(site) | place

    def resource_row(self, resource: Resource) -> Row:
        place = {"resource_latitude": self.latitude, "resource_longitude": self.longitude}
        return super().resource_row(resource) | place


@fault(ACROSS, holdout=6, needs="meters without a filter")
class MetersSummedByController(Healthy):
    """Without a filter, meters behind one unit controller are summed in one row with the id of the first."""

    def datas(self, query: Query) -> list[Row]:
        if query.resource is not None or query.kind != "ME":
            return super().datas(query)
        sums: dict[tuple[object, object], Row] = {}
        for row in super().datas(query):
            first = sums.setdefault((row["unit_controller_id"], row["timestamp"]), row)
            if first is not row:
                for name in [one for one in row if one.startswith(("power", "energy"))]:
                    first[name] = round(float(str(first[name])) + float(str(row[name])), 3)
        return list(sums.values())
