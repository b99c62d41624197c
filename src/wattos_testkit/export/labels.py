"""`labels.json` and `windows.json`: the ground truth beside the data that faults have struck."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from wattos_testkit.export.order import Order
from wattos_testkit.export.tables import KINDS, TABLES
from wattos_testkit.export.times import instant
from wattos_testkit.faults.labels import Effect, Effects, Label, labels_of, plain
from wattos_testkit.fleet.model import Placed

MOST_MEASURED = 2000
"""Labels that are measured: each is compared with the plant as it is without it, some milliseconds' work."""
LABELS, WINDOWS = "labels.json", "windows.json"


def truth(order: Order) -> dict[str, bytes]:
    """Return the files of ground truth by path; none of an order without faults."""
    if order.scenario is None:
        return {}
    labels: list[Label] = []
    windows: dict[str, list[list[str]]] = {}
    for placed in _placed(order):
        own = [label for label in labels_of(order.plan, placed) if _touches(label, order)]
        windows[series_name(placed)] = [
            [_moment(start), _moment(last)] for start, last in _joined(own, order)
        ]
        labels += own
    effects = _effects(labels, order)
    scenario = order.scenario
    head = {
        "scenario": scenario.name,
        "description": scenario.description,
        "seed": scenario.seed,
        "start": instant(order.window.start),
        "end": instant(order.seen(order.window).end),
        "interval": order.window.interval,
        "labels": [_described(label, effects.get(index)) for index, label in enumerate(labels)],
    }
    return {LABELS: _json(head), WINDOWS: _json(windows)}


def series_name(placed: Placed) -> str:
    """Return what a resource's series is called in `windows.json`: its table and id."""
    return f"{TABLES[placed.kind]}/{placed.resource.resource_id}"


def _placed(order: Order) -> Iterator[Placed]:
    for table in order.tables:
        if table in KINDS:
            yield from order.placed(table)


def _touches(label: Label, order: Order) -> bool:
    start, end = label.span(order.seen(order.window))
    return start < end


def _effects(labels: list[Label], order: Order) -> dict[int, Effect]:
    """Return what the labels come to, by their place; nothing where they are too many to be measured."""
    if len(labels) > MOST_MEASURED:
        return {}
    effects = Effects(order.fleet, order.plan, order.now)
    # Plant by plant: what one of them has computed serves all of its resources.
    by_plant = sorted(range(len(labels)), key=lambda one: labels[one].placed.controller.unit_controller_id)
    return {index: effects.of(labels[index], order.seen(order.window)) for index in by_plant}


def _described(label: Label, effect: Effect | None) -> dict[str, Any]:
    said = plain(label)
    story = said.pop("story")
    said["table"] = TABLES[label.placed.kind].value
    if effect is not None:
        said |= {
            "severity": effect.severity,
            "rows": effect.rows,
            "changed_rows": effect.changed,
            "changed_fields": list(effect.fields),
            "largest_change": effect.largest,
        }
    return {**said, "story": story}


def _joined(labels: list[Label], order: Order) -> Iterator[tuple[int, int]]:
    """Yield the first and the last bucket of each stretch that labels cover; those that meet are one."""
    step = order.window.interval
    held: tuple[int, int] | None = None
    for start, end in sorted(label.span(order.seen(order.window)) for label in labels):
        if held is not None and start <= held[1]:
            held = held[0], max(held[1], end)
            continue
        if held is not None:
            yield held[0], held[1] - step
        held = start, end
    if held is not None:
        yield held[0], held[1] - step


def _moment(minute: int) -> str:
    """Return a UTC minute as the Numenta Anomaly Benchmark's `combined_windows.json` writes times."""
    return str(np.datetime64(minute, "m").astype("datetime64[us]")).replace("T", " ")


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
