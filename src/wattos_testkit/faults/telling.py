"""A fault told to people and programs: its story, what it changes, how it is asked for."""

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from wattos_testkit.faults.model import Fault, Parameter, Strikes
from wattos_testkit.faults.reported.presence import BELATED
from wattos_testkit.fleet.model import Kind

_WIDTH = 100
_KINDS = {Kind.METER: "meter", Kind.BESS: "bess", Kind.PV: "pv"}
_PATHS = {Kind.METER: "/meters/data", Kind.BESS: "/bess/data", Kind.PV: "/pv/data"}
_SAMPLES = {Kind.METER: "ME000001", Kind.BESS: "BE000001", Kind.PV: "PV000001"}
_MORNING = "2024-03-20T17:00:00Z", "2024-03-20T19:00:00Z"
"""On the clock of the samples' site from ten to noon."""
NOW = "2024-03-20T18:20:00Z"
"""When rows that are struck then, in the middle of the window, would just have come."""
_EVENING = "2024-03-20T21:00:00Z", "2024-03-21T06:00:00Z"
"""From two in the afternoon to eleven at night: a battery has work."""
_SEEN_AT = {"export-limit-lost": "PV000002"}
"""Where a fault is seen that only some can have."""
_DAY, _HOUR = 1440, 60


def duration(minutes: int) -> str:
    """Return minutes as a scenario writes them."""
    days, rest = divmod(minutes, _DAY)
    hours, left = divmod(rest, _HOUR)
    parts = [f"{count}{unit}" for count, unit in ((days, "d"), (hours, "h"), (left, "min")) if count]
    return "".join(parts)


def fault_form(fault: Fault) -> dict[str, Any]:
    """Return a fault as JSON has it."""
    return {
        "name": fault.name,
        "family": fault.family.value,
        "story": fault.story,
        "changes": fault.changes,
        "strikes": fault.strikes.value,
        "kinds": [] if fault.strikes is Strikes.OPERATION else _kinds(fault),
        "parameters": [_parameter_form(one) for one in fault.parameters],
        "fields": {_KINDS[kind]: list(names) for kind, names in fault.fields.items()},
        "consequences": {_KINDS[kind]: list(names) for kind, names in fault.consequences.items()},
        "lasts": None if fault.strikes is Strikes.OPERATION else duration(fault.lasts),
        "between_two": fault.pairs,
        "forever": fault.forever,
        "scenario": scenario_line(fault),
        "prefer": prefer(fault),
    }


def _parameter_form(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "default": parameter.default,
        "unit": parameter.unit,
        "least": parameter.least,
        "most": parameter.most,
        "choices": list(parameter.choices),
        "meaning": parameter.meaning,
    }


def _kinds(fault: Fault) -> list[str]:
    return [_KINDS[kind] for kind in Kind if kind in fault.kinds]


_UNCERTAIN = {"share", "requests"}
"""Parameters that let some requests pass."""


def strikes_whom(fault: Fault) -> str:
    """Return whom a fault strikes, in a few words."""
    if fault.strikes is Strikes.OPERATION:
        return "operations"
    if fault.strikes is Strikes.CONTROLLER:
        return "unit controllers"
    kinds = "any" if fault.kinds >= frozenset(Kind) else ", ".join(_kinds(fault))
    return f"pairs of {kinds}" if fault.pairs else kinds


def _example(fault: Fault) -> Parameter | None:
    """Return the parameter that an example tells: the first one."""
    return fault.parameters[0] if fault.parameters else None


def _value(parameter: Parameter) -> str:
    """Return a value that is not the default, where one can be found."""
    default = parameter.default
    if parameter.choices:
        return next((one for one in parameter.choices if one != default), str(default))
    if isinstance(default, bool):
        return "false" if default else "true"
    if isinstance(default, str):
        return default
    least, most = parameter.least, parameter.most
    other = default / 2 if least is None or default / 2 >= least else default * 2
    if not other:
        other = 1.0 if most is None else min(1.0, most)
    return f"{int(other) or 1}" if isinstance(default, int) else f"{other:g}"


def scenario_line(fault: Fault) -> str:
    """Return a line of a scenario that places a fault."""
    parts = [f"fault: {fault.name}"]
    if fault.strikes is Strikes.OPERATION:
        parts.append("on: get_pv_data")
    else:
        chosen = "" if fault.kinds >= frozenset(Kind) else f"kind: {_kinds(fault)[0]}, "
        length = duration(min(fault.lasts, 400 * _DAY))
        parts += [f"on: {{{chosen}share: 0.3}}", "from: 12:00", f"for: {length}"]
    parameter = _example(fault)
    if parameter is not None:
        parts.append(f"with: {{{parameter.name}: {_value(parameter)}}}")
    return f"- {{{', '.join(parts)}}}"


def prefer(fault: Fault) -> str:
    """Return the header that asks for a fault in one answer; one of the wire then strikes for certain."""
    told = (one for one in fault.parameters if one.name not in _UNCERTAIN)
    parameter = next(told, None) if fault.strikes is Strikes.OPERATION else _example(fault)
    more = f"; {parameter.name}={_value(parameter)}" if parameter is not None else ""
    return f"Prefer: fault={fault.name}{more}"


def curl(fault: Fault, base: str = "http://127.0.0.1:8080") -> str:
    """Return a command that sees a fault through the mock on the demo fleet."""
    kind = Kind.PV if Kind.PV in fault.kinds else next(kind for kind in Kind if kind in fault.kinds)
    if fault.strikes is Strikes.CONTROLLER:
        kind = Kind.METER
    start, end = _EVENING if kind is Kind.BESS else _MORNING
    sample = _SEEN_AT.get(fault.name, _SAMPLES[kind])
    query = f"resource_id={sample}&start={start}&end={end}&agg_interval=15"
    show = "-si" if fault.strikes is Strikes.OPERATION else "-s"
    return f"curl {show} -H 'Authorization: Bearer demo' -H '{prefer(fault)}' '{base}{_PATHS[kind]}?{query}'"


def fault_text(fault: Fault) -> str:
    """Return all there is to say of a fault."""
    lines = [f"{fault.name}  ({fault.family.value})", "", *_indented(fault.story)]
    lines += ["", "What it changes", *_indented(fault.changes)]
    lines += ["", "Whom it strikes", f"  {strikes_whom(fault)}{_lasting(fault)}"]
    for title, fields in (
        ("Fields of those it strikes", fault.fields),
        ("Fields of others behind the same unit controller", fault.consequences),
    ):
        if fields:
            lines += ["", title, *_field_lines(fields)]
    if fault.parameters:
        lines += ["", "Parameters"]
        for parameter in fault.parameters:
            lines.append(f"  {parameter.name}  {_bounds(parameter)}")
            lines += _indented(parameter.meaning, "      ")
    lines += [
        "",
        "In a scenario",
        f"  {scenario_line(fault)}",
        "",
        f"In one answer of the mock{_with_clock(fault)}",
        f"  {curl(fault)}",
    ]
    return "\n".join(lines)


def _with_clock(fault: Fault) -> str:
    return f", which needs a clock: serve --now {NOW}" if fault.name in BELATED else ""


def _lasting(fault: Fault) -> str:
    if fault.strikes is Strikes.OPERATION:
        return "; always, unless from and to say when"
    undone = ", and what it did is not undone when it ends" if fault.forever else ""
    return f"; for {duration(fault.lasts)} unless told{undone}"


def _field_lines(fields: Mapping[Kind, tuple[str, ...]]) -> Iterator[str]:
    for kind, names in fields.items():
        yield from _indented(f"{_KINDS[kind]}: {', '.join(names) or 'whole rows'}")


def _bounds(parameter: Parameter) -> str:
    text = f"= {parameter.default}{f' {parameter.unit}' if parameter.unit else ''}"
    if parameter.choices:
        return f"{text}  ({', '.join(parameter.choices)})"
    if parameter.least is not None and parameter.most is not None:
        return f"{text}  ({parameter.least:g} to {parameter.most:,.10g})"
    return text if parameter.least is None else f"{text}  (from {parameter.least:g} on)"


def _indented(text: str, indent: str = "  ") -> list[str]:
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)
