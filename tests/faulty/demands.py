"""Rules that speak only when something is demanded of the check, each with a server that breaks it."""

from dataclasses import dataclass, field
from typing import Any

from tests.faulty.catalogue import HEALTHY


@dataclass(frozen=True)
class Demand:
    """What is demanded, and of which server."""

    server: str
    options: dict[str, Any] = field(default_factory=dict)


def _pin(server: str, name: str, value: str) -> Demand:
    return Demand(server, {"pin": {name: value}})


DEMANDS = {
    "WT003": Demand(HEALTHY, {"max_bytes": "20k", "select": []}),
    "WT901": _pin("end-labels", "bucket_label", "start"),
    "WT902": _pin(HEALTHY, "register", "daily"),
    "WT903": _pin("export-is-positive", "meter_sign", "import-positive"),
    "WT904": _pin("unknown-resource-is-empty", "unknown_resource", "404"),
    "WT905": _pin("seven-days-per-request", "range_limit", "31 d"),
    "WT906": _pin("forty-days-kept", "retention", "400 d"),
    "WT907": _pin("whole-numbers", "rounding", "power 3, energy 3, soc 2, temperature 1"),
    "WT909": _pin("rows-of-the-future", "future", "no rows"),
    "WT908": _pin("milliseconds", "timestamp", "Z"),
}
"""A legal deployment is a faulty one once it was demanded that it be another."""
