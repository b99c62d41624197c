"""A small plant of Flask with a little data: healthy, unless a test swaps a part of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, jsonify, request

from wattos_testkit.contract import Contract, Parameter, ParameterError, load_contract

TOKEN = "a-token-of-the-tests"
SITES = [
    {
        "site_id": "SITE0001", "group_id": "GROUP001", "site_name": "Roof",
        "site_latitude": 35.0, "site_longitude": 139.0,
    }
]  # fmt: skip
KINDS = {"get_meter_data": "ME", "get_bess_data": "BE", "get_pv_data": "PV"}
RESOURCES = [
    {
        "resource_id": f"{kind}000001", "resource_type": kind, "unit_controller_id": "UC000001",
        "resource_name": kind, "resource_latitude": 35.0, "resource_longitude": 139.0,
    }
    for kind in KINDS.values()
]  # fmt: skip
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
UNTIL = datetime(2024, 3, 21, tzinfo=UTC)
Answer = Callable[..., Any]


@dataclass
class Parts:
    """What a test can swap."""

    row: Answer
    problem: Answer
    authorised: Answer = field(default=lambda header: header in {f"Bearer {TOKEN}", f"bearer {TOKEN}"})
    accepts: Answer = field(default=lambda *_: False)
    """Called with a parameter that the document does not allow; True lets it pass."""
    body: Answer = field(default=lambda _, body: jsonify(body))
    window: Answer = field(default=lambda start, end, interval: end - start >= timedelta(minutes=interval))
    known: Answer = field(default=lambda operation, resource: resource == KINDS[operation] + "000001")


def plant(**parts: Answer) -> Flask:
    """Return the application, with some parts swapped."""
    app, contract, swapped = (
        Flask("plant"),
        load_contract(),
        Parts(**{"row": row, "problem": problem, **parts}),
    )
    for operation in contract.operations.values():
        path = operation.path.replace("{", "<").replace("}", ">")
        app.add_url_rule(path, operation.name, _handler(contract, operation.name, swapped))
    app.register_error_handler(404, lambda _: swapped.problem(404, "there is nothing here"))
    app.register_error_handler(405, lambda _: swapped.problem(405, "GET alone"))
    return app


def _handler(contract: Contract, name: str, parts: Parts) -> Answer:
    operation = contract.operations[name]

    def handle(**path: str) -> Any:
        if not parts.authorised(request.headers.get("Authorization", "")):
            return parts.problem(401, "no token, or a wrong one")
        given = {**request.args.to_dict(), **path}
        for parameter in operation.parameters:
            text = given.get(parameter.name)
            wrong = _wrong(parameter, text)
            if wrong and not parts.accepts(parameter.name, text):
                return parts.problem(400, wrong)
        if name == "get_sites":
            return parts.body(name, {"sites": SITES if given.get("group_id") == "GROUP001" else []})
        if name == "get_resources":
            known = given["site_id"] == "SITE0001"
            return parts.body(name, {"resources": RESOURCES}) if known else parts.problem(404, "no such site")
        return _series(name, given, parts)

    return handle


def _wrong(parameter: Parameter, text: str | None) -> str:
    if text is None:
        return f"{parameter.name} is missing" if parameter.required else ""
    try:
        parameter.parse(text)
    except ParameterError as error:
        return str(error)
    return ""


def _series(name: str, given: dict[str, str], parts: Parts) -> Any:
    try:
        start, end = (datetime.fromisoformat(given[edge]) for edge in ("start", "end"))
        # Where a test accepts any interval, a year is long enough for a plant of three months.
        interval = min(int(given["agg_interval"]), 366 * 1440)
    except (KeyError, ValueError):
        start, end, interval = UNTIL - timedelta(hours=2), UNTIL, 15
    start, end = (one.replace(tzinfo=UTC, second=0) for one in (start, end))
    if not parts.window(start, end, interval):
        return parts.problem(400, "the window is shorter than the interval")
    if not parts.known(name, given.get("resource_id", KINDS[name] + "000001")):
        return parts.problem(404, "no such resource")
    step = timedelta(minutes=max(interval, 1))
    first = EPOCH + -(-(start - EPOCH) // step) * step
    rows, at = [], max(first, EPOCH)
    while at + step <= min(end, UNTIL) and len(rows) < 5_000:
        rows.append(parts.row(name, at, interval))
        at += step
    return parts.body(name, {"datas": rows})


def problem(status: int, detail: str) -> Response:
    """Return an error as the document says."""
    made = jsonify({"type": "about:blank", "title": "Error", "status": status, "detail": detail})
    made.status_code, made.content_type = status, "application/problem+json"
    if status == 401:
        made.headers["WWW-Authenticate"] = "Bearer"
    return made


def row(operation: str, at: datetime, interval: int) -> dict[str, Any]:
    """Return a row of constant power, whose register counts it."""
    hours = (at - EPOCH).total_seconds() / 3600 + interval / 60
    base = {
        "resource_id": KINDS[operation] + "000001", "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "agg_interval": interval, "unit_controller_id": "UC000001",
    }  # fmt: skip
    if operation == "get_meter_data":
        power = {
            "power_active_avg": 10.0,
            "power_active_max": 10.5,
            "power_apparent_avg": 10.5,
        }
        return {**base, **power, "power_reactive_avg": 3.2, "energy_active_cum": round(10.0 * hours, 3)}
    heat = {"temp_cell_max": 25.0, "temp_ambient_max": 20.0}
    if operation == "get_pv_data":
        power = {"power_active_avg": 0.0, "power_active_max": 0.0, "energy_active_cum": 500.0}
        return {**base, **power, **heat, "status": "SB"}
    power = {f"power_{way}_active_{what}": 0.0 for way in ("charge", "discharge") for what in ("avg", "max")}
    energy = {"energy_charge_active_cum": 50.0, "energy_discharge_active_cum": 40.0, "soc_end": 50.0}
    return {**base, **power, **energy, **heat, "status": "SB"}
