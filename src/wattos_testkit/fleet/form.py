"""The form of a fleet in a file: plain mappings and lists, read with every mistake noted, and written.

The names are those of the nouns in `fleet.model`; `docs/fleet.md` describes each. What a file may leave
out follows from what it says: see `defaults`.
"""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from wattos_testkit.fleet import defaults, scalars
from wattos_testkit.fleet.entry import Entry, did_you_mean
from wattos_testkit.fleet.limits import controller_mistakes
from wattos_testkit.fleet.model import (
    Battery,
    Group,
    Load,
    Meter,
    Photovoltaic,
    Site,
    UnitController,
)


@dataclass(frozen=True)
class Form:
    """What a file says."""

    groups: tuple[Group, ...]
    sites: tuple[Site, ...]
    seed: int | None


@dataclass
class _Reading:
    """What must be known of the rest of the file while a part of it is read."""

    taken: dict[tuple[str, str], str] = field(default_factory=dict)
    """Where each id stands, by its noun."""

    def identifier(self, entry: Entry, name: str) -> str:
        """Return an id, and note a mistake where it has been given before."""
        found = entry.take(name, scalars.IDENTIFIER)
        before = self.taken.setdefault((name, found), entry.path)
        if found and before != entry.path:
            entry.wrong(name, f"{found} is taken by {before}")
        return found


def form_of(data: object, mistakes: list[str]) -> Form:
    """Return what the data of a file say; each mistake is appended to a list by its path and reason."""
    root = Entry("", data, mistakes)
    reading = _Reading()
    seed = root.take("seed", scalars.SEED) if root.given("seed") else None
    root.ask("seed")
    groups = tuple(_group(entry, reading) for entry in root.entries("groups"))
    sites = tuple(_site(entry, reading) for entry in root.entries("sites"))
    root.close()
    return Form(groups, sites, seed)


def _group(entry: Entry, reading: _Reading) -> Group:
    group_id = reading.identifier(entry, "group_id")
    name = entry.take("name", scalars.NAME, group_id or "-")
    entry.close()
    return Group(group_id=group_id, name=name)


def _clocks(entry: Entry, latitude: float, longitude: float, *, sound: bool) -> tuple[str, str]:
    """Return time zone and country: as given, or of the place where that is sound."""
    before = len(entry.mistakes)
    place = sound and not entry.given("timezone")
    zone = entry.take(
        "timezone", scalars.TIMEZONE, defaults.timezone(latitude, longitude) if place else "UTC"
    )
    land = defaults.country(zone)
    if land is None and sound and len(entry.mistakes) == before and not entry.given("country"):
        entry.wrong("country", f"is missing, and the time zone {zone} belongs to none")
    return zone, entry.take("country", scalars.COUNTRY, land or "US")


def _site(entry: Entry, reading: _Reading) -> Site:
    site_id = reading.identifier(entry, "site_id")
    group_id = entry.take("group_id", scalars.IDENTIFIER)
    groups = [one for noun, one in reading.taken if noun == "group_id" and one]
    if group_id and group_id not in groups:
        entry.wrong("group_id", f"there is no group {group_id}{did_you_mean(group_id, groups)}")
    name = entry.take("name", scalars.NAME, site_id or "-")
    before = len(entry.mistakes)
    latitude = entry.take("latitude", scalars.LATITUDE)
    longitude = entry.take("longitude", scalars.LONGITUDE)
    timezone, country = _clocks(entry, latitude, longitude, sound=len(entry.mistakes) == before)
    site = Site(
        site_id=site_id,
        group_id=group_id,
        name=name,
        latitude=latitude,
        longitude=longitude,
        altitude=entry.take("altitude", scalars.ALTITUDE, 0.0),
        timezone=timezone,
        country=country,
        climate=entry.take("climate", scalars.CLIMATE, defaults.climate(latitude)),
        controllers=tuple(
            _controller(one, reading, latitude, longitude) for one in entry.entries("controllers")
        ),
    )
    entry.close()
    return site


def _controller(entry: Entry, reading: _Reading, latitude: float, longitude: float) -> UnitController:
    def place(one: Entry) -> dict[str, Any]:
        resource_id = reading.identifier(one, "resource_id")
        return {
            "resource_id": resource_id,
            "name": one.take("name", scalars.NAME, resource_id or "-"),
            "latitude": one.take("latitude", scalars.LATITUDE, latitude),
            "longitude": one.take("longitude", scalars.LONGITUDE, longitude),
            "commissioned": one.take("commissioned", scalars.DAY, defaults.COMMISSIONED),
        }

    before = len(entry.mistakes)
    load = entry.entry("load")
    controller = UnitController(
        unit_controller_id=reading.identifier(entry, "unit_controller_id"),
        may_export=entry.take("may_export", scalars.TRUTH, default=True),
        load=_load(load) if load else None,
        meters=tuple(_meter(one, place(one)) for one in entry.entries("meters")),
        batteries=tuple(_battery(one, place(one)) for one in entry.entries("batteries")),
        pv=tuple(_pv(one, place(one), latitude) for one in entry.entries("pv")),
    )
    entry.close()
    broken = entry.broken(before)
    for mistake in controller_mistakes(controller):
        if not mistake.parts & broken:
            entry.wrong(mistake.name, mistake.reason)
    return controller


def _load(entry: Entry) -> Load:
    load = Load(profile=entry.take("profile", scalars.PROFILE), mean_kw=entry.take("mean_kw", scalars.POWER))
    entry.close()
    return load


def _meter(entry: Entry, place: dict[str, Any]) -> Meter:
    meter = Meter(**place, role=entry.take("role", scalars.ROLE, "grid"))
    entry.close()
    return meter


def _battery(entry: Entry, place: dict[str, Any]) -> Battery:
    battery = Battery(
        **place,
        capacity_kwh=entry.take("capacity_kwh", scalars.ENERGY),
        rated_kw=entry.take("rated_kw", scalars.POWER),
        strategy=entry.take("strategy", scalars.STRATEGY, "arbitrage"),
    )
    entry.close()
    return battery


def _pv(entry: Entry, place: dict[str, Any], latitude: float) -> Photovoltaic:
    rated_ac = entry.take("rated_ac_kw", scalars.POWER)
    pv = Photovoltaic(
        **place,
        rated_ac_kw=rated_ac,
        rated_dc_kw=entry.take("rated_dc_kw", scalars.POWER, defaults.rated_dc(rated_ac)),
        tilt=entry.take("tilt", scalars.TILT, defaults.tilt(latitude)),
        azimuth=entry.take("azimuth", scalars.AZIMUTH, defaults.azimuth(latitude)),
    )
    entry.close()
    return pv


def group_form(group: Group) -> dict[str, Any]:
    """Return a group as a file writes it."""
    return asdict(group)


def site_form(site: Site) -> dict[str, Any]:
    """Return a site as a file writes it: nothing left out that has a default, nothing empty."""
    form: dict[str, Any] = _plain(asdict(site))
    return form


def _plain(value: object) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if one is not None and one != ()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
