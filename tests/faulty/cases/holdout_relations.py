"""Hold-out: answers that contradict one another in unusual ways."""

import hashlib
import itertools

import numpy as np
from flask import Request, Response

from tests.faulty.fleet import Resource
from tests.faulty.flows import DAY
from tests.faulty.plant import Columns
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row

GRID, AGGREGATION, RELATIONS, ACROSS = "time grid", "aggregation", "relations", "cross-operation"


@fault(RELATIONS, holdout=True)
class EtagOfThePath(Healthy):
    """The ETag depends on the path alone: another window asked with it is 'not modified'."""

    def send(self, reply: Reply, sent: Request) -> Response:
        tag = hashlib.sha1(sent.path.encode(), usedforsecurity=False).hexdigest()
        if reply.status == 200:
            reply.headers["ETag"] = f'"{tag}"'
        return super().send(reply, sent)


@fault(RELATIONS, holdout=True)
class ListFlaps(Healthy):
    """Every second time, the list of a site lacks its last resource."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: dict[str, itertools.count[int]] = {}

    def resources(self, site_id: str) -> list[Row]:
        found = super().resources(site_id)
        calls = self.calls.setdefault(site_id, itertools.count())
        return found[:-1] if next(calls) % 2 and len(found) > 1 else found


@fault(RELATIONS, holdout=True, needs="a window before the installation")
class BeforeInstallationCrashes(Healthy):
    """A window that begins before the data does makes the server fail."""

    def check_window(self, query: Query) -> None:
        super().check_window(query)
        if query.start < self.begin:
            raise Refusal(500, "index -1 is out of bounds")


@fault(RELATIONS, holdout=True, needs="a window of more than ten days beside a shorter one")
class ArchiveForLongWindows(Healthy):
    """Windows of more than ten days come from an archive that shows the mean of each two hours."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        is_long = field.startswith("power") and len(values) >= 480 and self.long
        if is_long:
            values = np.repeat(values[: len(values) // 4 * 4].reshape(-1, 4).mean(axis=1), 4)
        return super().wire(field, values)

    long = False

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        self.long = (
            query.end - query.start > 10 * DAY and (query.end - query.start) // query.interval % 4 == 0
        )
        return super().rows(resource, query)


@fault(RELATIONS, holdout=True, needs="two windows with a common stretch")
class RegisterGrowsWithTheWindow(Healthy):
    """Registers are estimated for the window: the longer it is, the higher they all are."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        drift = (end - start) * 300
        return columns | {name: columns[name] + drift for name in columns if name.endswith("_cum")}


@fault(ACROSS, holdout=True)
class SiteOfAnotherGroup(Healthy):
    """One listed site says that it belongs to another group."""

    def site_row(self, site: object) -> Row:
        row = super().site_row(site)
        return row | {"group_id": "GROUP077"} if row["site_id"] == "SITE0003" else row


@fault(ACROSS, holdout=True)
class ControllerOfTheInterval(Healthy):
    """At 30 minutes, rows name another unit controller than at the other intervals."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return row | {"unit_controller_id": "UCGATE30"} if query.interval == 30 else row


@fault(ACROSS, holdout=True)
class TwoSystemsExchanged(Healthy):
    """The series of two PV systems on different continents have been exchanged."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        other = {"PV000001": "PV000004", "PV000004": "PV000001"}.get(
            resource.resource_id, resource.resource_id
        )
        found = next(one for one in self.fleet.resources if one.resource_id == other)
        return super().minutes(found, start, end)


@fault(ACROSS, holdout=True, needs="a question without a filter")
class UnlistedNeighbour(Healthy):
    """A meter answers, alone and among all, behind a listed unit controller; its site does not list it."""

    def resources(self, site_id: str) -> list[Row]:
        return [row for row in super().resources(site_id) if row["resource_id"] != "ME000002"]


@fault(ACROSS, holdout=True)
class FirstOfThePageOnly(Healthy):
    """Without a filter, rows come of three resources only."""

    def selected(self, query: Query) -> list[Resource]:
        found = list(super().selected(query))
        return found[:3] if query.resource is None else found
