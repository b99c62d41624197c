"""Meters that cannot be right."""

import numpy as np

from tests.faulty.fleet import Meter, Resource
from tests.faulty.flows import DAY
from tests.faulty.noise import Ints
from tests.faulty.plant import Columns, Plant
from tests.faulty.registry import fault
from tests.faulty.server import Healthy

FAMILY = "physics"


class MeterFault(Healthy):
    """A server whose meters' minutes are changed."""

    def minutes(self, resource: Resource, start: int, end: int) -> Columns:
        """Change the minutes of meters."""
        columns = super().minutes(resource, start, end)
        return self.change(columns, resource, np.arange(start, end)) if resource.kind == "ME" else columns

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        """Return the columns with the fault."""
        raise NotImplementedError


@fault(FAMILY)
class MeterPowerInWatts(MeterFault):
    """The powers of meters are in W, W and var; the register is right."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        return {key: values * 1000 if key.startswith("power") else values for key, values in columns.items()}


@fault(FAMILY)
class MeterRegisterInWattHours(MeterFault):
    """The register of meters counts Wh."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        return columns | {"energy_active_cum": columns["energy_active_cum"] * 1000}


@fault(FAMILY)
class RegisterOfKilowattMinutes(MeterFault):
    """The register of meters adds up kilowatts per minute and never divides by 60."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        return columns | {"energy_active_cum": columns["energy_active_cum"] * 60}


@fault(FAMILY)
class MeterSignTurned(MeterFault):
    """The power of meters is positive for export, while the register counts import."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        peak = columns["power_active_max"] - columns["power_active_avg"]
        power = -columns["power_active_avg"]
        return columns | {"power_active_avg": power, "power_active_max": power + peak}


@fault(FAMILY, needs="hours of export")
class ExportNotShown(MeterFault):
    """Exported power is shown as zero, while the register falls."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        names = ("power_active_avg", "power_active_max")
        shown = columns | {key: np.maximum(columns[key], 0) for key in names}
        return shown | {"power_apparent_avg": np.hypot(shown[names[0]], columns["power_reactive_avg"])}


@fault(FAMILY)
class ApparentBelowActive(MeterFault):
    """Apparent power is nine tenths of active power."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        return columns | {"power_apparent_avg": np.abs(columns["power_active_avg"]) * 0.9}


@fault(FAMILY)
class ApparentIsTheSum(MeterFault):
    """Apparent power is the sum of active and reactive power."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        total = np.abs(columns["power_active_avg"]) + np.abs(columns["power_reactive_avg"])
        return columns | {"power_apparent_avg": total}


@fault(FAMILY)
class ApparentLeavesOutReactive(MeterFault):
    """Apparent power is the active one, though reactive power flows."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        return columns | {"power_apparent_avg": np.abs(columns["power_active_avg"])}


@fault(FAMILY)
class ReactiveInVar(MeterFault):
    """Reactive power is in var."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        return columns | {"power_reactive_avg": columns["power_reactive_avg"] * 1000}


@fault(FAMILY)
class ActiveAndReactiveSwapped(MeterFault):
    """Average active and reactive power have changed places."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        active, reactive = columns["power_active_avg"], columns["power_reactive_avg"]
        peak = np.maximum(columns["power_active_max"], reactive)
        return columns | {
            "power_active_avg": reactive,
            "power_reactive_avg": active,
            "power_active_max": peak,
        }


@fault(FAMILY)
class MaximumBelowAverage(MeterFault):
    """The maximum of a meter is a tenth below its average."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        power = columns["power_active_avg"]
        return columns | {"power_active_max": power - np.rint(np.abs(power) * 0.1).astype(np.int64)}


@fault(FAMILY)
class RegisterOneMinuteLate(MeterFault):
    """The register is read before the minute is added."""

    def change(self, columns: Columns, resource: Resource, minutes: Ints) -> Columns:
        return columns | {"energy_active_cum": columns["energy_active_cum"] - columns["power_active_avg"]}


class _Frozen(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        for key in [key for key in columns if key.startswith("power")]:
            columns[key][DAY // 2 :] = columns[key][DAY // 2]
        return columns


@fault(FAMILY)
class FrozenPower(Healthy):
    """From noon to midnight UTC the powers of meters keep their value of noon; the register goes on."""

    def build(self) -> Plant:
        return _Frozen(self.fleet)


class _Stopping(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        columns["energy_active_cum"][300:660] = columns["energy_active_cum"][300]
        return columns


@fault(FAMILY)
class RegisterStops(Healthy):
    """For six hours of each day the registers of meters stand still, though power flows, and then jump."""

    def build(self) -> Plant:
        return _Stopping(self.fleet)


class _PvCountedTwice(Plant):
    def meter(self, resource: Meter, minutes: Ints) -> Columns:
        columns = super().meter(resource, minutes)
        if resource.role == "grid" and resource.controller == "UC000001":
            system = next(
                o for o in self.fleet.resources if o.kind == "PV" and o.controller == resource.controller
            )
            flow = self.flow(system).window(int(minutes[0]), int(minutes[-1]) + 1)
            for key, name in (
                ("power_active_avg", "power"),
                ("power_active_max", "power"),
                ("energy_active_cum", "power_register"),
            ):
                columns[key] = columns[key] + 2 * flow[name]
            columns["power_apparent_avg"] = np.hypot(
                columns["power_active_avg"], columns["power_reactive_avg"]
            )
        return columns


@fault(FAMILY, needs="the point of common coupling UC000001 by day")
class GenerationAddsToTheGrid(Healthy):
    """At a connection with a load meter, the grid's meter adds the PV power instead of subtracting it."""

    def build(self) -> Plant:
        return _PvCountedTwice(self.fleet)
