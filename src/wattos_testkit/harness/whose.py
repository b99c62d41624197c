"""Whether the id that was asked for can have rows here: of a list, and of a series."""

from typing import Any

from wattos_testkit.harness.asked import SERIES, Asked
from wattos_testkit.harness.events import Evidence, Request
from wattos_testkit.harness.findings import Findings
from wattos_testkit.harness.known import GROUP, RESOURCE, SITE, Known

_WANTED = {"get_sites": GROUP, "get_resources": SITE}
_OWN = {"get_sites": "group_id", **dict.fromkeys(SERIES, "resource_id")}
"""The column that repeats what was asked for; a list of resources does not say of which site it is."""
_LOOKED_AT = 500


def judge_owner(known: Known, found: Findings, asked: Asked, rows: list[Any], request: Request) -> None:
    """Judge rows that came for a well-formed id."""
    operation, name = asked.operation, asked.id or ""
    its = known.operation_of(name) if operation in SERIES else None
    if its:
        found.asked("WT207", operation)
        if its != operation:
            kind = str(known.resources[name].get("resource_type"))
            seen = Evidence("resource_type", SERIES[operation], kind)
            message = f"{name} is listed as {kind}, and has {count_of(rows)} here"
            found.report("WT207", operation, message, resource=name, evidence=[seen], requests=[request])
    elif kinds := known.kinds_of(name):
        found.asked("WT207", operation)
        wanted = _WANTED.get(operation, RESOURCE)
        # A name may be given at two places; rows that bear it all show that there is one of this kind, too.
        if wanted not in kinds and not _own(operation, name, rows):
            seen = Evidence("kind of id", wanted, " and ".join(sorted(kinds)))
            message = f"{name} is {seen.seen}, not {wanted}, and is answered with {count_of(rows)}"
            found.report("WT207", operation, message, evidence=[seen], requests=[request])
    elif name not in known.met:
        found.asked("WT206", operation)
        if name in known.invented or not (_own(operation, name, rows) or _elsewhere(known, operation, rows)):
            whose = ", ".join(_names(rows)[:3])
            seen = Evidence("rows", "404, or no rows", f"{count_of(rows)} of {whose}")
            message = f"{name}, which nobody has, is answered with {count_of(rows)}"
            found.report("WT206", operation, message, evidence=[seen], requests=[request])


def _own(operation: str, name: str, rows: list[Any]) -> bool:
    """Return whether all rows say that they are of that id."""
    column = _OWN.get(operation)
    return column is not None and all(isinstance(row, dict) and row.get(column) == name for row in rows)


def _elsewhere(known: Known, operation: str, rows: list[Any]) -> bool:
    """Return whether these may be the resources of a site outside the groups that were given."""
    return operation == "get_resources" and not any(
        isinstance(row, dict) and row.get("resource_id") in known.resources for row in rows
    )


def _names(rows: list[Any]) -> list[str]:
    named = (row for row in rows[:_LOOKED_AT] if isinstance(row, dict))
    return sorted({str(row.get("resource_id") or row.get("site_id")) for row in named})


def count_of(rows: list[Any] | None) -> str:
    """Return how many rows there are, in words."""
    if rows is None:
        return "a body without rows"
    return f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
