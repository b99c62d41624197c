"""Servers written after the rules, for rules that no fault of the catalogue had met: no part of the trial."""

import socket
from dataclasses import replace

import numpy as np
from flask import Request, Response, request

from tests.faulty.cases.solar import PEAK, POWER, PvFault
from tests.faulty.fleet import FLEET, Fleet, Pv, Resource
from tests.faulty.flows import PvFlow
from tests.faulty.noise import Floats, Ints
from tests.faulty.own_document import promising_etag
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import fault
from tests.faulty.server import Healthy, Odd
from tests.faulty.sun import position
from tests.faulty.wire import TITLES, Query, Refusal, Reply, Row

TITLES.setdefault(422, "Unprocessable Content")


@fault("security and error bodies")
class HangsUp(Healthy):
    """Where batteries are asked for 5 minutes, the connection is closed without a word."""

    def datas(self, query: Query) -> list[Row]:
        if query.kind == "BE" and query.interval == 5:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return super().datas(query)


@fault("security and error bodies", needs="--bad-methods", bad_methods=lambda: True)
class MovedByAPost(Healthy):
    """POST, PUT, PATCH and DELETE are answered like GET."""

    def route(self, sent: Request) -> tuple[str, str]:
        sent.environ["REQUEST_METHOD"] = "GET"
        return super().route(Request(sent.environ))


@fault("schema", needs="--spec with a document that promises an ETag", spec=promising_etag)
class EtagOfTheOwnDocument(Healthy):
    """The deployment's own document promises an ETag; answers have none."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        response.headers.pop("ETag", None)
        return response


@fault("schema")
class PartialContent(Healthy):
    """Series are answered with status 206."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        return replace(reply, status=206) if reply.status == 200 and sent.path == "/pv/data" else reply


@fault("security and error bodies")
class ErrorsWithStatus422(Healthy):
    """What is wrong with a request is said with a status that the document does not list."""

    def problem(self, refusal: Refusal) -> Reply:
        refusal.status = 422 if refusal.status == 400 else refusal.status
        return super().problem(refusal)


@fault("security and error bodies")
class MovedToAnotherHost(Healthy):
    """The series of PV systems are led to another host."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        if sent.path != "/pv/data" or reply.status != 200:
            return reply
        return Reply(307, {}, {"Location": f"http://moved.example.com{sent.path}"})


@fault("time grid", needs="a question without a filter")
class TimeBeforeResource(Healthy):
    """Without a filter, rows are ordered by time, then by resource."""

    def datas(self, query: Query) -> list[Row]:
        rows = super().datas(query)
        return rows if query.resource else sorted(rows, key=lambda row: str(row["timestamp"]))


@fault("aggregation", needs="30 minutes beside another interval")
class HalfHoursLabelledByTheirEnd(Healthy):
    """At 30 minutes, values are those of the half hour before the label; the other intervals are right."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        return super().minutes(resource, start - self.late, end - self.late)

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        self.late = 30 if query.interval == 30 else 0
        return super().rows(resource, query)


@fault("aggregation")
class ApparentOfTheAverages(Healthy):
    """A coarse apparent power is computed from the averages of active and reactive power."""

    def aggregate(self, minutes: Columns, query: Query) -> Columns:
        found = super().aggregate(minutes, query)
        if "power_apparent_avg" in found:
            found["power_apparent_avg"] = np.hypot(found["power_active_avg"], found["power_reactive_avg"])
        return found


@fault("aggregation")
class MaximumWithAMargin(Healthy):
    """Coarse maxima are half as high again as the highest minute."""

    def combine(self, field: str, buckets: np.ndarray) -> np.ndarray:
        found = super().combine(field, buckets)
        return (
            found * 3 // 2
            if field.startswith("power_") and field.endswith("_max") and buckets.shape[1] > 1
            else found
        )


@fault("physics")
class PvConsumes(PvFault):
    """The power of PV systems is negative by day; the register rises."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {POWER: -columns[POWER], PEAK: -columns[PEAK]}


@fault("physics")
class PeakInWatts(PvFault):
    """The maximum of PV systems is in W, the average in kW."""

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        return columns | {PEAK: columns[PEAK] * 1000}


class _LowRangeFlow(PvFlow):
    def clear(self, minutes: Ints) -> Floats:
        one = self.system
        _, _, up = position(one.latitude, one.longitude, minutes)
        low = up < 0.26
        return np.minimum(super().clear(minutes) * np.where(low, 6.0, 1.0), one.cap_w - 1)


class _LowRange(Plant):
    pv_flow = _LowRangeFlow


@fault("statistical")
class LowRangeTooHigh(Odd):
    """While the sun is low, PV power and register are six times what they should be."""

    plant_class = _LowRange


@fault("statistical")
class OneSystemInTheHeat(PvFault):
    """Of two PV systems of a site one sees air that is 14 K warmer."""

    def furnish(self) -> Fleet:
        first = next(one for one in FLEET.resources if one.kind == "PV")
        return replace(FLEET, resources=(*FLEET.resources, replace(first, resource_id="PV000006")))

    def change(self, columns: Columns, resource: Pv, minutes: Ints) -> Columns:
        warmer = 14.0 if resource.resource_id == "PV000006" else 0.0
        return columns | {"temp_ambient_max": columns["temp_ambient_max"] + warmer}


@fault("statistical")
class RegisterLosesAnEighth(Healthy):
    """The registers of meters count seven eighths of the energy."""

    def wire(self, field: str, values: np.ndarray) -> list[object]:
        return super().wire(field, values * 0.875 if field == "energy_active_cum" else values)


@fault("statistical")
class ReadBeforeTheBucket(Healthy):
    """At every interval registers are those at the start of the bucket."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        found = super().minutes(resource, start, end)
        step = self.step
        before = super().minutes(resource, start - step, end - step)
        return found | {name: values for name, values in before.items() if name.startswith("energy_")}

    def rows(self, resource: Resource, query: Query) -> list[Row]:
        self.step = query.interval
        return super().rows(resource, query)


@fault("statistical")
class TwinSystems(Healthy):
    """All PV systems show the series of the first one."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        first = next(one for one in self.fleet.resources if one.kind == "PV")
        return super().minutes(first if resource.kind == "PV" else resource, start, end)


@fault("statistical")
class CapacityOfATown(Healthy):
    """The state of charge of a battery moves by a fortieth of its energy: it lasts for days."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        found = super().minutes(resource, start, end)
        if resource.kind == "BE":
            found["soc_end"] = 50 + (found["soc_end"] - 50) / 40
        return found
