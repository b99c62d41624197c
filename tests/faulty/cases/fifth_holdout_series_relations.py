"""Fifth hold-out: answers that contradict each other: sessions with a memory, stores apart, replicas."""

import itertools
import threading
from dataclasses import replace

import numpy as np

from tests.faulty.cases.fifth_holdout_series_faults import AnHourLate
from tests.faulty.fleet import Resource
from tests.faulty.flows import DAY
from tests.faulty.noise import seed_of, uniform
from tests.faulty.plant import REGISTERS, Columns
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Row

FAMILY = "relations"


@fault(FAMILY, holdout=5, needs="series of meters or PV after series of batteries")
class SessionKeepsTheTimeZone(Healthy):
    """Queries for batteries leave a time zone in pooled sessions: later meters and PV are an hour late."""

    sessions, uses = 5, 30

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.late = AnHourLate()
        self.asked = 0
        self.spoiled: set[int] = set()

    def datas(self, query: Query) -> list[Row]:
        # Sessions take turns, and are opened anew after so many uses.
        with self.lock:
            turn, session = divmod(self.asked, self.sessions)
            self.asked += 1
            if turn % self.uses == 0:
                self.spoiled.discard(session)
            is_late = session in self.spoiled and query.kind != "BE"
            if query.kind == "BE":
                self.spoiled.add(session)
        return self.late.datas(query) if is_late else super().datas(query)


@fault(FAMILY, holdout=5, needs="a window over the tenth day before today")
class ArchiveAnswersAlone(Healthy):
    """A window that begins over ten days ago is answered by the archive alone: all rows since are missing."""

    def datas(self, query: Query) -> list[Row]:
        seam = self.now() // DAY * DAY - 10 * DAY
        return super().datas(replace(query, end=min(query.end, seam)) if query.start < seam else query)


class _Restored(Healthy):
    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        columns = super().minutes(resource, start, end)
        lower = {name: np.maximum(columns[name] - 37_500 * 60, 0) for name in columns if name in REGISTERS}
        if resource.kind == "ME":
            lower = {name: columns[name] - 37_500 * 60 for name in lower}
        return columns | lower


@fault(FAMILY, holdout=5, needs="the same or overlapping questions several times")
class ReplicaRestoredFromBackup(Healthy):
    """One of three replicas was restored from a backup: its registers are all 37.5 kWh below the others'."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count()
        self.restored = _Restored()

    def datas(self, query: Query) -> list[Row]:
        # The balancer takes any of the three.
        drawn = uniform(seed_of("balancer"), np.array([next(self.calls)]))[0]
        return self.restored.datas(query) if drawn < 1 / 3 else super().datas(query)
