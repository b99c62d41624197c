"""The check inside pytest: one test item for each rule and operation.

A class that inherits from `Contract` names its target; a function that is decorated with `contract` gets
one rule after the other. The check itself runs once for all items of a target.

Imported only by test modules that use it; nothing here is loaded with pytest itself.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, TypeVar

import pytest

from wattos_testkit.contract import OPERATIONS
from wattos_testkit.errors import WattosError
from wattos_testkit.harness.api import check, finish
from wattos_testkit.harness.asked import SERIES
from wattos_testkit.harness.events import Finding, RunFinished, Severity
from wattos_testkit.harness.rulebook import all_rules

F = TypeVar("F", bound=Callable[..., Any])
_ROWS = ("WT3", "WT4", "WT7", "WT8")
"""The rules over rows: they concern the operations that have some."""
_EVERYTHING = "else"


@dataclass(frozen=True)
class Case:
    """One rule at one operation: a test item."""

    rule: str
    operation: str | None

    @property
    def id(self) -> str:
        """What pytest calls it."""
        return f"{self.rule}-{self.operation}" if self.operation else self.rule

    def check(self, target: str, **options: Any) -> None:  # noqa: ANN401 - as many kinds as options
        """Fail if the target breaks this rule at this operation; skip if that could not be decided."""
        __tracebackhide__ = True
        run = _run(target, _frozen(options))
        if self.rule == _EVERYTHING:
            self._rest(run)
            return
        if run.problem:
            pytest.skip(run.problem)
        found = [one for one in run.findings if (one.rule, one.operation) == (self.rule, self.operation)]
        failing = [one for one in found if one.severity is Severity.ERROR or run.strict]
        if failing:
            pytest.fail("\n\n".join(map(_text, failing)), pytrace=False)
        outcome = run.outcomes.get((self.rule, self.operation))
        if outcome is None:
            pytest.skip("not asked")
        if outcome[0] == "skipped":
            pytest.skip(outcome[1])

    def _rest(self, run: "_Run") -> None:
        """Fail for what has no item of its own: a run that could not test, a finding elsewhere."""
        if run.problem:
            pytest.fail(run.problem, pytrace=False)
        items = {(case.rule, case.operation) for case in CASES}
        found = [one for one in run.findings if (one.rule, one.operation) not in items]
        failing = [one for one in found if one.severity is Severity.ERROR or run.strict]
        if failing:
            pytest.fail("\n\n".join(map(_text, failing)), pytrace=False)


@dataclass(frozen=True)
class _Run:
    """What a run came to."""

    findings: tuple[Finding, ...] = ()
    outcomes: Mapping[tuple[str, str | None], tuple[str, str]] = field(default_factory=dict)
    problem: str = ""
    strict: bool = False


def _cases() -> list[Case]:
    cases = []
    for rule in all_rules():
        operations = list(SERIES) if rule.startswith(_ROWS) else [*OPERATIONS, None]
        cases += [Case(rule, operation) for operation in operations]
    return [*cases, Case(_EVERYTHING, None)]


CASES = _cases()


def contract(target: str, **options: Any) -> Callable[[F], F]:  # noqa: ANN401 - as many kinds as options
    """Make a test function that takes `rule` into one item for each rule and operation of a target."""

    def decorate(function: F) -> F:
        cases = [pytest.param(_Bound(case, target, options), id=case.id) for case in CASES]
        pytest.mark.parametrize("rule", cases)(function)
        return function

    return decorate


@dataclass(frozen=True)
class _Bound:
    """A case with its target."""

    case: Case
    target: str
    options: dict[str, Any]

    def check(self) -> None:
        """Fail if the target breaks the rule."""
        __tracebackhide__ = True
        self.case.check(self.target, **self.options)


class Contract:
    """Inherit from this and set `target`; each rule and operation becomes a test item."""

    target: ClassVar[str] = ""
    """The address; the environment's WATTOS_URL when empty. A fixture `wattos_target` may say it instead."""
    options: ClassVar[Mapping[str, Any]] = {}
    """Options of `check`, by their names: profile, group, ignore, ..."""

    @pytest.fixture
    def wattos_target(self) -> str:
        """Return the address to check; override it to start a server first."""
        target = self.target or os.environ.get("WATTOS_URL", "")
        if not target:
            pytest.skip("set `target` on the class, or WATTOS_URL in the environment")
        return target

    @pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
    def test_contract(self, case: Case, wattos_target: str) -> None:
        """The target keeps one rule at one operation."""
        __tracebackhide__ = True
        case.check(wattos_target, **self.options)


def _frozen(options: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    def still(value: Any) -> Any:  # noqa: ANN401 - any option
        if isinstance(value, Mapping):
            return ("table", *sorted(value.items()))
        return tuple(value) if isinstance(value, list | set | tuple) else value

    return tuple(sorted((name, still(value)) for name, value in options.items()))


@cache
def _run(target: str, frozen: tuple[tuple[str, Any], ...]) -> _Run:
    """Run the check once for each target and set of options."""
    options = {name: _thawed(value) for name, value in frozen}
    try:
        end: RunFinished = finish(check(target, **options))
    except WattosError as error:
        return _Run(problem=str(error))
    outcomes = {(one.rule, one.operation): (one.outcome, one.reason) for one in end.outcomes}
    problem = end.reason if end.exit_code not in {0, 1} else ""
    return _Run(end.findings, outcomes, problem, bool(options.get("strict")))


def _thawed(value: Any) -> Any:  # noqa: ANN401 - any option
    return dict(value[1:]) if isinstance(value, tuple) and value[:1] == ("table",) else value


def _text(finding: Finding) -> str:
    """Return a finding as a failed test shows it."""
    who = " ".join(part for part in (finding.operation, finding.resource) if part)
    lines = [f"{finding.rule} {who}: {finding.message} ({finding.count} times)"]
    lines += [f"  {one.where}: expected {one.expected}, seen {one.seen}" for one in finding.evidence[:3]]
    lines += [f"  $ {one.curl}" for one in finding.requests[:2]]
    return "\n".join(lines)
