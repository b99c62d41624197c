"""The door to the series: a fleet, a resource, a window -> columns.

(Interface; the physics behind it lands next. `Telemetry.stream` is all that the server and the exporters
need.)
"""

from collections.abc import Iterator

from wattos_testkit.fleet.model import Fleet, Placed
from wattos_testkit.telemetry.columns import Columns, Window


class Telemetry:
    """The series of a fleet, each a pure function of (seed, resource, minute)."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet

    def stream(self, placed: Placed, window: Window) -> Iterator[Columns]:
        """Yield the rows of a resource in pieces of bounded size, in the order of time, none empty."""
        raise NotImplementedError
