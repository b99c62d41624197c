"""What a request asks for itself: `code`, `delay` and `fault`, by header or in the query."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_plus

from wattos_testkit.contract import ParameterError
from wattos_testkit.contract.parameters import shown
from wattos_testkit.errors import UsageError
from wattos_testkit.faults.catalogue import find
from wattos_testkit.faults.model import Family, Fault, Placement, Value
from wattos_testkit.faults.scenario.placing import scalar_of
from wattos_testkit.faults.wire import ALWAYS
from wattos_testkit.fleet.entry import WrongValueError, did_you_mean
from wattos_testkit.server.window import utc_minute
from wattos_testkit.server.wire.errors import CODES
from wattos_testkit.server.wire.prefer import Preference, preferences

HEADER = "Prefer"
KNOWN = ("code", "delay", "fault")
FINE = 200
"""The code that asks for no error."""
NAME = "preferred"
_LONGEST = 600_000
_SEED = 1
_AT_ONCE: dict[str, Value] = {"share": 1.0, "requests": 0}
"""What a fault that is asked for does unless it is told: it strikes this very request."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is asked for."""

    code: int | None = None
    delay: int | None = None
    """Milliseconds."""
    fault: Fault | None = None
    values: dict[str, Value]
    seed: int = _SEED
    start: int | None = None
    end: int | None = None

    def placed(self, targets: tuple[str, ...], start: int = ALWAYS[0], end: int = ALWAYS[1]) -> Placement:
        """Return the fault as it is placed."""
        if self.fault is None:
            raise LookupError("no fault is asked for")
        return Placement(
            name=NAME,
            fault=self.fault,
            targets=targets,
            start=start,
            end=end,
            values=self.values,
            seed=self.seed,
        )


def wishes_of(found: dict[str, Preference], where: str) -> Wishes:
    """Return what preferences mean; those that the testkit does not know are ignored.

    Raises
    ------
    ParameterError
        If the value of a known one is wrong.
    """
    for name in KNOWN:
        if name in found and found[name].malformed:
            part = shown(found[name].malformed)
            raise ParameterError(_place(where, name), f"{part} cannot be read; {name}=... is right")
    code = _code(found["code"].value, where) if "code" in found else None
    delay = _delay(found["delay"].value, where) if "delay" in found else None
    if "fault" not in found:
        return Wishes(code=code, delay=delay, values={})
    return _with_fault(found["fault"], where, code, delay)


def of_header(text: str) -> Wishes:
    """Return what a header `Prefer` asks for."""
    return wishes_of(preferences(text), HEADER)


def of_query(query: bytes) -> tuple[Wishes | None, bytes]:
    """Return what a query asks for, and the query without it."""
    kept: list[str] = []
    found: dict[str, Preference] = {}
    for pair in query.decode("utf-8", "replace").split("&"):
        raw, _, value = pair.partition("=")
        name = unquote_plus(raw)
        if name.removeprefix("__") not in KNOWN or not name.startswith("__"):
            kept.append(pair)
            continue
        if name[2:] in found:
            raise ParameterError(name, "is given more than once; once is right")
        text = f"{name[2:]}={unquote_plus(value)}"
        found[name[2:]] = preferences(text).get(name[2:], Preference("", {}, text))
    return (wishes_of(found, "query") if found else None), "&".join(kept).encode()


def _place(where: str, name: str) -> str:
    return HEADER if where == HEADER else f"__{name}"


def _code(text: str, where: str) -> int:
    code = int(text) if text.isascii() and text.isdigit() and len(text) == 3 else 0  # noqa: PLR2004 - of digits
    if code != FINE and code not in CODES:
        raise ParameterError(
            _place(where, "code"),
            f"code={shown(text)} is no error of HTTP; one is code=503, none is code=200",
        )
    return code


def _delay(text: str, where: str) -> int:
    delay = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_LONGEST)) else -1
    if not 0 <= delay <= _LONGEST:
        raise ParameterError(
            _place(where, "delay"),
            f"delay={shown(text)} is no number of milliseconds from 0 to {_LONGEST:,}; a right one is "
            f"delay=1500",
        )
    return delay


def _with_fault(given: Preference, where: str, code: int | None, delay: int | None) -> Wishes:
    place = _place(where, "fault")
    try:
        fault = find(given.value)
    except UsageError as error:
        raise ParameterError(place, str(error)) from None
    values = {
        name: value
        for name, value in _AT_ONCE.items()
        if fault.family is Family.WIRE and fault.parameter(name)
    }
    own = {"seed": _SEED} if fault.family is Family.WIRE else {"seed": _SEED, "from": None, "to": None}
    minutes: dict[str, int | None] = dict(own)
    for name, text in given.parameters.items():
        parameter = fault.parameter(name)
        try:
            if parameter is not None:
                values[name] = scalar_of(parameter).read(text)
            elif name in own:
                minutes[name] = _whole(text) if name == "seed" else utc_minute(text)
            else:
                raise ParameterError(place, _no_parameter(fault, name, own))
        except (WrongValueError, ValueError) as error:
            reason = str(error) if isinstance(error, WrongValueError) else f"{shown(text)} {error}"
            raise ParameterError(place, f"{fault.name}; {name}: {reason}") from None
    start, end = minutes.get("from"), minutes.get("to")
    if start is not None and end is not None and end <= start:
        raise ParameterError(place, f"{fault.name}; to: is not after from")
    seed = minutes["seed"]
    return Wishes(
        code=code,
        delay=delay,
        fault=fault,
        values={name: value for name, value in values.items() if value != _default(fault, name)},
        seed=_SEED if seed is None else seed,
        start=start,
        end=end,
    )


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004 - of digits
        raise ValueError("is no whole number; a right one is 7")
    return int(text)


def _default(fault: Fault, name: str) -> Value | None:
    parameter = fault.parameter(name)
    return None if parameter is None else parameter.default


def _no_parameter(fault: Fault, name: str, own: Iterable[str]) -> str:
    known = [*(one.name for one in fault.parameters), *own]
    return (
        f"{fault.name} has no parameter {shown(name)}; it takes {', '.join(known)}{did_you_mean(name, known)}"
    )
