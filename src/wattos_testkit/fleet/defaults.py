"""What stands for what a fleet file leaves out."""

from datetime import date
from functools import lru_cache
from importlib.resources import files

from wattos_testkit.fleet.model import ClimateName

COMMISSIONED = date(2022, 1, 1)
_DC_OVER_AC = 1.2
_BY_LATITUDE: tuple[tuple[float, ClimateName], ...] = (
    (15.0, "tropical"),
    (32.0, "subtropical"),
    (42.0, "mediterranean"),
    (56.0, "oceanic"),
)


def timezone(latitude: float, longitude: float) -> str:
    """Return the time zone of a place."""
    # Its map takes memory that the demo fleet has no use for.
    import tzfpy  # noqa: PLC0415

    return tzfpy.get_tz(longitude, latitude) or "UTC"


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    lines = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {line[2]: line[0] for line in lines}


def country(timezone_name: str) -> str | None:
    """Return the country of a time zone, or None where it belongs to none."""
    return _zones().get(timezone_name)


def climate(latitude: float) -> ClimateName:
    """Return a climate that is common at a latitude."""
    for bound, name in _BY_LATITUDE:
        if abs(latitude) < bound:
            return name
    return "nordic"


def rated_dc(rated_ac_kw: float) -> float:
    """Return the DC rating of a common design."""
    return round(rated_ac_kw * _DC_OVER_AC, 3)


def tilt(latitude: float) -> float:
    """Return a common tilt [deg]."""
    return min(35.0, max(5.0, round(abs(latitude) * 0.7)))


def azimuth(latitude: float) -> float:
    """Return the orientation towards the equator [deg]."""
    return 180.0 if latitude >= 0.0 else 0.0
