"""Runs a check as an iterator of events: reach, discover, refuse, mean, conform.

Whatever ends a run early (a limit, Ctrl-C, a target that fails) the last event is RunFinished with all
that was found until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wattos_testkit import __version__
from wattos_testkit.contract import load_contract
from wattos_testkit.errors import TargetError
from wattos_testkit.harness.clock import Clock, SystemClock
from wattos_testkit.harness.conditional import bad_methods, conditional
from wattos_testkit.harness.credentials import credentials
from wattos_testkit.harness.dictionary import dictionary
from wattos_testkit.harness.discover import discover
from wattos_testkit.harness.events import (
    Event,
    PhaseStarted,
    RunFinished,
    RunStarted,
    Severity,
)
from wattos_testkit.harness.findings import Findings
from wattos_testkit.harness.guard import guard
from wattos_testkit.harness.limits import Budget, RunOverError
from wattos_testkit.harness.mean import doubts, echoes, mean, settle
from wattos_testkit.harness.owed import owed
from wattos_testkit.harness.probes import probes
from wattos_testkit.harness.profiles import profile_named
from wattos_testkit.harness.reach import reach
from wattos_testkit.harness.refusals import refusals
from wattos_testkit.harness.rulebook import all_rules
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.same import same
from wattos_testkit.harness.target import Target, base_url
from wattos_testkit.harness.transport import Transport
from wattos_testkit.harness.wire_rules import RULES as WIRE_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from wattos_testkit.harness.settings import Settings
    from wattos_testkit.invariants.judge import Verdict

INTERRUPTED = 130


class Check:
    """One run; iterate over it."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Read everything that can be wrong with the settings, before the first request."""
        from wattos_testkit.invariants.judge import Judge  # noqa: PLC0415 - numpy only when needed

        contract = load_contract(settings.spec, settings.mapping)
        profile = profile_named(settings.profile)
        target = Target(
            base_url(settings.target, contract), settings.token, settings.token is not None,
            settings.headers, settings.proxy, settings.tls,
        )  # fmt: skip
        budget = Budget(settings.limits, clock or SystemClock())
        transport = Transport(target, budget, bad_methods=settings.bad_methods)
        findings = Findings(all_rules(), settings.selection, settings.seed)
        # The baseline is read here, like all that can be wrong: a run must not fail at its end.
        findings.load_baseline(settings.baseline)
        judge = Judge(dict(settings.pins), settings.seed)
        self.run = Run(settings, profile, contract, transport, findings, judge)
        self._code = 0
        self._reason = ""

    def __iter__(self) -> Iterator[Event]:
        run = self.run
        yield RunStarted(
            run.transport.target.base,
            run.profile.name,
            run.settings.seed,
            __version__,
            run.clean(run.settings.command),
            run.settings.groups,
        )
        try:
            yield from self._phases()
        except TargetError as error:
            self._reason = run.clean(str(error))
            broken = any(one.severity is Severity.ERROR for one in run.findings.all)
            # What was reached and is too broken to go on with has been tested, and has failed.
            self._code = 0 if broken and run.transport.health else error.exit_code
        except RunOverError as error:
            self._reason = str(error)
            if not run.known.stretches and not run.findings.all:
                # A limit in the way of all rules is no clean bill of health.
                self._reason += "; nothing was judged"
                self._code = TargetError.exit_code
        except KeyboardInterrupt:
            self._reason, self._code = "interrupted", INTERRUPTED
        finally:
            run.transport.close()
        yield from self._finish()

    def _phases(self) -> Iterator[Event]:
        run, depth = self.run, self.run.profile.depth
        yield from self._phase("reach", reach, run.transport.target.base)
        yield from self._phase("discover", discover)
        if self._wanted(WIRE_RULES):
            yield from self._phase("refuse", refusals, "what must be refused")
            yield from self._phase("refuse", credentials, "no, wrong and other credentials")
            if depth:
                yield from self._phase("refuse", conditional, "conditional requests")
        if run.settings.bad_methods:
            yield from self._phase("refuse", bad_methods, "methods that change things")
        if not run.known.stretches:
            raise TargetError("no resource was found to have data; say when there is some with --until TIME")
        yield from self._meanings()
        if run.profile.fuzz is not None and run.settings.fuzz:
            from wattos_testkit.harness.conform import conform  # noqa: PLC0415 - Schemathesis takes 100 MB

            yield from self._phase("conform", conform, "Schemathesis")

    def _meanings(self) -> Iterator[Event]:
        """Yield what the rows say, what is asked of the wire beside, and last what contradicted itself."""
        run = self.run
        wire, rows = self._wanted(WIRE_RULES), self._wanted(all_rules().keys() - WIRE_RULES.keys())
        if rows:
            yield from self._phase("mean", mean, "what the rows say")
        if run.profile.depth and wire:
            yield from self._phase("refuse", probes, "rarer requests")
        if run.wire.doubts:
            yield from self._phase("mean", doubts, "windows that were refused")
        if rows:
            yield from self._phase("mean", echoes, "the same in other ways")
        if wire:
            yield from self._refused_last()
        if rows:
            yield from self._phase("mean", settle, "contradictions")

    def _refused_last(self) -> Iterator[Event]:
        """Ask what has a budget of its own."""
        if self.run.profile.depth:
            yield from self._phase("refuse", owed, "what every deployment owes")
        yield from self._phase("refuse", dictionary, "the dictionary of spellings")
        if self.run.profile.depth:
            yield from self._phase("refuse", guard, "strangers at each door")
            yield from self._phase("refuse", same, "the same with other headers")

    def _wanted(self, rules: Iterable[str]) -> bool:
        """Return whether any of some rules counts: what nobody wants to know is not asked."""
        return any(self.run.settings.selection.counts(rule) for rule in rules)

    def _phase(self, name: str, steps: Callable[[Run], Steps], detail: str = "") -> Iterator[Event]:
        yield PhaseStarted(name, detail)
        try:
            for message in steps(self.run):
                yield from self._drain()
                yield self.run.progress(name, self.run.clean(message))
        except (RunOverError, TargetError):
            # What the last request brought must not be lost because it ended the run.
            yield from self._drain()
            raise
        yield from self._drain()

    def _drain(self) -> Iterator[Event]:
        pending = self.run.findings.pending
        while pending:
            yield pending.popleft()

    def _finish(self) -> Iterator[Event]:
        run = self.run
        budget, verdict = run.transport.budget, run.judge.verdict()
        self._decided(verdict)
        yield from verdict_events(
            run.findings, verdict, run.settings, budget.requests, budget.seconds, self._reason, self._code,
            self._notes,
        )  # fmt: skip

    def _decided(self, verdict: Verdict) -> None:
        """Look at the verdict before it is told."""

    def _notes(self) -> tuple[str, ...]:
        return ()


def verdict_events(  # noqa: PLR0913, PLR0917 - what a last event says
    findings: Findings,
    verdict: Verdict,
    settings: Settings,
    requests: int,
    seconds: float,
    reason: str,
    code: int,
    notes: Callable[[], tuple[str, ...]] = tuple,
) -> Iterator[Event]:
    """Yield the end of a run: what the judge found, what became of each rule, and RunFinished."""
    for finding in verdict.findings:
        findings.add(finding)
    if code != TargetError.exit_code:
        # Of a target that could not be tested, a list of all that was not looked at says nothing.
        findings.judged(verdict.outcomes)
    while findings.pending:
        yield findings.pending.popleft()
    outcomes, found = findings.outcomes(), findings.all
    yield from outcomes
    yield from verdict.conventions
    failing = any(one.severity is Severity.ERROR or settings.strict for one in found)
    yield RunFinished(
        found, outcomes, verdict.conventions, requests, seconds, code or int(failing), reason,
        (*notes(), *findings.notes(whole=not reason)),
    )  # fmt: skip


def check(settings: Settings, clock: Clock | None = None) -> Iterator[Event]:
    """Check a target; yield what happens, RunFinished last.

    Raises
    ------
    UsageError
        If the settings cannot be used; before the first event.
    """
    return iter(Check(settings, clock))
