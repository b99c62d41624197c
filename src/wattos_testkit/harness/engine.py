"""Runs a check as an iterator of events: reach, discover, refuse, mean, conform.

Whatever ends a run early (a limit, Ctrl-C, a target that fails) the last event is RunFinished with all
that was found until then.
"""

from collections.abc import Callable, Iterator

from wattos_testkit import __version__
from wattos_testkit.contract import load_contract
from wattos_testkit.errors import TargetError, WattosError
from wattos_testkit.harness.baseline import read_baseline
from wattos_testkit.harness.clock import Clock, SystemClock
from wattos_testkit.harness.discover import discover
from wattos_testkit.harness.events import (
    Convention,
    Event,
    Finding,
    PhaseStarted,
    RuleOutcome,
    RunFinished,
    RunStarted,
    Severity,
)
from wattos_testkit.harness.findings import Findings
from wattos_testkit.harness.limits import Budget, RunOverError
from wattos_testkit.harness.mean import mean
from wattos_testkit.harness.profiles import profile_named
from wattos_testkit.harness.reach import reach
from wattos_testkit.harness.refusals import bad_methods, conditional, credentials, refusals
from wattos_testkit.harness.rulebook import all_rules
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.settings import Settings
from wattos_testkit.harness.target import Target, base_url
from wattos_testkit.harness.transport import Transport

INTERRUPTED = 130


class Check:
    """One run; iterate over it."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Read everything that can be wrong with the settings, before the first request."""
        from wattos_testkit.invariants.judge import Judge  # noqa: PLC0415 - numpy only when needed

        # The baseline is read here, like all that can be wrong: a run must not fail at its end.
        contract = load_contract(settings.spec, settings.mapping)
        profile = profile_named(settings.profile)
        target = Target(
            base_url(settings.target, contract), settings.token, settings.token is not None,
            settings.headers, settings.proxy, settings.tls,
        )  # fmt: skip
        budget = Budget(settings.limits, clock or SystemClock())
        transport = Transport(target, budget, bad_methods=settings.bad_methods)
        findings = Findings(all_rules(), settings.selection, settings.seed)
        judge = Judge(dict(settings.pins), settings.seed)
        self.run = Run(settings, profile, contract, transport, findings, judge)
        self.conventions: tuple[Convention, ...] = ()
        findings.known = read_baseline(settings.baseline) if settings.baseline else frozenset()
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
        )
        try:
            yield from self._phases()
        except TargetError as error:
            self._reason, self._code = run.clean(str(error)), error.exit_code
        except RunOverError as error:
            self._reason = str(error)
        except KeyboardInterrupt:
            self._reason, self._code = "interrupted", INTERRUPTED
        finally:
            run.transport.close()
        yield from self._finish()

    def _phases(self) -> Iterator[Event]:
        run, depth = self.run, self.run.profile.depth
        yield from self._phase("reach", reach, run.transport.target.base)
        yield from self._phase("discover", discover)
        yield from self._phase("refuse", refusals, "what must be refused")
        yield from self._phase("refuse", credentials, "no, wrong and other credentials")
        if depth:
            yield from self._phase("refuse", conditional, "conditional requests")
        if run.settings.bad_methods:
            yield from self._phase("refuse", bad_methods, "methods that change things")
        if not run.known.stretches:
            raise TargetError("no resource was found to have data; say when there is some with --until TIME")
        yield from self._phase("mean", mean, "what the rows say")
        if run.profile.fuzz is not None and run.settings.fuzz:
            from wattos_testkit.harness.conform import conform  # noqa: PLC0415 - Schemathesis takes 100 MB

            yield from self._phase("conform", conform, "Schemathesis")

    def _phase(self, name: str, steps: Callable[[Run], Steps], detail: str = "") -> Iterator[Event]:
        yield PhaseStarted(name, detail)
        try:
            for message in steps(self.run):
                yield from self._drain()
                yield self.run.progress(name, self.run.clean(message))
        finally:
            # What the last request brought must not be lost when it ended the run.
            self._late = list(self._drain())
        yield from self._late

    def _drain(self) -> Iterator[Event]:
        pending = self.run.findings.pending
        while pending:
            yield pending.popleft()

    def _finish(self) -> Iterator[Event]:
        run = self.run
        verdict = run.judge.verdict()
        for finding in verdict.findings:
            run.findings.add(finding)
        run.findings.judged(verdict.outcomes)
        self.conventions = verdict.conventions
        yield from self._drain()
        outcomes = run.findings.outcomes()
        yield from outcomes
        yield from self.conventions
        found = run.findings.all
        yield RunFinished(
            found, outcomes, self.conventions, run.transport.budget.requests, run.transport.budget.seconds,
            self._exit_code(found), self._reason, self._notes(),
        )  # fmt: skip

    def _notes(self) -> tuple[str, ...]:
        known, hidden = self.run.findings.known, self.run.findings.hidden
        notes = [f"{len(hidden)} known findings are hidden by the baseline"] if hidden else []
        if not self._reason:
            # A run that ended early proves nothing about what it did not see.
            for rule, operation, resource in sorted(known - hidden, key=str):
                where = " ".join(part for part in (operation, resource) if part)
                notes.append(
                    f"the baseline's {rule} {where} is no longer found; --update-baseline removes it"
                )
        return tuple(notes)

    def _exit_code(self, found: tuple[Finding, ...]) -> int:
        if self._code:
            return self._code
        return int(any(one.severity is Severity.ERROR or self.run.settings.strict for one in found))


def check(settings: Settings, clock: Clock | None = None) -> Iterator[Event]:
    """Check a target; yield what happens, RunFinished last.

    Raises
    ------
    UsageError
        If the settings cannot be used; before the first event.
    """
    return iter(Check(settings, clock))


__all__ = ["Check", "RuleOutcome", "WattosError", "check"]
