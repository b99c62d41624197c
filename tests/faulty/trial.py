"""Runs the check against servers of the catalogue: ``python -m tests.faulty.trial [NAME…]``.

Both clocks, that of the servers and that of the check, stand at one moment, so that a run of today finds
what a run of next year finds: what happened on a plant in November 2026 stays in the last month.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.faulty import flows
from tests.faulty.catalogue import FAULTS, HEALTHY, LATER_HOLDOUTS, LEGAL, running
from tests.faulty.expected import MEANING
from tests.faulty.fleet import minute_of
from wattos_testkit import __version__
from wattos_testkit.harness.api import finish
from wattos_testkit.harness.clock import SystemClock
from wattos_testkit.harness.engine import check
from wattos_testkit.harness.events import Finding, RunFinished, Severity
from wattos_testkit.harness.options import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOMENT = minute_of(2026, 11, 25, 14)
"""The minute at which every trial takes place."""
GROUPS = ("GROUP001", "GROUP002")
SEED = 1
WORKERS = 2


class StoppedClock(SystemClock):
    """A clock whose date stands, while durations go on."""

    def wall(self) -> float:
        """Return the moment of all trials."""
        return MOMENT * 60.0


@dataclass(frozen=True)
class Outcome:
    """What a check said about one server."""

    name: str
    exit_code: int
    requests: int
    seconds: float
    errors: dict[str, str] = field(default_factory=dict)
    """The rules that reported errors, each with where and what its first finding says."""
    warnings: dict[str, str] = field(default_factory=dict)
    ended: str = ""
    """Why the check ended early, if it did."""
    crash: str = ""
    """The exception that ended the check: always a defect of ours."""

    @property
    def reported(self) -> set[str]:
        """The rules that reported anything."""
        return {*self.errors, *self.warnings}

    @property
    def found(self) -> bool:
        """Whether a rule that means the fault reported it."""
        return bool(self.reported & set(MEANING[self.name]))

    @property
    def as_error(self) -> bool:
        """Whether one of those did as an error."""
        return bool(set(self.errors) & set(MEANING[self.name]))


def trial(name: str, options: dict[str, Any] | None = None) -> Outcome:
    """Check one server of the catalogue, as `check --profile standard --no-fuzz` does."""
    flows.stopped = MOMENT
    began = time.perf_counter()
    try:
        with running(name) as (url, token):
            own = FAULTS[name].options if name in FAULTS else {}
            end = _checked(url, token, {key: make() for key, make in own.items()} | (options or {}))
    except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - whatever it is, it is the finding
        seconds = time.perf_counter() - began
        return Outcome(name, 4, 0, round(seconds, 1), crash=f"{type(error).__name__}: {error}"[:300])
    return Outcome(
        name, end.exit_code, end.requests, round(end.seconds, 1),
        _said(end.findings, Severity.ERROR), _said(end.findings, Severity.WARNING), end.reason,
    )  # fmt: skip


def _checked(url: str, token: str, options: dict[str, Any]) -> RunFinished:
    usual = {"token": token, "group": GROUPS, "seed": SEED, "fuzz": False, "profile": "standard"}
    return finish(check(settings_of({"target": url, **usual, **options}), StoppedClock()))


def _said(findings: Iterable[Finding], severity: Severity) -> dict[str, str]:
    """Return the first finding of each rule of a severity in short."""
    said: dict[str, str] = {}
    for one in findings:
        if one.severity is severity:
            where = " ".join(word for word in (one.operation, one.resource) if word)
            said.setdefault(one.rule, f"{where}: {one.message}"[:200])
    return dict(sorted(said.items()))


def trials(names: list[str], workers: int = WORKERS) -> Iterator[Outcome]:
    """Check many servers, two at a time; yield the outcomes as they come."""
    if workers == 1 or len(names) == 1:
        yield from map(trial, names)
        return
    # Not forked: threads of a server would be copied half.
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(trial, names)


def record(outcomes: Iterable[Outcome]) -> str:
    """Return outcomes as JSON, a line each, in the order of their names."""
    meta = {"version": __version__, "profile": "standard", "fuzzing": False, "seed": SEED, "groups": GROUPS}
    lines = [
        json.dumps(_short(one), ensure_ascii=False) for one in sorted(outcomes, key=lambda one: one.name)
    ]
    return f'{{"run": {json.dumps(meta)},\n"servers": [\n' + ",\n".join(lines) + "\n]}\n"


def _short(outcome: Outcome) -> dict[str, object]:
    always = ("name", "exit_code", "requests", "seconds")
    return {key: value for key, value in asdict(outcome).items() if value or key in always}


def recorded(file: Path) -> dict[str, Outcome]:
    """Return the outcomes of a record by name."""
    return {one["name"]: Outcome(**one) for one in json.loads(file.read_text("utf-8"))["servers"]}


def verdict(outcome: Outcome) -> str:
    """Return in a word or two how the check did on a server."""
    if outcome.crash:
        return "CRASHED"
    if outcome.name in FAULTS:
        if outcome.found:
            return "found" if outcome.as_error else "found (warning)"
        return "MISSED"
    return "WRONGLY FAILED" if outcome.errors or outcome.exit_code else "passed"


def line(outcome: Outcome) -> str:
    """Return the outcome of a server in one line."""
    said = " ".join([*outcome.errors, *(f"({rule})" for rule in outcome.warnings)])
    cost = f"{outcome.requests:4} requests {outcome.seconds:5.1f} s"
    return f"{verdict(outcome):15} {outcome.name:36} {cost}  {said} {outcome.crash or outcome.ended}".rstrip()


def chosen(names: list[str], *, holdout: bool | None, holdout_set: int | None = None) -> list[str]:
    """Return the servers of those names; without any, all, or all that are in a hold-out, or in none."""
    every = FAULTS | LEGAL
    wanted = names or [HEALTHY, *every]
    unknown = sorted(set(wanted) - {HEALTHY, *every})
    if unknown:
        raise SystemExit(f"there is no server {', '.join(unknown)}; `python -m tests.faulty list` shows all")
    sets = {HEALTHY: 0, **{name: case.holdout_set for name, case in every.items()}}
    return [
        name for name in wanted if holdout in (None, sets[name] > 0) and holdout_set in (None, sets[name])
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the trials; end with 1 if a fault was missed, a legal variant failed, or the check crashed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faulty.trial", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="servers; all, unless you say")
    parser.add_argument(
        "--holdout", action=argparse.BooleanOptionalAction, help="only the hold-outs, or the rest"
    )
    parser.add_argument("--holdout-set", type=int, choices=(1, *LATER_HOLDOUTS), help="only that hold-out")
    parser.add_argument(
        "--json",
        metavar="FILE",
        type=Path,
        help="record the outcomes; those of NAMEs in place of what FILE has of them",
    )
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--why", action="store_true", help="print what the findings say")
    options = parser.parse_args(arguments)
    names = chosen(options.names, holdout=options.holdout, holdout_set=options.holdout_set)
    outcomes: list[Outcome] = []
    live = sys.stderr.isatty()
    for outcome in trials(names, options.workers):
        outcomes.append(outcome)
        print(f"\r\x1b[K{line(outcome)}" if live else line(outcome), flush=True)
        if options.why:
            for rule, text in (outcome.errors | outcome.warnings).items():
                print(f"    {rule} {text}")
        if live:
            print(f"{len(outcomes)} of {len(names)}", end="", file=sys.stderr, flush=True)
    if options.json:
        before = recorded(options.json) if options.json.exists() and options.names else {}
        kept = {**before, **{one.name: one for one in outcomes}}
        options.json.write_text(record(kept.values()), "utf-8")
    counts = {
        word: sum(verdict(one) == word for one in outcomes) for word in sorted(set(map(verdict, outcomes)))
    }
    print(f"\r{', '.join(f'{count} {word}' for word, count in counts.items())}")
    return int(any(word.isupper() for word in counts))


if __name__ == "__main__":
    sys.exit(main())
