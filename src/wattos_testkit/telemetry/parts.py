"""What meters and rows need of a PV system, a battery, a load: the healthy ones, or others in their place."""

from typing import Protocol

from wattos_testkit.physics.hashing import Integers
from wattos_testkit.telemetry.battery import BatteryFlow
from wattos_testkit.telemetry.load import LoadFlow
from wattos_testkit.telemetry.photovoltaic import PhotovoltaicFlow


class PhotovoltaicPart(Protocol):
    """One PV system, at any time."""

    limit: float
    """The highest power [W]."""
    curtailed: bool
    """Whether the limit is lower than the rating."""

    def flow_between(self, start: int, end: int) -> tuple[PhotovoltaicFlow, slice, int]:
        """Return a flow that holds a window, where it lies in it, and the register at its start [W·min]."""
        ...

    def cut(self, start: int, end: int) -> tuple[Integers, int]:
        """Return the power of a window [W], and the register at its start [W·min]."""
        ...

    def hold(self, start: int, end: int) -> None:
        """Compute a window now, so that the next cuts inside it cost nothing."""
        ...

    def starts_after(self, minute: int) -> bool:
        """Return whether nothing was counted up to a UTC minute."""
        ...


class BatteryPart(Protocol):
    """One battery, at any time."""

    def cut(self, start: int, end: int) -> tuple[BatteryFlow, slice, int]:
        """Return a flow that holds a window, where it lies in it, and the net register before [W·min]."""
        ...

    def registers(self, flow: BatteryFlow, minute: int) -> tuple[int, int]:
        """Return what was charged and discharged up to a minute inside a flow [W·min]."""
        ...

    def sunlit(self, start: int, end: int) -> tuple[int, int]:
        """Return the window of the PV's power that a window of this battery depends on."""
        ...

    def starts_after(self, minute: int) -> bool:
        """Return whether nothing was counted up to a UTC minute."""
        ...


class LoadPart(Protocol):
    """One gross load, at any time."""

    def cut(self, start: int, end: int) -> tuple[LoadFlow, slice, int]:
        """Return a flow that holds a window, where it lies in it, and the register at its start [W·min]."""
        ...

    def starts_after(self, minute: int) -> bool:
        """Return whether nothing was counted up to a UTC minute."""
        ...
