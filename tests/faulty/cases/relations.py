"""Answers that contradict one another."""

import itertools
from dataclasses import replace

import numpy as np
from flask import Request
from werkzeug.datastructures import MultiDict

from tests.faulty.fleet import Resource
from tests.faulty.flows import DAY
from tests.faulty.plant import Columns
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Row

FAMILY = "relations"


@fault(FAMILY)
class FilterIgnored(Healthy):
    """The resource that is asked for does not matter: all of its kind come."""

    def selected(self, query: Query) -> list[Resource]:
        super().selected(query)
        return list(super().selected(replace(query, resource=None)))


@fault(FAMILY)
class RegisterOfTheWindow(Healthy):
    """Registers count from the start of the asked window."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        for name in [name for name in columns if name.endswith("_cum")]:
            columns[name] = columns[name] - columns[name][0]
        return columns


@fault(FAMILY)
class EveryAnswerDiffers(Healthy):
    """Asked twice, the powers of PV systems differ by some per mille."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        if resource.kind == "PV":
            factor = 1.0 + 0.001 * (next(self.calls) % 7)
            columns |= {key: columns[key] * factor for key in columns if key.startswith(("power", "energy"))}
        return columns


@fault(FAMILY)
class PastDrifts(Healthy):
    """The registers of the past grow with every request."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        drift = next(self.calls) * 60_000
        return columns | {key: columns[key] + drift for key in columns if key.endswith("_cum")}


@fault(FAMILY, needs="a window over midnight")
class SecondDayStartsLate(Healthy):
    """In a window over midnight the second day lacks its first half hour."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        first = rows[0]["timestamp"][:10] if rows else ""
        return [row for row in rows if row["timestamp"][:10] == first or row["timestamp"][11:16] >= "00:30"]


@fault(FAMILY, needs="a window of a week or more beside a day of it")
class LongWindowsAreThinned(Healthy):
    """In a window of a week or more, every second row repeats the powers of the one before."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if query.end - query.start >= 7 * DAY:
            for before, row in zip(rows[::2], rows[1::2], strict=False):
                row |= {key: before[key] for key in row if key.startswith(("power", "energy"))}
        return rows


@fault(FAMILY, needs="a question without a filter")
class LastResourceForgotten(Healthy):
    """Without a filter the last resource does not come."""

    def selected(self, query: Query) -> list[Resource]:
        found = list(super().selected(query))
        return found[:-1] if query.resource is None else found


@fault(FAMILY, needs="a question without a filter")
class FirstResourceTwice(Healthy):
    """Without a filter the first resource comes twice."""

    def selected(self, query: Query) -> list[Resource]:
        found = list(super().selected(query))
        return [found[0], *found] if query.resource is None else found


@fault(FAMILY, needs="a question without a filter")
class OtherValuesWithoutFilter(Healthy):
    """Without a filter the powers are those of a minute earlier."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if query.resource is None:
            moved = super().rows(resource, replace(query, start=query.start - query.interval))
            for row, other in zip(rows, moved, strict=False):
                row |= {key: other[key] for key in row if key.startswith(("power", "energy"))}
        return rows


@fault(FAMILY)
class OrderOfParametersMatters(Healthy):
    """With end before start in the URL, the two are confused and nothing comes."""

    def query(self, operation: str, given: MultiDict[str, str]) -> Query:
        names = list(given)
        query = super().query(operation, given)
        is_turned = names.index("end") < names.index("start")
        return replace(query, start=query.end, end=query.end + query.interval) if is_turned else query


@fault(FAMILY)
class EncodedColonsRefused(Healthy):
    """Times whose colons are percent-encoded are refused."""

    def serve(self, operation: str, site_id: str, sent: Request) -> object:
        if b"%3a" in sent.query_string.lower():
            raise Refusal(400, "start and end are no times")
        return super().serve(operation, site_id, sent)


class Caching(Healthy):
    """A server with a cache whose key says too little."""

    def __init__(self) -> None:
        super().__init__()
        self.cache: dict[tuple[object, ...], list[Row]] = {}

    def key(self, query: Query) -> tuple[object, ...]:
        """Return what is taken for the whole of the question."""
        raise NotImplementedError

    def datas(self, query: Query) -> list[Row]:
        """Answer from the cache."""
        key = self.key(query)
        if key not in self.cache:
            self.cache[key] = super().datas(query)
        return self.cache[key]


@fault(FAMILY, needs="two resources in one window")
class CacheForgetsTheResource(Caching):
    """The same window is answered with the resource that was asked first."""

    def key(self, query: Query) -> tuple[object, ...]:
        return query.kind, query.start, query.end, query.interval


@fault(FAMILY, needs="two windows with one start")
class CacheForgetsTheEnd(Caching):
    """Windows with the same start get the answer to the first of them."""

    def key(self, query: Query) -> tuple[object, ...]:
        return query.kind, query.resource, query.start, query.interval


@fault(FAMILY, needs="two intervals in one window")
class CacheForgetsTheInterval(Caching):
    """The same window is answered in the interval that was asked first."""

    def key(self, query: Query) -> tuple[object, ...]:
        return query.kind, query.resource, query.start, query.end


@fault(FAMILY, needs="a day and a window inside it")
class SmoothedInTheWindow(Healthy):
    """Temperatures are smoothed over the asked window, whose edges therefore differ."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        for name in [name for name in columns if name.startswith("temp") and end - start > 31]:
            columns[name] = (
                np.convolve(columns[name] - columns[name][0], np.full(31, 1 / 31), "same") + columns[name][0]
            )
        return columns


@fault(FAMILY, needs="a window that does not begin on the grid")
class ValuesOfTheAskedStart(Healthy):
    """In a window off the grid the rows are stamped by the grid but measured from the asked start."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        start, end = self.span(resource, query)
        off = -query.start % query.interval
        if off and rows:
            columns = self.aggregate(self.minutes(resource, start - off, end - off), query)
            for name, values in columns.items():
                for row, value in zip(rows, self.wire(name, values), strict=True):
                    row[name] = value
        return rows
