"""Ours beside plain Schemathesis: who reports which fault of the catalogue, at what cost.

``python -m benchmarks catalogue`` looks at a sample that takes some five minutes; with ``CATALOGUE=60``
in the environment at so many servers, with ``CATALOGUE=all`` at all of them, for hours. ``python -m
benchmarks.catalogue --help`` has more: it can go on with a record, such as that of docs/check-proof.md.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from tests.faulty.catalogue import FAULTS, HEALTHY, LEGAL
from tests.faulty.registry import FAMILIES, Case
from tests.faulty.trial import Outcome, trial

from benchmarks.plain import SEED, WAYS, Plain, run
from benchmarks.registry import Measured, Row

OURS = "check"
SAMPLE, SECONDS = 18, 240.0
"""Servers beside the healthy one; no other is begun after so many seconds."""
WORKERS = 2
TITLES = {OURS: "`check`", "default": "Schemathesis", "all": "Schemathesis, all checks, 200 examples"}
NOTE = """\
Schemathesis kills a fault when it reports anything that it does not report on the healthy server, kind
and operation taken together: a generous reading, since nothing says that what it reports is the fault. On
the healthy server it reports {healthy}, and ends with exit code 1. A legal variant counts as wrongly
failed by the same reading; by its exit code it fails every one. `check` ran its standard profile without
fuzzing: *own* means that a rule which means the fault reported it, *any* that some rule did, warnings
included; a legal variant is wrongly failed by a single error. Requests and seconds are medians, two
servers at a time on two cores."""
_NONE = "-"
Result = Outcome | Plain
Results = dict[str, dict[str, Result]]
"""By way, then by server."""


def in_order() -> list[str]:
    """Return all servers, so that each beginning of the list has every family in its due share."""
    strata: dict[tuple[str, str], list[str]] = {}
    for name, case in (FAULTS | LEGAL).items():
        strata.setdefault((type(case).__name__, case.family), []).append(name)
    placed = []
    for names in strata.values():
        names.sort(key=lambda name: hashlib.sha256(name.encode()).digest())
        placed += [((turn + 0.5) / len(names), name) for turn, name in enumerate(names)]
    return [HEALTHY, *(name for _, name in sorted(placed))]


def one(name: str, ways: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Run what is wanted against one server."""
    return {way: asdict(trial(name) if way == OURS else run(name, way)) for way in ways}


def results(names: list[str], ways: list[str], seconds: float) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run what is wanted against some servers; begin no other when the time is over."""
    until = time.monotonic() + seconds
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        waiting = iter(names)
        running: list[Any] = []
        for name in waiting:
            running.append((name, pool.apply_async(partial(one, name, ways))))
            if len(running) >= WORKERS:
                done, result = running.pop(0)
                yield done, result.get()
            if time.monotonic() > until:
                break
        for name, result in running:
            yield name, result.get()


def read(record: Path) -> Results:
    """Return what a record holds."""
    found: Results = {way: {} for way in (OURS, *WAYS)}
    if record.exists():
        for line in json.loads(record.read_text("utf-8"))["servers"]:
            take(found, line.pop("name"), line)
    return found


def take(found: Results, name: str, news: Mapping[str, Any]) -> None:
    """Add the results of one server."""
    for way, values in news.items():
        if values.get("ended") and way != OURS:
            # A run that was given up says nothing; it is tried again when the record goes on.
            continue
        made = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
        found[way][name] = Outcome(**made) if way == OURS else Plain(**made)


def write(found: Results, record: Path) -> None:
    """Write a record: a line for each server."""
    from importlib.metadata import version  # noqa: PLC0415 - only for a record

    head = {"schemathesis": version("schemathesis"), "seed": SEED, "options": WAYS}
    names = [name for name in in_order() if any(name in those for those in found.values())]
    lines = [
        json.dumps(
            {"name": name, **{way: asdict(those[name]) for way, those in found.items() if name in those}}
        )
        for name in names
    ]
    text = f'{{"run": {json.dumps(head)},\n"servers": [\n' + ",\n".join(lines) + "\n]}\n"
    record.write_text(text, "utf-8")


def kills(found: Results, way: str, name: str) -> bool:
    """Return whether a way reports something of a server that is not of the healthy one's, too."""
    result = found[way][name]
    if isinstance(result, Outcome):
        return bool(result.errors) if name in LEGAL else bool(result.reported)
    healthy = found[way].get(HEALTHY)
    known = healthy.failures if isinstance(healthy, Plain) else ()
    return bool(set(result.failures) - set(known))


def table(found: Results) -> str:
    """Return who killed what, by family, as Markdown, and below it what that means."""
    heads = ["family", "servers", "`check`, own", "`check`, any", *(TITLES[way] for way in WAYS)]
    rows = [_row(found, family, FAULTS) for family in FAMILIES]
    rows.append(_row(found, "**all faults**", FAULTS))
    rows.append(_row(found, "legal, wrongly failed", LEGAL))
    rows += [
        ["requests", "", "", *_medians(found, "requests")],
        ["seconds", "", "", *_medians(found, "seconds")],
    ]
    lines = [heads, ["---"] * len(heads), *rows]
    text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    return f"{text}\n\n{textwrap.fill(NOTE.format(healthy=_said(found)), 110)}"


def _said(found: Results) -> str:
    """Return what Schemathesis says of the healthy server, kind by kind."""
    healthy = found["default"].get(HEALTHY)
    kinds: dict[str, list[str]] = {}
    for one in healthy.failures if isinstance(healthy, Plain) else ():
        kind, _, where = one.partition(": ")
        kinds.setdefault(kind, []).append(f"`{where}`")
    return "; ".join(f'"{kind}" at {", ".join(where)}' for kind, where in kinds.items()) or "nothing"


def _row(found: Results, family: str, cases: Mapping[str, Case]) -> list[str]:
    names = [name for name, case in cases.items() if family == case.family or family not in FAMILIES]
    tried = {way: [name for name in names if name in those] for way, those in found.items()}
    ours = found[OURS]
    own = sum(ours[name].found for name in tried[OURS]) if cases is FAULTS else None  # type: ignore[union-attr]
    cells = [
        _share(sum(kills(found, way, name) for name in tried[way]), len(tried[way]), len(names))
        for way in (OURS, *WAYS)
    ]
    first = "" if own is None else _share(own, len(tried[OURS]), len(names))
    return [family, str(len(names)), first, *cells]


def _share(count: int, tried: int, of: int) -> str:
    """Return a count; how many it is of, where not all have been tried."""
    return str(count) if tried == of else f"{count} of {tried}" if tried else _NONE


def _medians(found: Results, figure: str) -> list[str]:
    return [
        f"{median(getattr(one, figure) for one in those.values()):,g}" if (those := found[way]) else _NONE
        for way in (OURS, *WAYS)
    ]


def measured(found: Results) -> Measured:
    """Return the table as a row of the benchmarks."""
    faults = [name for name in FAULTS if all(name in those for those in found.values())]
    legal = [name for name in LEGAL if all(name in those for those in found.values())]
    own = sum(found[OURS][name].found for name in faults)  # type: ignore[union-attr]
    theirs = max(sum(kills(found, way, name) for name in faults) for way in WAYS)
    failed = sum(kills(found, OURS, name) for name in legal)
    value = f"{own} of {len(faults)} faults, {failed} of {len(legal)} legal wrongly failed"
    return Measured(
        value, own > theirs and not failed, f"Schemathesis {theirs} of {len(faults)}", table(found)
    )


def beside() -> Measured:
    """Run all three ways against a sample of the catalogue."""
    wanted = os.environ.get("CATALOGUE", str(SAMPLE))
    every = in_order()
    count = len(every) if wanted == "all" else int(wanted) + 1
    found = read(Path(os.devnull) / "none")
    for name, news in results(every[:count], [OURS, *WAYS], SECONDS if wanted != "all" else 1e9):
        take(found, name, news)
    return measured(found)


def main(arguments: list[str] | None = None) -> int:
    """Run some, go on with a record if there is one, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catalogue", description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="so many servers; all, unless you say")
    parser.add_argument("--limit", type=float, default=1e9, metavar="SECONDS", help="begin none after that")
    parser.add_argument("--ways", default=",".join((OURS, *WAYS)), help="some of %(default)s")
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="go on with these results, and add to them"
    )
    options = parser.parse_args(arguments)
    ways = options.ways.split(",")
    if wrong := [way for way in ways if way not in TITLES]:
        parser.error(f"--ways: there is no {', '.join(wrong)}; there are {', '.join(TITLES)}")
    found = read(options.record) if options.record else read(Path(os.devnull) / "none")
    names = in_order()[: options.sample + 1 if options.sample else None]
    missing = [name for name in names if any(name not in found[way] for way in ways)]
    for name, news in results(missing, ways, options.limit):
        take(found, name, news)
        print(name, file=sys.stderr, flush=True)
        if options.record:
            write(found, options.record)
    print(table(found))
    return 0


ROWS = {
    "catalogue": Row(
        "faults reported by `check` beside Schemathesis, a sample of the catalogue (`CATALOGUE=all`: all)",
        "more than Schemathesis, none legal wrongly failed",
        beside,
    ),
}

if __name__ == "__main__":
    sys.exit(main())
