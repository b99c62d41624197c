"""Second hold-out: healthy connections, meters and unit controllers of unusual design."""

from dataclasses import replace

import numpy as np

from tests.faulty.fleet import FLEET, Fleet, Load, Meter, Resource
from tests.faulty.noise import Ints
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import legal
from tests.faulty.server import Healthy, Odd
from tests.faulty.wire import Query, Row

FAMILY = "plant"


def with_more(*added: Resource, **loads: Load) -> Fleet:
    """Return the fleet with more resources, in the order of the ids."""
    resources = sorted((*FLEET.resources, *added), key=lambda one: (one.site_id, one.resource_id))
    return replace(FLEET, resources=tuple(resources), loads=FLEET.loads | loads)


def known(resource_id: str) -> Resource:
    """Return a resource of the usual fleet."""
    return next(one for one in FLEET.resources if one.resource_id == resource_id)


class _Reserve(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        if resource.role != "reserve":
            return super().meter(resource, minutes)
        names = ("power_active_avg", "power_active_max", "power_apparent_avg", "power_reactive_avg")
        nothing = np.zeros(len(minutes), dtype=np.int64)
        return dict.fromkeys(names, nothing) | {"energy_active_cum": nothing + 12 * 60_000}


@legal(FAMILY, holdout=2)
class ReserveConnection(Odd):
    """A site has a second connection that is never used: its meter shows zero and a register of 12 kWh."""

    plant_class = _Reserve

    def furnish(self) -> Fleet:
        places = {"resource_id": "ME000055", "name": "Reserve connection", "controller": "UC000055"}
        return with_more(replace(known("ME000005"), role="reserve", **places))


class _Feeders(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(replace(resource, role="load"), minutes)
        if not resource.role.startswith("feeder"):
            return super().meter(resource, minutes)
        start, end = int(minutes[0]), int(minutes[-1]) + 1
        register = self.load(resource).window(start - 1, end)["power_register"]
        first = register * 55 // 100
        counted = first if resource.role == "feeder one" else register - first
        power, register = np.diff(counted), counted[1:].copy()
        behind = "PV000001" if resource.role == "feeder one" else "BE000001"
        flow = self.flow(known(behind)).window(start, end)
        for name, sign in {"power": -1, "charge": 1, "discharge": -1}.items():
            if name in flow:
                power, register = power + sign * flow[name], register + sign * flow[name + "_register"]
        reactive = columns["power_reactive_avg"] // 2
        peak = power + (columns["power_active_max"] - columns["power_active_avg"]) // 2
        return {
            "power_active_avg": power,
            "power_active_max": peak,
            "power_apparent_avg": np.hypot(power, reactive),
            "power_reactive_avg": reactive,
            "energy_active_cum": register,
        }


@legal(FAMILY, holdout=2)
class TwoFeeders(Odd):
    """A connection has a feeder with the PV and one with the battery: only together their meters balance."""

    plant_class = _Feeders

    def furnish(self) -> Fleet:
        fleet = FLEET.changed("ME000001", role="feeder one", name="Feeder one")
        return fleet.changed("ME000002", role="feeder two", name="Feeder two")


@legal(FAMILY, holdout=2)
class ManyBehindOneController(Healthy):
    """Behind one unit controller are three PV systems that face three ways, two batteries and two meters."""

    def furnish(self) -> Fleet:
        roof, battery = known("PV000001"), known("BE000001")
        small = {"rated_w": 40_000, "cap_w": 40_000, "tilt": 30.0}
        return with_more(
            replace(roof, resource_id="PV000011", name="East facade", azimuth=90.0, **small),
            replace(roof, resource_id="PV000012", name="West facade", azimuth=270.0, **small),
            replace(battery, resource_id="BE000011", name="Garage", capacity_wh=90_000, rated_w=30_000),
        )


@legal(FAMILY, holdout=2)
class TwoConnectionsAtOneSite(Healthy):
    """A site has two connections with a unit controller each, and a meter and a PV system behind both."""

    def furnish(self) -> Fleet:
        places = {"controller": "UC000033"}
        return with_more(
            replace(known("ME000004"), resource_id="ME000044", name="Second connection", **places),
            replace(known("PV000003"), resource_id="PV000033", name="Second carport", **places),
            UC000033=Load("office", 20_000, 70_000),
        )


class _Capacitors(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        reactive = columns["power_reactive_avg"]
        banks = np.rint(reactive.reshape(-1, 10)[:, 0] / 12_500.0).astype(np.int64)
        left = reactive - 12_500 * np.repeat(banks, 10)
        return columns | {
            "power_reactive_avg": left,
            "power_apparent_avg": np.hypot(columns["power_active_avg"], left),
        }


@legal(FAMILY, holdout=2)
class CapacitorsInSteps(Odd):
    """Banks of capacitors are switched every ten minutes: reactive power jumps by 12.5 kvar around zero."""

    plant_class = _Capacitors


@legal(FAMILY, holdout=2)
class ControllersAreMeters(Healthy):
    """A unit controller is the box of the grid's meter and has its id."""

    def box(self, row: Row) -> Row:
        """Return a row with the id of the meter for the unit controller's."""
        found = next(
            one
            for one in self.fleet.resources
            if one.controller == row["unit_controller_id"] and getattr(one, "role", "") == "grid"
        )
        return row | {"unit_controller_id": found.resource_id}

    def resource_row(self, resource: Resource) -> Row:
        return self.box(super().resource_row(resource))

    def edit(self, row: Row, resource: Resource, query: Query) -> Row:
        return self.box(row)
