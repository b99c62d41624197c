"""Draws `docs/pictures/scenarios/`, and records what becomes of requests under ready scenarios."""

import json
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import matplotlib as mpl
import numpy as np
from fault_cases import FLEET, POWER, STATE, Case
from fault_pictures import HEALTHY, STRUCK, STYLE, UNITS, Seen, broken, compact, rows
from fault_sessions import SHORT
from matplotlib import dates
from matplotlib import pyplot as plt
from scenarios_page import FILE, REQUESTS

from wattos_testkit.faults.model import Family, Strikes
from wattos_testkit.faults.observed import FaultyTelemetry
from wattos_testkit.faults.scenario.model import Scenario
from wattos_testkit.faults.scenario.reading import open_scenario, ready_names
from wattos_testkit.fleet.model import Kind, Site, UnitController
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry

DOCS = Path(__file__).parent
FOLDER = DOCS / "pictures" / "scenarios"
DAY, HOUR = 1440, 60
_BEFORE, _AFTER = 6 * HOUR, 3 * DAY
_INTERVAL = 15
_INK = {Family.PLANT: "#d98200", Family.TELEMETRY: "#39629c"}


def struck_most(scenario: Scenario) -> tuple[Site, UnitController]:
    """Return the unit controller behind which the most kinds of faults strike, with its site."""
    plan = scenario.plan()

    def variety(found: tuple[Site, UnitController]) -> int:
        controller = found[1]
        ids = [controller.unit_controller_id, *(one.resource_id for _, one in controller.resources())]
        kinds = len({kind for kind, _ in controller.resources()})
        return len({(one.fault.name, one.name) for name in ids for one in plan.on(name)}) * 10 + kinds

    return max(((site, one) for site in FLEET.sites() for one in site.controllers), key=variety)


def panels(scenario: Scenario, controller: UnitController) -> list[tuple[str, str]]:
    """Return a resource of each kind, the one that is struck most, and the field to draw."""
    plan = scenario.plan()
    chosen = []
    for kind, field in ((Kind.PV, POWER), (Kind.BESS, STATE), (Kind.METER, POWER)):
        mine = [one for each, one in controller.resources() if each is kind]
        if mine:
            best = max(mine, key=lambda one: len(plan.on(one.resource_id)))
            chosen.append((best.resource_id, field))
    return chosen


def draw(scenario: Scenario) -> plt.Figure | None:
    """Draw a scenario; None where nothing strikes but requests."""
    placements = [one for one in scenario.placements if one.fault.strikes is not Strikes.OPERATION]
    if not placements:
        return None
    site, controller = struck_most(scenario)
    case = Case((controller.unit_controller_id,), "", 0, ())
    offset = ZoneInfo(site.timezone)
    today = case.minute(f"{scenario.day} 00:00") if scenario.day else min(one.start for one in placements)
    last = max(one.end for one in placements)
    window = Window(today - _BEFORE, min(last + _BEFORE, today + _AFTER) // _INTERVAL * _INTERVAL, _INTERVAL)
    shift = int(np.datetime64(f"{scenario.day}", "m").astype(int)) - today
    shown = panels(scenario, controller)
    figure, axes = plt.subplots(
        len(shown) + 1,
        1,
        figsize=(7.6, 2.6 + 1.1 * len(shown)),
        sharex=True,
        height_ratios=[1.6, *[1.0] * len(shown)],
    )
    _times(axes[0], scenario, window, shift)
    healthy, struck = Telemetry(FLEET), FaultyTelemetry(FLEET, scenario.plan())
    for axis, (resource, field) in zip(axes[1:], shown, strict=True):
        for one in scenario.plan().on(resource):
            axis.axvspan(_at(one.start + shift), _at(one.end + shift), color="#fde8d0", lw=0, zorder=0)
        come = rows(struck, resource, field, window)
        order = np.argsort(come.minutes, kind="stable")
        seen = broken(Seen(come.minutes[order], come.values[order]), _INTERVAL)
        axis.plot(_at(seen.minutes + shift), seen.values, color=STRUCK, ds="steps-post", label="reported")
        bounds = axis.get_ylim()
        well = rows(healthy, resource, field, window)
        axis.plot(_at(well.minutes + shift), well.values, color=HEALTHY, lw=0.8, ds="steps-post", zorder=1.5)
        low, high = np.nanmin(well.values), np.nanmax(well.values)
        # A value a thousand times too large would flatten all the rest.
        if bounds[1] > 4 * max(high, 1.0):
            axis.set_ylim(min(low, 0.0) - 0.1 * high, 1.5 * high)
        axis.set_ylabel(f"{resource}\n{UNITS[field]}", fontsize=7)
    axes[-1].set_xlim(_at(window.start + shift), _at(window.end + shift))
    locator = dates.AutoDateLocator(minticks=4, maxticks=9)
    axes[-1].xaxis.set_major_locator(locator)
    axes[-1].xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, show_offset=False))
    figure.suptitle(
        f"{scenario.name}, {scenario.day}, {site.name} ({offset.key})", x=0.01, ha="left", fontsize=9
    )
    return figure


def _times(axis: plt.Axes, scenario: Scenario, window: Window, shift: int) -> None:
    """Draw when each fault strikes whom in the whole fleet, by the clock of the site that is shown."""
    names = list(dict.fromkeys(one.fault.name for one in scenario.placements if one.fault.family in _INK))
    for row, name in enumerate(reversed(names)):
        spans = [
            (one.start, one.end, target)
            for one in scenario.placements
            if one.fault.name == name and one.end > window.start and one.start < window.end
            for target in one.targets
        ]
        targets = {target: place for place, target in enumerate(sorted({span[2] for span in spans}))}
        thick = 0.8 / max(1, len(targets))
        family = next(one.fault.family for one in scenario.placements if one.fault.name == name)
        for start, end, target in spans:
            axis.broken_barh(
                [(_at(start + shift), np.timedelta64(max(end - start, 10), "m"))],
                (row + 0.1 + thick * targets[target], thick * 0.9),
                color=_INK[family],
                lw=0,
            )
    axis.set_yticks(np.arange(len(names)) + 0.5, list(reversed(names)), fontsize=6)
    axis.set_ylim(0, len(names))


def _at(minutes: np.ndarray | int) -> np.ndarray:
    return np.asarray(minutes).astype("datetime64[m]")


def outcomes(name: str) -> list[str]:
    """Return what became of requests, one after the other, sent to a mock with a scenario: in runs."""
    with subprocess.Popen(  # noqa: S603 - a mock of our own
        [sys.executable, "-m", "wattos_testkit", "serve", "--port", "0", "--scenario", name],
        stdout=subprocess.PIPE,
        text=True,
    ) as mock:
        try:
            line = mock.stdout.readline() if mock.stdout else ""
            parts = urlsplit(line.split(" on ", 1)[1].split()[0])
            seen = [_outcome(str(parts.hostname), int(parts.port or 0)) for _ in range(REQUESTS)]
        finally:
            mock.terminate()
    return [f"{len(list(run))} x {what}" for what, run in groupby(seen)]


def _outcome(host: str, port: int) -> str:
    connection = HTTPConnection(host, port, timeout=30)
    try:
        connection.request("GET", SHORT, headers={"Authorization": "Bearer demo"})
        response = connection.getresponse()
        response.read()
    except (HTTPException, OSError) as error:
        return "broken connection" if isinstance(error, OSError) else "cut short"
    finally:
        connection.close()
    return str(response.status)


def main() -> None:
    """Draw and record all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    mpl.use("Agg")
    recorded = {}
    for name in ready_names():
        scenario = open_scenario(name, FLEET)
        with mpl.rc_context(STYLE):
            figure = draw(scenario)
            if figure is not None:
                compact(figure, FOLDER / f"{name}.png")
        if any(one.fault.strikes is Strikes.OPERATION for one in scenario.placements):
            recorded[name] = outcomes(name)
    FILE.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print("docs/scenario_sessions.json")


if __name__ == "__main__":
    main()
