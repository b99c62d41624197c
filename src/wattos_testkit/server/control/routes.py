"""Every path of the control API; `openapi.yaml` beside this file describes them, and a test compares."""

import re
from typing import NamedTuple

from wattos_testkit.server.control import clocks, document, faults, requests, whole
from wattos_testkit.server.control.desk import Handler
from wattos_testkit.server.control.refusal import Refusal


class Route(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    handler: Handler


ROUTES = (
    Route("GET", "/", whole.index),
    Route("GET", "/openapi.yaml", document.as_yaml),
    Route("GET", "/openapi.json", document.as_json),
    Route("GET", "/docs", document.page),
    Route("GET", "/docs/{name}", document.file),
    Route("GET", "/clock", clocks.get),
    Route("PUT", "/clock", clocks.put),
    Route("DELETE", "/clock", clocks.delete),
    Route("POST", "/clock/freeze", clocks.freeze),
    Route("POST", "/clock/run", clocks.run),
    Route("POST", "/clock/shift", clocks.shift),
    Route("POST", "/clock/advance", clocks.advance),
    Route("GET", "/catalogue", faults.catalogue),
    Route("GET", "/catalogue/{name}", faults.described),
    Route("GET", "/faults", faults.listed),
    Route("POST", "/faults", faults.add),
    Route("DELETE", "/faults", faults.clear),
    Route("GET", "/faults/{id}", faults.get),
    Route("DELETE", "/faults/{id}", faults.remove),
    Route("GET", "/scenarios", faults.scenarios),
    Route("GET", "/scenario", faults.scenario),
    Route("PUT", "/scenario", faults.load),
    Route("DELETE", "/scenario", faults.unload),
    Route("GET", "/requests", requests.listed),
    Route("GET", "/requests/count", requests.count),
    Route("DELETE", "/requests", requests.clear),
    Route("POST", "/reset", whole.reset),
    Route("POST", "/savepoints", whole.save),
    Route("POST", "/savepoints/{number}/restore", whole.restore),
    Route("DELETE", "/savepoints/{number}", whole.forget),
)


def _pattern(path: str) -> re.Pattern[str]:
    # The ids of faults are names that people gave: the last part may have anything in it.
    return re.compile(re.sub(r"\{(\w+)\}$", r"(?P<\1>.+)", re.sub(r"\{(\w+)\}/", r"(?P<\1>[^/]+)/", path)))


_PATTERNS = tuple((_pattern(one.path), one) for one in ROUTES)


def find(method: str, path: str) -> tuple[Handler, dict[str, str]]:
    """Return the handler of a request, and what stands in its path.

    Raises
    ------
    Refusal
        404 or 405, if there is none.
    """
    allowed: set[str] = set()
    for pattern, route in _PATTERNS:
        match = pattern.fullmatch(path or "/")
        if match is not None:
            if method == route.method:
                return route.handler, match.groupdict()
            allowed.add(route.method)
    if allowed:
        allow = ", ".join(sorted(allowed | {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set())))
        raise Refusal(405, f"This method is not allowed here; allowed are {allow}", headers={"allow": allow})
    raise Refusal(404, "There is nothing at this path; /_testkit/ shows what there is")
