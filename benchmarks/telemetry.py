"""The series: how many rows a second, and what the year 2060 costs.

In processor time of one core: what else the machine does is none of it.
"""

import subprocess
import sys
from datetime import timedelta
from statistics import median
from time import process_time

from benchmarks.registry import Measured, Row

KINDS = {"PV": "PV000001", "battery": "BE000001", "meter": "ME000001"}
_TOUCH = """
import sys
from time import process_time
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry
placed = open_fleet().resource(sys.argv[1])
start = int(sys.argv[2])
began = process_time()
window = Window(start, start + 1440, 15)
rows = sum(len(columns) for columns in Telemetry(open_fleet()).stream(placed, window))
assert rows == 96, rows
print(1000.0 * (process_time() - began))
"""


def generating() -> Measured:
    """Measure all columns at one minute, a year of each kind of resource, in batches, on one core."""
    from wattos_testkit.fleet.open import open_fleet  # noqa: PLC0415 - measured processes load it themselves
    from wattos_testkit.telemetry.columns import Window  # noqa: PLC0415
    from wattos_testkit.telemetry.engine import Telemetry  # noqa: PLC0415

    fleet = open_fleet()
    rates, total, took = {}, 0, 0.0
    for name, resource_id in KINDS.items():
        placed = fleet.resource(resource_id)
        telemetry = Telemetry(fleet)
        warm, year = Window(29_200_000, 29_202_880, 1), Window(28_400_640, 28_926_240, 1)
        rows = sum(len(columns) for columns in telemetry.stream(placed, warm))
        began = process_time()
        rows = sum(len(columns) for columns in telemetry.stream(placed, year))
        seconds = process_time() - began
        rates[name] = rows / seconds / 1e6
        total, took = total + rows, took + seconds
    rate = total / took / 1e6
    detail = ", ".join(f"{name} {one:.1f}" for name, one in rates.items())
    return Measured(f"{rate:.1f} Mrows/s", rate >= 5.0, detail)


def _touch(resource_id: str, start: int) -> float:
    command = [sys.executable, "-c", _TOUCH, resource_id, str(start)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def far_future() -> Measured:
    """Measure the first touch in 2060 beside that in the first year, each from a cold process."""
    from wattos_testkit.fleet.open import open_fleet  # noqa: PLC0415 - measured processes load it themselves
    from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY, day_number  # noqa: PLC0415

    fleet = open_fleet()
    more = {}
    for name, resource_id in KINDS.items():
        placed = fleet.resource(resource_id)
        if placed is None:
            raise RuntimeError(resource_id)
        first = day_number(placed.resource.commissioned + timedelta(days=100)) * MINUTES_PER_DAY
        pairs = [
            (_touch(resource_id, first), _touch(resource_id, 47_500_000 // 1440 * 1440)) for _ in range(5)
        ]
        more[name] = median(late for _, late in pairs) - median(early for early, _ in pairs)
    worst = max(more.values())
    return Measured(
        f"{worst:+.1f} ms", worst <= 20.0, ", ".join(f"{name} {one:+.1f}" for name, one in more.items())
    )


ROWS = {
    "generate": Row(
        "generating all columns at 1 minute, batches, one core, full physics", "≥ 5 Mrows/s", generating
    ),
    "2060": Row(
        "first touch of a resource in 2060 from a cold process",
        "≤ 20 ms more than its first year",
        far_future,
    ),
}
