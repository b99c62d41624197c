"""WT821: minutes in a pattern of the clock: reversed or turned blocks, every nth row from elsewhere."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Flags, Floats, Ints
from wattos_testkit.invariants.question import OPERATION_OF
from wattos_testkit.invariants.telling import tell_rows
from wattos_testkit.invariants.tracks import Track

_RULE = "WT821"
_FEWEST = 20
"""Blocks that must vary."""
_BLOCKS = (2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
"""Rows of a block that begins with the clock's hours."""
_NTH = (*range(4, 21), 24, 30, 60)
_FIELDS = {
    "ME": ("power_active_avg", "power_reactive_avg", "power_apparent_avg"),
    "BE": ("power_charge_active_avg", "power_discharge_active_avg", "temp_cell_max", "temp_ambient_max"),
    "PV": ("power_active_avg", "temp_cell_max", "temp_ambient_max"),
}
_UNLIKE = 2.0
"""Times as far from its neighbours as rows between are: every nth row."""
_OFTEN = 0.65
"""Share of blocks in which it is."""
_TURNS = 3.0
"""Times as far from the next as from the second next: every second row."""
_ONE_BREAK = 0.6
_MOST = 0.6
"""Share of blocks that fit better turned round: a few large pulses are not all."""
_STEADY = 0.25
"""Of the height of a profile: by so much single blocks may differ from it."""
_HEIGHT = 0.15


class _Pattern(NamedTuple):
    words: str
    rows: Ints


def judge_patterns(book: Book, ledger: Ledger) -> None:
    """Judge every resource on its longest answers at 1 and 5 minutes."""
    for kind, names in _FIELDS.items():
        for resource in book.resources(kind):
            for interval in (1, 5):
                track = book.longest(resource, interval)
                if track is None or len(track) * interval < 360 or (resource, interval) in book.spoiled:
                    continue
                whole = track.only(_contiguous(track))
                for name in names:
                    _judge_field(ledger, whole, name)
        ledger.skipped(_RULE, OPERATION_OF[kind], "less than six hours of rows at 1 or 5 minutes")


def _contiguous(track: Track) -> Flags:
    """Return the longest stretch without a missing row."""
    edges = np.flatnonzero(np.concatenate([[True], ~track.adjoining()[1:], [True]]))
    longest = int(np.argmax(np.diff(edges)))
    kept = np.zeros(len(track), dtype=bool)
    kept[edges[longest] : edges[longest + 1]] = True
    return kept


def _judge_field(ledger: Ledger, track: Track, name: str) -> None:
    column = track.column(name)
    if len(track) < 60 or not np.isfinite(column).all() or np.unique(column).size < _FEWEST:
        return
    ledger.looked(_RULE, track.operation, len(track), track.resource)
    step = track.step(name)
    found = next(_patterns(track, name, column, step), None)
    if found is None:
        return
    tell_rows(
        ledger,
        track,
        _RULE,
        found.rows,
        f"{name} {found.words} (at {track.interval} min)",
        lambda index: (
            f"{name} that follows {column[index - 1]:.6g}" if index else f"{name} in order",
            f"{column[index]:.6g}",
        ),
        [name],
        margin=20,
    )


def _patterns(track: Track, name: str, column: Floats, step: float) -> Iterator[_Pattern]:
    if track.kind != "BE" and track.interval == 1:
        yield from _alternating(column, step)
    yield from _every_nth(column, step)
    for rows in _BLOCKS:
        blocks, first = _cut(track, column, rows)
        if blocks.shape[0] < _FEWEST:
            continue
        if track.interval == 1:
            # Timers switch by five minutes: coarser rows of a load may be alike forwards and backwards.
            yield from _out_of_order(blocks, first, step, track.interval)
        if track.kind != "BE" and name.startswith("power_active") and rows >= 5 and track.interval == 1:
            yield from _profile(blocks, first, step, track.interval)


def _cut(track: Track, column: Floats, rows: int) -> tuple[Floats, int]:
    """Return blocks that begin with the clock, and the index of the first row of the first."""
    length = rows * track.interval
    if 1440 % length:
        return np.empty((0, rows)), 0
    first = int(-(track.start[0] // track.interval) % rows)
    count = (column.size - first) // rows
    return column[first : first + count * rows].reshape(count, rows), first


def _typical(sizes: Floats) -> Floats:
    """Return the mean without the tenth that is largest, along the first axis."""
    kept = max(1, int(sizes.shape[0] * 0.9))
    found: Floats = np.sort(sizes, axis=0)[:kept].mean(axis=0)
    return found


def _alternating(column: Floats, step: float) -> Iterator[_Pattern]:
    """Find rows that are close to the second next, and far from the next: two series in turns."""
    one, two = np.abs(np.diff(column)), np.abs(column[2:] - column[:-2])
    busy = (one[1:] > 0) | (two > 0)
    if busy.sum() < 60:
        return
    near, far = np.percentile(one[1:][busy], (25, 75))
    second = float(np.percentile(two[busy], 60))
    # A heater that is switched each minute has one height; two series have all.
    if near > _TURNS * second and near > 3 * step and far > 1.3 * near:
        rows = np.flatnonzero(busy)[::2] + 1
        yield _Pattern(
            "is of two series in turns: every second row is like the second next, not the next", rows
        )


def _every_nth(column: Floats, step: float) -> Iterator[_Pattern]:
    """Find every nth row far from its neighbours, now above and now below."""
    apart = np.concatenate([[0.0], column[1:-1] - (column[:-2] + column[2:]) / 2, [0.0]])
    across = np.concatenate([[np.inf], np.abs(column[2:] - column[:-2]), [np.inf]])
    for rows in _NTH:
        count = apart.size // rows
        if count < _FEWEST:
            return
        blocks = apart[: count * rows].reshape(count, rows)
        level = column[: count * rows].reshape(count, rows)
        beside = across[: count * rows].reshape(count, rows)
        place = np.flatnonzero(np.ptp(level, axis=1) > 0)
        if place.size < _FEWEST:
            continue
        blocks = blocks[place]
        sizes = np.abs(blocks)
        phase = int(np.argmax(np.percentile(sizes, 40, axis=0)))
        others = [one for one in range(rows) if (one - phase + 1) % rows > 2]
        # Block by block: a plant that rests half of the day has no usual step.
        usual = sizes[:, others].mean(axis=1)
        far = (sizes[:, phase] > _UNLIKE * usual) & (sizes[:, phase] > 2 * step)
        # A bend is on the way from one neighbour to the other; a row from elsewhere is on none.
        far &= beside[place, phase] < 0.5 * sizes[:, phase]
        above = float((blocks[far, phase] > 0).mean()) if far.any() else 0.0
        if far.sum() >= _FEWEST - 4 and far.mean() > _OFTEN and 0.15 < above < 0.85:
            yield _Pattern(
                f"of every {rows}th row is far from its neighbours: those rows are of another time or series",
                place * rows + phase,
            )


def _out_of_order(blocks: Floats, first: int, step: float, interval: int) -> Iterator[_Pattern]:
    """Find blocks whose rows fit their neighbours better in another order."""
    rows = blocks.shape[1]
    varied = np.ptp(blocks, axis=1) > 0
    pairs = varied[1:] & varied[:-1]
    if pairs.sum() < _FEWEST:
        return
    seams = np.abs(blocks[1:, 0] - blocks[:-1, -1])[pairs]
    seam = float(_typical(seams))
    # Of rows that go at random, neighbours at a distance differ by the root of it.
    limit = max(1.35, min(2.0, 0.7 * float(np.sqrt(2 * rows - 1))))
    enough = seams.size >= (200 if limit < 2 else _FEWEST)
    places = first + (np.flatnonzero(pairs) + 1) * rows
    other = np.abs(blocks[1:, -1] - blocks[:-1, 0])[pairs]
    turned, most = float(_typical(other)), float((seams > other).mean())
    inner = _typical(np.abs(np.diff(blocks, axis=1))[varied])
    usual = float(np.median(inner))
    # Put right, a block goes on as its rows do; a load that pulses is at the same height again.
    goes_on = 0.4 * usual < turned < 2.5 * usual
    if enough and goes_on and most > _MOST and seam > limit * turned and seam > 3 * step:
        yield _Pattern(f"runs backwards within each block of {rows * interval} minutes", places)
    if rows < 4:
        return
    ends = float(_typical(np.abs(blocks[:, 0] - blocks[:, -1])[varied]))
    second, broken = np.sort(inner)[-2:].tolist()
    # What is switched by a timer goes on and off: two breaks, not one.
    once = second < _ONE_BREAK * broken and broken > 3 * step
    if enough and once and min(seam, broken) > 2 * max(ends, usual):
        yield _Pattern(f"is in another order within each block of {rows * interval} minutes", places)


def _profile(blocks: Floats, first: int, step: float, interval: int) -> Iterator[_Pattern]:
    """Find blocks of one shape, as high as the power is: no timer switches by per cent."""
    rows = blocks.shape[1]
    mean = blocks.mean(axis=1)
    good = np.abs(mean) > np.maximum(0.1 * np.abs(blocks).max(), 50 * step)
    if good.sum() < _FEWEST:
        return
    shapes = blocks[good] / mean[good, None]
    shape = np.median(shapes, axis=0)
    height = float(np.ptp(shape))
    if height < _HEIGHT or float(np.median(np.abs(shapes - shape))) > _STEADY * height:
        return
    level = np.abs(mean[good])
    cut = float(np.median(level))
    low, high = shapes[level < cut], shapes[level >= cut]
    if not low.size:
        return
    if float(np.median(level[level >= cut])) < 1.4 * float(np.median(level[level < cut])):
        return
    bend = shape - shape.mean()
    alike = [float(np.median(part, axis=0) @ bend) / float(bend @ bend) for part in (low, high)]
    if all(0.85 < one < 1.15 for one in alike):
        places = first + np.flatnonzero(good) * rows
        yield _Pattern(
            f"has one shape in each block of {rows * interval} minutes, {height:.0%} of its mean high", places
        )
