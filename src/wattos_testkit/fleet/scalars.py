"""The values of a fleet file: what each may be, and what is said where it is not.

Text is taken for what the field asks for, whatever YAML might make of it: `country: NO` is Norway, and an
id of eight digits is no number.
"""

import math
import re
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from wattos_testkit.fleet.entry import Scalar, WrongValueError, did_you_mean, shown
from wattos_testkit.fleet.model import ClimateName, LoadProfileName, MeterRole, Strategy

_ID = re.compile(r"[A-Z0-9]{8}", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,19}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOST_NAME = 200
EARLIEST, LATEST = date(1980, 1, 1), date(2099, 12, 31)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise WrongValueError(f"{shown(value)} is no text")
    return value


def _identifier(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        raise WrongValueError(f"{value} is a number; an id of digits needs quotes")
    text = _text(value)
    if not _ID.fullmatch(text):
        hint = f"; did you mean {text.upper()!r}?" if _ID.fullmatch(text.upper()) else ""
        raise WrongValueError(f"{shown(text)} is no id: eight of A-Z and 0-9{hint}")
    return text


def _name(value: object) -> str:
    text = _text(value)
    if not text.strip() or len(text) > _MOST_NAME:
        raise WrongValueError(f"{shown(text)} is no name: 1 to {_MOST_NAME} characters")
    if not text.isprintable():
        raise WrongValueError(f"{shown(text)} holds characters that cannot be printed")
    return text


def _as_float(value: object) -> float:
    if isinstance(value, bool):
        raise WrongValueError(f"{shown(value)} is no number")
    try:
        number = float(value) if isinstance(value, int | float) else float(_text(value))
    except (ValueError, OverflowError):
        raise WrongValueError(f"{shown(value)} is no number") from None
    if not math.isfinite(number):
        raise WrongValueError(f"{shown(value)} is no finite number")
    return number


def number(least: float, most: float, unit: str) -> Scalar[float]:
    """Return the type of numbers within two bounds, both allowed."""

    def read(value: object) -> float:
        found = _as_float(value)
        if not least <= found <= most:
            raise WrongValueError(
                f"{shown(value)} is out of bounds: {least:g} to {most:,.10g} {unit}".rstrip()
            )
        return found + 0.0  # no negative zero

    return Scalar(read, max(least, 0.0) if most >= 0 else most)


def _choice(what: str, options: tuple[str, ...]) -> Callable[[object], Any]:
    def read(value: object) -> str:
        if value not in options:
            hint = did_you_mean(str(value).lower(), list(options))
            raise WrongValueError(f"{shown(value)} is no {what}: {', '.join(options)}{hint}")
        return str(value)

    return read


def _truth(value: object) -> bool:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise WrongValueError(f"{shown(value)} is neither true nor false")
    return value


def _day(value: object) -> date:
    text = _text(value)
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise WrongValueError(f"{shown(text)} is no day of the calendar; a right one is 2022-06-15")
    if not EARLIEST <= found <= LATEST:
        raise WrongValueError(f"{text} is out of bounds: {EARLIEST} to {LATEST}")
    return found


def _timezone(value: object) -> str:
    text = _text(value)
    try:
        # Names without a place may mean another zone on another machine ("localtime"), or none (".").
        known = "/" in text or text == "UTC"
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = False
    if not known:
        hint = did_you_mean(text.replace(" ", "_"), sorted(available_timezones()))
        raise WrongValueError(
            f"{shown(text)} is no IANA time zone, such as America/Los_Angeles{hint}"
        ) from None
    return text


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Return the names of the countries by their ISO 3166-1 alpha-2 codes."""
    table = files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text("utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {line[0]: line[1] for line in lines}


def _country(value: object) -> str:
    if value is False:
        raise WrongValueError('false is no country; Norway needs quotes: "NO"')
    text = _text(value)
    if text not in countries():
        by_name = {name.lower(): code for code, name in countries().items()}
        near = get_close_matches(text.lower(), by_name, 1)
        meant = text.upper() if text.upper() in countries() else by_name[near[0]] if near else None
        hint = f"; did you mean {meant!r}?" if meant else ""
        raise WrongValueError(f"{shown(text)} is no ISO 3166-1 code of two letters, such as US{hint}")
    return text


def _seed(value: object) -> int:
    whole = value if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        whole = int(value)
    if whole is None or not 0 <= whole < 1 << 63:
        raise WrongValueError(f"{shown(value)} is no whole number from 0 on")
    return whole


IDENTIFIER = Scalar(_identifier, "")
NAME = Scalar(_name, "-")
TRUTH = Scalar(_truth, stand_in=True)
DAY = Scalar(_day, date(2022, 1, 1))
TIMEZONE = Scalar(_timezone, "UTC")
COUNTRY = Scalar(_country, "US")
SEED = Scalar(_seed, 0)
CLIMATE: Scalar[ClimateName] = Scalar(_choice("climate", get_args(ClimateName)), "oceanic")
PROFILE: Scalar[LoadProfileName] = Scalar(_choice("load profile", get_args(LoadProfileName)), "office")
STRATEGY: Scalar[Strategy] = Scalar(_choice("strategy", get_args(Strategy)), "arbitrage")
ROLE: Scalar[MeterRole] = Scalar(_choice("role of a meter", get_args(MeterRole)), "grid")
LATITUDE = number(-90.0, 90.0, "degrees")
LONGITUDE = number(-180.0, 180.0, "degrees")
ALTITUDE = number(-430.0, 6000.0, "m")
TILT = number(0.0, 90.0, "degrees")
AZIMUTH = number(0.0, 360.0, "degrees")
POWER = number(0.1, 1e7, "kW")
ENERGY = number(0.1, 1e8, "kWh")
