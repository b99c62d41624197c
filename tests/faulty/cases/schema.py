"""Answers that are not of the documented form."""

from flask import Request, Response

from tests.faulty.fleet import Resource, Site
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Reply, Row

FAMILY = "schema"


@fault(FAMILY)
class NumbersAsText(Healthy):
    """Powers of meters are sent as strings."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return {
            key: str(value) if query.kind == "ME" and key.startswith("power") else value
            for key, value in row.items()
        }


@fault(FAMILY)
class ControllerInLowerCase(Healthy):
    """Rows of batteries carry the unit controller in lower case."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        if query.kind == "BE":
            row["unit_controller_id"] = resource.controller.lower()
        return row


@fault(FAMILY)
class StatusMissing(Healthy):
    """Rows of PV systems have no status."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        if query.kind == "PV":
            del row["status"]
        return row


@fault(FAMILY, needs="night")
class NullTemperatureAtNight(Healthy):
    """The temperature of PV cells is null while there is no power."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        if query.kind == "PV" and row["status"] == "SB":
            row["temp_cell_max"] = None
        return row


@fault(FAMILY)
class EnvelopeRenamed(Healthy):
    """The rows of meters stand under 'data' instead of 'datas'."""

    def serve(self, operation: str, site_id: str, sent: Request) -> object:
        document = super().serve(operation, site_id, sent)
        return {"data": document["datas"]} if operation == "get_meter_data" else document


@fault(FAMILY)
class BareListOfSites(Healthy):
    """The sites come as a list without an object around it."""

    def serve(self, operation: str, site_id: str, sent: Request) -> object:
        document = super().serve(operation, site_id, sent)
        return document["sites"] if operation == "get_sites" else document


@fault(FAMILY)
class TimestampWithoutZone(Healthy):
    """Timestamps do not say that they are UTC."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        row["timestamp"] = row["timestamp"].rstrip("Z")
        return row


@fault(FAMILY)
class TimestampAsNumber(Healthy):
    """Timestamps of batteries are seconds since 1970."""

    def stamps(self, starts, query: Query) -> list[str]:
        return (starts * 60).tolist() if query.kind == "BE" else super().stamps(starts, query)


@fault(FAMILY)
class TimestampWithSlashes(Healthy):
    """Timestamps are written as 2026/06/01 00:00:00."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        row["timestamp"] = row["timestamp"].replace("-", "/").replace("T", " ").rstrip("Z")
        return row


@fault(FAMILY)
class FieldMisspelt(Healthy):
    """The apparent power is called power_aparent_avg."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return {key.replace("apparent", "aparent"): value for key, value in row.items()}


@fault(FAMILY)
class CamelCaseResources(Healthy):
    """The fields of resources are in camel case."""

    def resource_row(self, resource: Resource) -> Row:
        row = super().resource_row(resource)
        return {
            "".join([part.title() if at else part for at, part in enumerate(key.split("_"))]): value
            for key, value in row.items()
        }


@fault(FAMILY)
class IntervalAsText(Healthy):
    """The aggregation interval of rows is a string."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        row["agg_interval"] = str(query.interval)
        return row


@fault(FAMILY, needs="night")
class NotANumber(Healthy):
    """The power of a PV system at night is NaN, which is no JSON."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        if query.kind == "PV" and row["status"] == "SB":
            row["power_active_avg"] = float("nan")
        return row


@fault(FAMILY)
class CoordinatesAsText(Healthy):
    """Latitude and longitude of sites are written in degrees and minutes."""

    def site_row(self, site: Site) -> Row:
        row = super().site_row(site)
        for key in ("site_latitude", "site_longitude"):
            row[key] = f"{int(row[key])}°{abs(row[key]) % 1 * 60:.0f}'"
        return row


@fault(FAMILY)
class GroupIdOfNineCharacters(Healthy):
    """Sites name their group as GROUP0001, which breaks the pattern."""

    def site_row(self, site: Site) -> Row:
        return super().site_row(site) | {"group_id": site.group_id.replace("GROUP", "GROUP0")}


@fault(FAMILY)
class AnswersAsPlainText(Healthy):
    """Answers with data are labelled text/html."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        if reply.status == 200:
            reply.headers["Content-Type"] = "text/html; charset=utf-8"
        return reply


@fault(FAMILY)
class NamelessResources(Healthy):
    """Resources have an empty name."""

    def resource_row(self, resource: Resource) -> Row:
        return super().resource_row(resource) | {"resource_name": ""}


@fault(FAMILY)
class StatusAsNumber(Healthy):
    """The status of batteries is a number."""

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        if query.kind == "BE":
            row["status"] = ("SB", "CH", "DI").index(row["status"])
        return row


@fault(FAMILY, needs="an answer of more than 64 KiB")
class CutShort(Healthy):
    """Answers end after 64 KiB, in the middle of a row."""

    def send(self, reply: Reply, sent: Request) -> Response:
        reply.document = self.encode(reply.document)[:65_536]
        return super().send(reply, sent)


@fault(FAMILY, needs="a window without data")
class NullForNoRows(Healthy):
    """A window without rows is answered with null instead of an empty list."""

    def serve(self, operation: str, site_id: str, sent: Request) -> object:
        document = super().serve(operation, site_id, sent)
        return {"datas": document["datas"] or None} if "datas" in document else document


@fault(FAMILY)
class ControllerAsObject(Healthy):
    """The unit controller of a resource is an object in the list."""

    def resource_row(self, resource: Resource) -> Row:
        return super().resource_row(resource) | {"unit_controller_id": {"id": resource.controller}}
