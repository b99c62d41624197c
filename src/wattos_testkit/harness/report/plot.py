"""A small plot of the rows that prove a finding, as inline SVG: what the eye sees before the numbers."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from wattos_testkit.harness.events import Finding
from wattos_testkit.harness.report.text import shortened, visible

ROWS = 400
"""Points of a series that are drawn; more would be no small plot."""
PANELS = 4
LINES = 4
"""Lines of one panel; there are as many colours and dashes."""
_WIDTH, _HEIGHT = 720, 158
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 28, 32
_QUANTITIES = ("power_", "energy_", "soc_", "temp_")
_EXPECTED = "expected"
"""The column of what should have been, or the beginning of its name."""
_LETTER, _GAP = 6.6, 45
"""Pixels of a letter, and of what stands between two names of a legend."""
_DOTS = 120
"""Up to so many rows each has a dot; above, only the line and the marks."""

Points = list[tuple[float, float | None]]


@dataclass(frozen=True)
class _Panel:
    """Fields of one quantity: they share an axis."""

    fields: dict[str, Points]


@dataclass(frozen=True)
class _Axis:
    """Maps values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def plot(finding: Finding, name: str) -> str:
    """Return the plot of a finding's series, or nothing if no numbers are in it.

    The id of its title starts with `name`, which must be unique on the page.
    """
    series = finding.series or {}
    stamps = [stamp if isinstance(stamp, str) else str(stamp) for stamp in series.get("timestamp", [])][:ROWS]
    places = _places(stamps)
    panels = _panels(series, places)
    if not panels:
        return ""
    times = _Axis(min(places), max(places), _LEFT, _WIDTH - _RIGHT)
    marked = _marked(finding, stamps)
    height = len(panels) * _HEIGHT
    drawn = "".join(
        f'<g transform="translate(0 {number * _HEIGHT})">{"".join(_draw(panel, times, marked, stamps))}</g>'
        for number, panel in enumerate(panels)
    )
    fields = ", ".join(field for panel in panels for field in panel.fields)
    told = f"{_text(fields)} over {len(stamps)} rows, from {_text(stamps[0])} to {_text(stamps[-1])}"
    marks = f"; {len(marked)} marked as proof" if marked else ""
    return (
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="{name}-title">'
        f'<title id="{name}-title">{told}{marks}</title>{drawn}</svg>'
    )


def _panels(series: dict[str, list[Any]], places: Sequence[float]) -> list[_Panel]:
    """Group the numeric fields by quantity, in their order; what is expected stands beside what was seen."""
    panels: dict[str, dict[str, Points]] = {}
    for field, values in series.items():
        if field == "timestamp" or not isinstance(values, list | tuple):
            continue
        points = [(place, _number(value)) for place, value in zip(places, values, strict=False)]
        if sum(value is not None for _, value in points) < 2:  # noqa: PLR2004 - a line has two ends
            continue
        bare = field.removeprefix("expected_")
        quantity = next((prefix for prefix in _QUANTITIES if bare.startswith(prefix)), bare)
        if field == _EXPECTED and panels:
            quantity = next(reversed(panels))
        fields = panels.setdefault(quantity, {})
        if len(fields) < LINES:
            fields[field] = points
    return [_Panel(fields) for fields in list(panels.values())[:PANELS]]


def _draw(panel: _Panel, times: _Axis, marked: set[int], stamps: Sequence[str]) -> Iterator[str]:
    """Yield one panel: grid and labels, then a line per field, then the marks on top."""
    values = [value for points in panel.fields.values() for _, value in points if value is not None]
    ticks = _ticks(min(values), max(values))
    scale = _Axis(ticks[0], ticks[-1], _HEIGHT - _BOTTOM, _TOP)
    for tick in ticks:
        y = scale.at(tick)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{_label(tick, ticks)}</text>'
    yield from _moments(stamps)
    for number, (field, points) in enumerate(panel.fields.items()):
        yield from _legend(number, list(panel.fields))
        yield from _line(number, [(times.at(x), y if y is None else scale.at(y)) for x, y in points])
        for row in sorted(marked) if not field.startswith(_EXPECTED) else ():
            place, value = points[row] if row < len(points) else (0.0, None)
            if value is not None:
                told = f"{_text(stamps[row])}: {_text(field)} {value:g}"
                at = f'cx="{times.at(place):.1f}" cy="{scale.at(value):.1f}"'
                yield f'<circle class="proof" {at} r="5"><title>{told}</title></circle>'


def _legend(number: int, fields: Sequence[str]) -> Iterator[str]:
    """Yield the name of a field beside a piece of its line, to the right of those before it."""
    names = [visible(field) for field in fields]
    if sum(len(name) for name in names) * _LETTER + len(names) * _GAP > _WIDTH - _LEFT:
        names = [shortened(name, 18) for name in names]
    x = _LEFT + sum(len(name) * _LETTER + _GAP for name in names[:number])
    yield f'<line class="line s{number}" x1="{x:.0f}" x2="{x + 22:.0f}" y1="12" y2="12"/>'
    yield f'<text x="{x + 27:.0f}" y="15.5">{_text(names[number])}</text>'


def _line(number: int, points: Sequence[tuple[float, float | None]]) -> Iterator[str]:
    """Yield a line, broken where a value is missing, and its dots."""
    path, pen = [], "M"
    for x, y in points:
        if y is None:
            pen = "M"
        else:
            path.append(f"{pen}{x:.1f} {y:.1f}")
            pen = "L"
    yield f'<path class="line s{number}" d="{"".join(path)}"/>'
    if len(points) <= _DOTS:
        dots = (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2"/>' for x, y in points if y is not None)
        yield f'<g class="dots s{number}">{"".join(dots)}</g>'


def _moments(stamps: Sequence[str]) -> Iterator[str]:
    """Yield the first and the last timestamp below a panel."""
    for x, anchor, stamp in ((_LEFT, "start", stamps[0]), (_WIDTH - _RIGHT, "end", stamps[-1])):
        yield f'<text x="{x}" y="{_HEIGHT - 8}" text-anchor="{anchor}">{_text(shortened(stamp, 40))}</text>'


def _places(stamps: Sequence[str]) -> list[float]:
    """Return where each row stands on the axis of time; by number if the timestamps are no such thing."""
    try:
        moments = [datetime.fromisoformat(stamp) for stamp in stamps]
        places = [(moment - moments[0]).total_seconds() for moment in moments]
    except (ValueError, TypeError, OverflowError):
        places = []
    if len(set(places)) < 2:  # noqa: PLR2004 - an axis has two ends
        places = [float(number) for number in range(max(2, len(stamps)))][: len(stamps)]
    return places


def _marked(finding: Finding, stamps: Sequence[str]) -> set[int]:
    """Return the rows that the evidence speaks of."""
    spoken = {proof.where for proof in finding.evidence}
    spoken |= {str(proof.row.get("timestamp")) for proof in finding.evidence if proof.row}
    return {row for row, stamp in enumerate(stamps) if stamp in spoken}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        return None
    try:
        number = float(value)
    except (ValueError, TypeError, OverflowError):
        return None
    # An axis of 1e300 has no readable ticks, and its squares have no float.
    return number if abs(number) < 1e15 else None  # noqa: PLR2004 - as above


def _ticks(low: float, high: float) -> list[float]:
    """Return three to six round numbers that enclose the range."""
    if high - low < 1e-9 * max(1.0, abs(low)):
        low, high = low - max(0.5, abs(low) * 0.05), high + max(0.5, abs(high) * 0.05)
    rough = (high - low) / 3
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * nice for nice in (1, 2, 2.5, 5, 10) if unit * nice >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, last + 1)]


def _label(tick: float, ticks: Sequence[float]) -> str:
    step = ticks[1] - ticks[0]
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    if step < 10**-places * 0.999 or (places < 9 and round(step, places) != round(step, places + 1)):  # noqa: PLR2004
        places += 1
    return f"{tick:,.{min(places, 9)}f}"


def _text(text: str) -> str:
    return escape(visible(text))
