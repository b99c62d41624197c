"""Who exists on the catalogue's servers: sites in five climates, and what is installed there."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

TOKEN = "catalogue-token"
KINDS = {"get_meter_data": "ME", "get_bess_data": "BE", "get_pv_data": "PV"}


def minute_of(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    """Return a UTC time as minutes since 1970."""
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()) // 60


BEGIN = minute_of(2023, 1, 1)
"""The first minute with data."""


@dataclass(frozen=True)
class Site:
    """A place with its weather."""

    site_id: str
    group_id: str
    name: str
    latitude: float
    longitude: float
    temperature: float
    """Mean of the year, °C."""
    season: float
    """Half of the difference between summer and winter, K."""
    daily: float
    """Half of the difference between day and night, K."""
    clearness: float
    """Mean share of the clear-sky energy that arrives."""


@dataclass(frozen=True)
class Resource:
    """What has a series."""

    resource_id: str
    site_id: str
    controller: str
    name: str
    latitude: float
    longitude: float
    since: int = BEGIN
    kind = ""


@dataclass(frozen=True)
class Meter(Resource):
    """A meter of the grid connection (net), or of the gross load behind it."""

    role: str = "grid"
    kind = "ME"


@dataclass(frozen=True)
class Pv(Resource):
    """A PV system; powers in W."""

    rated_w: int = 100_000
    """Of the modules."""
    cap_w: int = 100_000
    """Of the inverter."""
    tilt: float = 20.0
    azimuth: float = 180.0
    kind = "PV"


@dataclass(frozen=True)
class Battery(Resource):
    """A battery; powers in W, capacity in Wh."""

    capacity_wh: int = 200_000
    rated_w: int = 80_000
    charge_share: float = 0.95
    """What of the charged energy is stored."""
    discharge_share: float = 0.94
    """What of the stored energy comes out."""
    idle_w: float = 180.0
    strategy: str = "self"
    kind = "BE"


@dataclass(frozen=True)
class Load:
    """The consumption behind a unit controller; powers in W."""

    profile: str
    base_w: int
    peak_w: int


@dataclass(frozen=True)
class Fleet:
    """Everything that a server knows of."""

    sites: tuple[Site, ...]
    resources: tuple[Resource, ...]
    loads: dict[str, Load] = field(default_factory=dict)

    def site(self, site_id: str) -> Site:
        """Return the site of that id."""
        return next(site for site in self.sites if site.site_id == site_id)

    def changed(self, resource_id: str, **changes: object) -> "Fleet":
        """Return a fleet in which one resource is different."""
        changed = [
            replace(one, **changes) if one.resource_id == resource_id else one for one in self.resources
        ]
        return replace(self, resources=tuple(changed))

    def without(self, kind: str) -> "Fleet":
        """Return a fleet that has no resource of that kind."""
        return replace(self, resources=tuple(one for one in self.resources if one.kind != kind))


SITES = (
    Site("SITE0001", "GROUP001", "Harbour Offices", 34.0522, -118.2437, 18.0, 5.0, 5.5, 0.80),
    Site("SITE0002", "GROUP001", "Northern Cold Store", 53.5511, 9.9937, 10.0, 8.5, 3.5, 0.52),
    Site("SITE0003", "GROUP001", "Island Depot", 1.3521, 103.8198, 28.0, 0.8, 3.0, 0.62),
    Site("SITE0004", "GROUP002", "Southern Works", -37.8136, 144.9631, 15.0, 5.5, 5.0, 0.66),
    Site("SITE0005", "GROUP002", "Desert Pumps", 24.4539, 54.3773, 28.0, 8.0, 6.0, 0.86),
)
_HARBOUR, _COLD, _ISLAND, _SOUTH, _DESERT = SITES


def _at(site: Site, resource_id: str, name: str, controller: str) -> dict[str, object]:
    return {
        "resource_id": resource_id,
        "site_id": site.site_id,
        "controller": controller,
        "name": name,
        "latitude": round(site.latitude + 0.0012, 4),
        "longitude": round(site.longitude - 0.0009, 4),
    }


def _resources() -> tuple[Resource, ...]:
    return (
        Battery(**_at(_HARBOUR, "BE000001", "Basement battery", "UC000001")),
        Meter(**_at(_HARBOUR, "ME000001", "Grid connection", "UC000001")),
        Meter(**_at(_HARBOUR, "ME000002", "Building load", "UC000001"), role="load"),
        Pv(**_at(_HARBOUR, "PV000001", "Roof east wing", "UC000001"), rated_w=120_000, cap_w=120_000),
        Battery(
            **_at(_COLD, "BE000002", "Yard container", "UC000002"),
            capacity_wh=400_000,
            rated_w=150_000,
            charge_share=0.955,
            discharge_share=0.95,
            idle_w=420.0,
            strategy="arbitrage",
        ),
        Meter(**_at(_COLD, "ME000003", "Grid connection", "UC000002")),
        Pv(**_at(_COLD, "PV000002", "Hall roof", "UC000002"), rated_w=250_000, cap_w=250_000, tilt=15.0),
        Meter(**_at(_ISLAND, "ME000004", "Grid connection", "UC000003")),
        Pv(**_at(_ISLAND, "PV000003", "Carport", "UC000003"), rated_w=60_000, cap_w=60_000, tilt=5.0),
        Battery(
            **_at(_SOUTH, "BE000003", "Plant room", "UC000004"),
            capacity_wh=1_000_000,
            rated_w=400_000,
            idle_w=900.0,
        ),
        Meter(**_at(_SOUTH, "ME000005", "Grid connection", "UC000004")),
        Pv(
            **_at(_SOUTH, "PV000004", "Sawtooth roof", "UC000004"),
            rated_w=500_000,
            cap_w=500_000,
            tilt=25.0,
            azimuth=0.0,
        ),
        Meter(**_at(_DESERT, "ME000006", "Grid connection", "UC000005")),
        Pv(**_at(_DESERT, "PV000005", "Ground array", "UC000005"), rated_w=900_000, cap_w=900_000, tilt=22.0),
    )


FLEET = Fleet(
    SITES,
    _resources(),
    {
        "UC000001": Load("office", 30_000, 140_000),
        "UC000002": Load("cold", 120_000, 190_000),
        "UC000003": Load("shop", 12_000, 55_000),
        "UC000004": Load("works", 90_000, 420_000),
        "UC000005": Load("pumps", 150_000, 260_000),
    },
)
