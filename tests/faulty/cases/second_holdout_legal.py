"""Second hold-out: legal HTTP, JSON, numbers and policies of data and access that are hardly ever seen."""

import functools
import itertools
import json
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from flask import Request, Response

from tests.faulty.fleet import FLEET, Fleet, Resource, minute_of
from tests.faulty.flows import DAY
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row

WIRE, OPERATION = "wire", "operation"
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


@functools.lru_cache(maxsize=100_000)
def _escaped(text: str) -> str:
    return '"' + "".join(f"\\u{ord(one):04x}" for one in json.loads(f'"{text}"')) + '"'


@legal(WIRE, holdout=2)
class EveryCharacterEscaped(Healthy):
    """Every character of every text is written as an escape of six characters."""

    def encode(self, document: object) -> bytes:
        plain = super().encode(document).decode()
        return _STRING.sub(lambda found: _escaped(found.group(1)), plain).encode()


@legal(WIRE, holdout=2)
class NegativeZeros(Healthy):
    """Zero is written as -0.0."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        return [-0.0 if one == 0.0 else one for one in super().wire(field, values)]


@legal(WIRE, holdout=2)
class PointOnlyWhereNeeded(Healthy):
    """Numbers are written as JavaScript does: 45.7, but 50 and 0."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        sent = super().wire(field, values)
        return [int(one) if isinstance(one, float) and one.is_integer() else one for one in sent]


@legal(WIRE, holdout=2)
class FourSignificantDigits(Healthy):
    """Powers have four significant digits: 543.2 kW, 54.32 kW and 5.432 kW."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        if not field.startswith("power"):
            return super().wire(field, values)
        return [float(f"{one:.4g}") + 0.0 for one in (values / 1000.0).tolist()]


@legal(WIRE, holdout=2)
class SinglePrecision(Healthy):
    """Numbers are single-precision floats: 45.70000076293945, and large registers move in half a kWh."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        kind = field.partition("_")[0]
        if kind not in self.decimals:
            return super().wire(field, values)
        factor = {"power": 1000.0, "energy": 60_000.0}.get(kind, 1.0)
        return (values / factor).astype(np.float32).astype(float).tolist()


@legal(WIRE, holdout=2)
class Nanoseconds(Healthy):
    """Timestamps have nine decimals."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        return [stamp.replace("Z", ".000000000Z") for stamp in super().stamps(starts, query)]


@legal(WIRE, holdout=2)
class MoreStatistics(Healthy):
    """Rows also have minima of power, means of temperature, a count, and the time in Tokyo."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        found = super().aggregate(minutes, query)
        for name, values in minutes.items():
            buckets = values.reshape(-1, query.interval)
            if name.endswith("_active_avg"):
                found[name.replace("_avg", "_min")] = buckets.min(axis=1)
            elif name.startswith("temp"):
                found[name.replace("_max", "_avg")] = buckets.mean(axis=1)
        return found

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        local = np.datetime64(str(row["timestamp"])[:-1]) + np.timedelta64(9, "h")
        return row | {"timestamp_local": f"{local}+09:00", "sample_count": query.interval, "note": None}


@legal(WIRE, holdout=2)
class PowersWholeRegistersFine(Healthy):
    """Powers are whole kW and temperatures whole degrees, while registers have six decimals."""

    decimals = {"power": 0, "energy": 6, "soc": 3, "temp": 0}  # noqa: RUF012 - as in the class above


@legal(WIRE, holdout=2)
class BlankLinesAround(Healthy):
    """The JSON stands between blank lines."""

    def encode(self, document: object) -> bytes:
        return b"\r\n\r\n" + super().encode(document) + b"  \r\n"


@legal(WIRE, holdout=2)
class TagsNeverRepeat(Healthy):
    """Every answer has an ETag of its own, so that nothing is ever 'not modified'."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def finish(self, reply: Reply, sent: Request) -> Reply:
        if reply.status == 200:
            reply.headers["ETag"] = f'"answer-{next(self.calls)}"'
        return reply


@legal(WIRE, holdout=2)
class DeprecatedButWorking(Healthy):
    """Answers say that the version is deprecated, until when it works, and where its successor is."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        response.headers["Deprecation"] = "@1767225600"
        response.headers["Sunset"] = "Wed, 30 Jun 2027 23:59:59 GMT"
        response.headers["Link"] = '<https://energy.example.com/v2>; rel="successor-version"'
        response.headers["Vary"] = "Authorization, Accept-Encoding"
        return response


@legal(WIRE, holdout=2)
class SeveralChallenges(Healthy):
    """A 401 offers two ways to authenticate: Negotiate, then Bearer."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        if refusal.status == 401:
            reply.headers["WWW-Authenticate"] = 'Negotiate, Bearer realm="catalogue"'
        return reply


class Partial(Healthy):
    """A server whose token may see a part of the series."""

    def hidden(self, resource: Resource, query: Query) -> bool:
        """Return whether the token may not see that resource, asked so."""
        raise NotImplementedError

    def selected(self, query: Query) -> Iterable[Resource]:
        """Leave hidden resources out; refuse one that is asked for by its id."""
        found = list(super().selected(query))
        shown = [one for one in found if not self.hidden(one, query)]
        if query.resource is not None and not shown:
            raise Refusal(403, "The token does not permit this")
        return shown


@legal(OPERATION, holdout=2)
class BatteriesForbidden(Healthy):
    """The token may not read any series of batteries, though they are listed."""

    def selected(self, query: Query) -> Iterable[Resource]:
        if query.kind == "BE":
            raise Refusal(403, "The token does not permit this")
        return super().selected(query)


@legal(OPERATION, holdout=2)
class OneResourceForbidden(Partial):
    """A listed PV system belongs to a tenant: its series is forbidden, and left out without a filter."""

    def hidden(self, resource: Resource, query: Query) -> bool:
        return resource.resource_id == "PV000001"


@legal(OPERATION, holdout=2)
class OneSiteForbidden(Partial):
    """The group lists a site whose resources and series the token may not see."""

    def hidden(self, resource: Resource, query: Query) -> bool:
        return resource.site_id == "SITE0001"

    def resources(self, site_id: str) -> list[Row]:
        if site_id == "SITE0001":
            raise Refusal(403, "The token does not permit this")
        return super().resources(site_id)


@legal(OPERATION, holdout=2, needs="intervals below 15 minutes")
class MinutesArePrivate(Partial):
    """For privacy, one meter's series is forbidden below 15 minutes, and left out without a filter."""

    def hidden(self, resource: Resource, query: Query) -> bool:
        return resource.resource_id == "ME000002" and query.interval < 15


@legal(OPERATION, holdout=2)
class KeptByKind(Healthy):
    """Rows of meters are kept for ever, those of PV for a hundred days, those of batteries for ten."""

    def span(self, resource: Resource, query: Query) -> tuple[int, int]:
        start, end = super().span(resource, query)
        kept = {"PV": 100, "BE": 10}.get(resource.kind)
        if kept is None:
            return start, end
        oldest = (self.now() // DAY - kept) * DAY
        return max(start, oldest), end


@legal(OPERATION, holdout=2)
class TenDaysOld(Healthy):
    """The deployment began on 15 November 2026 at 12:00 UTC, and so did all registers."""

    begin = minute_of(2026, 11, 15, 12)

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        first = self.plant.minutes(resource, self.begin - 1, self.begin)
        return columns | {name: columns[name] - first[name][0] for name in columns if name.endswith("_cum")}


@legal(OPERATION, holdout=2)
class OrderedNotInstalled(Healthy):
    """A PV system is listed that will be installed in June 2027: it has no rows."""

    def furnish(self) -> Fleet:
        return FLEET.changed("PV000003", since=minute_of(2027, 6, 1))

    def build(self) -> Plant:
        there = tuple(one for one in self.fleet.resources if one.resource_id != "PV000003")
        return Plant(replace(self.fleet, resources=there))


@legal(OPERATION, holdout=2)
class ColdStart(Healthy):
    """The first request for each operation wakes a function and takes a second and a half."""

    def __init__(self) -> None:
        super().__init__()
        self.warm: set[str] = set()
        self.waking = threading.Lock()

    def serve(self, operation: str, site_id: str, sent: Request) -> object:
        with self.waking:
            if operation not in self.warm:
                time.sleep(1.5)
                self.warm.add(operation)
        return super().serve(operation, site_id, sent)
