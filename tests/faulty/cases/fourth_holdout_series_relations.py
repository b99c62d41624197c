"""Fourth hold-out: answers that contradict each other, by window, filter, repetition, order and history."""

import threading

import numpy as np
from flask import Request

from tests.faulty.fleet import Resource
from tests.faulty.flows import DAY
from tests.faulty.plant import REGISTERS, Columns
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row, time_of

FAMILY = "relations"


@fault(FAMILY, holdout=4, needs="overlapping windows")
class FirstRowHasNoneBefore(Healthy):
    """Power is a difference to the row before: each window's first row has none, and its average is 0."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        for row in rows[:1]:
            row.update({name: 0.0 for name in REGISTERS.values() if name in row})
        return rows


@fault(FAMILY, holdout=4, needs="series without a filter")
class RegistersOfMidnightWithoutFilter(Healthy):
    """Without a filter, registers come from a table of days: all day long they are those of 00:00 UTC."""

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        rows = super().rows(resource, query)
        if query.resource is not None:
            return rows
        registers: dict[int, Row] = {}
        for row in rows:
            day = time_of(str(row["timestamp"])) // DAY
            if day not in registers:
                before = max(day * DAY - 1, self.begin)
                columns = self.minutes(resource, before, before + 1)
                registers[day] = {
                    name: self.wire(name, columns[name])[0] for name in columns if name in REGISTERS
                }
            row.update(registers[day])
        return rows


class _Behind(Healthy):
    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        behind = 7 if start - 7 >= self.begin else 0
        return super().minutes(resource, start - behind, end - behind)


@fault(FAMILY, holdout=4, needs="a window of at most three hours inside a longer one")
class ShortWindowsFromTheGateway(Healthy):
    """Windows of up to three hours come from the gateway's memory, whose clock is seven minutes behind."""

    def __init__(self) -> None:
        super().__init__()
        self.gateway = _Behind()

    def datas(self, query: Query) -> list[Row]:
        is_short = query.end - query.start <= 180
        return self.gateway.datas(query) if is_short else super().datas(query)


@fault(FAMILY, holdout=4, needs="a window of more than 64 rows, asked twice")
class CacheHoldsSixtyFourRows(Healthy):
    """Asked a second time, an answer comes from a cache whose entries hold 64 rows: the rest is missing."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: set[Query] = set()

    def datas(self, query: Query) -> list[Row]:
        rows = super().datas(query)
        if query in self.kept:
            return rows[:64]
        self.kept.add(query)
        return rows


@fault(FAMILY, holdout=4, needs="minutes of more than two days ago")
class OldMinutesAreQuarters(Healthy):
    """Before the last two days only quarter hours are kept: as minutes, each comes fifteen times over."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        first, last = start // 15 * 15, -(-end // 15) * 15
        is_old = np.arange(start, end) < self.now() // DAY * DAY - 2 * DAY
        if not is_old.any():
            return columns
        whole = super().minutes(resource, first, last)
        for name, values in whole.items():
            quarters = self.combine(name, values.reshape(-1, 15)).repeat(15)[start - first : end - first]
            columns = columns | {name: np.where(is_old, quarters, columns[name])}
        return columns


@fault(FAMILY, holdout=4, needs="refused requests among good ones")
class RefusalsLeakConnections(Healthy):
    """Refused requests leak a database connection: after every eighth, the next three requests get 500."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.leaked = 0
        self.failing = 0

    def answer(self, sent: Request) -> Reply:
        with self.lock:
            if self.failing:
                self.failing -= 1
                raise Refusal(500, "No connection to the database is free")
        try:
            return super().answer(sent)
        except Refusal as refusal:
            if refusal.status in (400, 404):
                with self.lock:
                    self.leaked += 1
                    if self.leaked % 8 == 0:
                        self.failing = 3
            raise
