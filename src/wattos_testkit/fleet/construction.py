"""How a site of a procedural fleet is built from its type, its number and the seed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from wattos_testkit.fleet.archetypes import ARCHETYPES, Point
from wattos_testkit.fleet.model import Battery, Load, Meter, Photovoltaic, Site, UnitController
from wattos_testkit.fleet.naming import site_name
from wattos_testkit.fleet.places import PLACES
from wattos_testkit.physics.hashing import stream_key, uniforms
from wattos_testkit.physics.load import least_load

RECIPE = 1
"""Raised whenever another site would come out of the same number and seed."""
_DRAWS = 160
_PER_POINT = 70
_AROUND = 0.13
"""Half the width of the square around a town in which its sites lie [deg]."""
_APART = 0.0035
_FIRST_DAY, _DAYS, _NEW_DAYS = date(2019, 1, 7), 1700, 2500
_NEW_SHARE = 0.12
_MARKS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Dice:
    """Numbers in [0, 1) in a fixed order, so that what is drawn later changes nothing before."""

    def __init__(self, drawn: Iterator[float]) -> None:
        self._drawn = drawn

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * next(self._drawn)

    def scale(self, bounds: tuple[float, float], digits: int) -> float:
        """Return a size between two, all orders of magnitude alike, in so many digits."""
        low, high = bounds
        return float(f"{low * (high / low) ** next(self._drawn):.{digits}g}")

    def pick(self, count: int) -> int:
        return int(next(self._drawn) * count)


class _Ground(NamedTuple):
    """What the resources of a site share."""

    number: int
    latitude: float
    longitude: float
    commissioned: date


def construct(seed: int, number: int, site_id: str, group_id: str, archetype: int) -> Site:
    """Return a site."""
    drawn = uniforms(stream_key(seed, "site", number), np.arange(_DRAWS)).tolist()
    dice = _Dice(iter(drawn))
    kind = ARCHETYPES[archetype]
    place = PLACES[dice.pick(len(PLACES))]
    latitude = round(place.latitude + dice.between(-_AROUND, _AROUND), 4)
    longitude = round(place.longitude + dice.between(-_AROUND, _AROUND), 4)
    days = _NEW_DAYS if dice.between(0.0, 1.0) < _NEW_SHARE else _DAYS
    ground = _Ground(number, latitude, longitude, _FIRST_DAY + timedelta(days=dice.pick(days)))
    counters = {"ME": iter(_MARKS), "BE": iter(_MARKS), "PV": iter(_MARKS)}
    controllers = tuple(
        _Builder(point, ground, counters, _Dice(iter(drawn[8 + _PER_POINT * index :]))).controller(
            _MARKS[index]
        )
        for index, point in enumerate(kind.points)
    )
    return Site(
        site_id=site_id,
        group_id=group_id,
        name=site_name(seed, site_id, kind.kind, place.locale),
        latitude=latitude,
        longitude=longitude,
        altitude=float(place.altitude),
        timezone=place.timezone,
        country=place.country,
        climate=place.climate,
        controllers=controllers,
    )


class _Builder:
    """Builds what stands behind one point of common coupling."""

    def __init__(
        self, point: Point, ground: _Ground, counters: dict[str, Iterator[str]], dice: _Dice
    ) -> None:
        self.point, self.ground, self.counters, self.dice = point, ground, counters, dice
        self.mean = dice.scale(point.mean_kw, 2)
        self.room = self.mean
        if not point.may_export:
            self.room = least_load(point.profile, self.mean) / 1000.0
            if point.pv and point.batteries:
                self.room /= 2.0

    def controller(self, mark: str) -> UnitController:
        """Return the unit controller."""
        point = self.point
        return UnitController(
            unit_controller_id=f"UC{self.ground.number:05d}{mark}",
            meters=tuple(
                Meter(**self._place("ME", f"{role.title()} Meter"), role=role) for role in point.meters
            ),
            pv=tuple(self._pv() for _ in range(point.pv)),
            batteries=tuple(self._battery() for _ in range(point.batteries)),
            load=Load(profile=point.profile, mean_kw=self.mean),
            may_export=point.may_export,
        )

    def _place(self, kind: str, name: str) -> dict[str, Any]:
        own = next(self.counters[kind])
        # A house's things stand at the house.
        apart = 0.0 if self.point.profile == "house" else _APART
        return {
            "resource_id": f"{kind}{self.ground.number:05d}{own}",
            "name": f"{name} {own}",
            "latitude": round(self.ground.latitude + self.dice.between(-apart, apart), 4),
            "longitude": round(self.ground.longitude + self.dice.between(-apart, apart), 4),
            "commissioned": self.ground.commissioned,
        }

    def _rating(self, over: tuple[float, float], count: int) -> float:
        return max(1.0, self.dice.scale((over[0] * self.room / count, over[1] * self.room / count), 2))

    def _pv(self) -> Photovoltaic:
        rated = self._rating(self.point.pv_over_mean, self.point.pv)
        latitude, dice = self.ground.latitude, self.dice
        return Photovoltaic(
            **self._place("PV", "PV System"),
            rated_ac_kw=rated,
            rated_dc_kw=float(f"{rated * dice.between(1.05, 1.3):.3g}"),
            tilt=float(round(min(40.0, max(5.0, abs(latitude) * dice.between(0.4, 0.9))))),
            azimuth=float(round((180.0 if latitude >= 0.0 else 0.0) + dice.between(-40.0, 40.0)) % 360),
        )

    def _battery(self) -> Battery:
        rated = self._rating(self.point.battery_over_mean, self.point.batteries)
        return Battery(
            **self._place("BE", "Battery"),
            rated_kw=rated,
            capacity_kwh=float(f"{rated / self.dice.between(0.26, 0.5):.3g}"),
            strategy=self.point.strategy,
        )
