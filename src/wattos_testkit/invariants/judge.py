"""The judge: says what it wants to know, is told, and gives a verdict.

It asks no server and reads no file: the harness carries its questions to a target, and `check --data`
feeds it rows of files through the same door.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattos_testkit.harness.events import Convention, Finding, Request, RuleOutcome
from wattos_testkit.invariants.across import judge_across
from wattos_testkit.invariants.aggregation import judge_aggregation
from wattos_testkit.invariants.ahead import judge_ahead
from wattos_testkit.invariants.air import judge_air
from wattos_testkit.invariants.balance import judge_balance
from wattos_testkit.invariants.book import Book
from wattos_testkit.invariants.cells import judge_cells
from wattos_testkit.invariants.charge import judge_charge
from wattos_testkit.invariants.cloudless import judge_cloudless
from wattos_testkit.invariants.codes import judge_codes
from wattos_testkit.invariants.contradictions import judge_contradictions
from wattos_testkit.invariants.customs import judge_customs
from wattos_testkit.invariants.daylight import judge_daylight
from wattos_testkit.invariants.drawn import drawn_windows
from wattos_testkit.invariants.drawn_lines import judge_drawn_lines
from wattos_testkit.invariants.echoes import burst, echoes, settle
from wattos_testkit.invariants.electricity import judge_electricity
from wattos_testkit.invariants.fickle import judge_fickle
from wattos_testkit.invariants.flows import detect_registers
from wattos_testkit.invariants.followups import behind_the_meter, follow_ups
from wattos_testkit.invariants.frozen import judge_frozen
from wattos_testkit.invariants.gaps import judge_gaps, judge_lost_days
from wattos_testkit.invariants.grid import judge_grid
from wattos_testkit.invariants.labels import detect_labels
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.noise import judge_noise
from wattos_testkit.invariants.observations import Observation, observe
from wattos_testkit.invariants.onward import judge_onward
from wattos_testkit.invariants.patterns import judge_patterns
from wattos_testkit.invariants.peaks import judge_held_peaks
from wattos_testkit.invariants.question import AHEAD, ECHO, NEWEST, ONWARD, SETTLE, Answer, Question
from wattos_testkit.invariants.registers import judge_registers
from wattos_testkit.invariants.relations import judge_relations
from wattos_testkit.invariants.repetition import judge_repetition
from wattos_testkit.invariants.sameness import judge_sameness
from wattos_testkit.invariants.seasons import judge_seasons
from wattos_testkit.invariants.spikes import judge_spikes
from wattos_testkit.invariants.stand_ins import judge_stand_ins
from wattos_testkit.invariants.status import judge_status
from wattos_testkit.invariants.wanted import Plan
from wattos_testkit.invariants.warmth import judge_warmth

__all__ = ["Answer", "Judge", "Question", "Verdict"]

_WITNESSES = 300
_WITNESS_ROWS = 300
"""Bounds on what is kept of answers that were not asked for by the judge."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that the judge has to say."""

    findings: tuple[Finding, ...]
    outcomes: tuple[RuleOutcome, ...]
    conventions: tuple[Convention, ...]


class Judge:
    """Collects answers and judges them; order of calls: listed, questions with answer, verdict."""

    def __init__(self, pins: Mapping[str, str] | None = None, seed: int = 0) -> None:
        self._pins = dict(pins or {})
        self._seed = seed
        self._book = Book()
        self._earliest: int | None = None
        self._plan: Plan | None = None

    def listed(
        self,
        sites: Sequence[Mapping[str, Any]],
        resources: Mapping[str, Sequence[Mapping[str, Any]]],
        group: str | None = None,
        request: Request | None = None,
    ) -> None:
        """Take note of the raw rows of the lists: sites, and resources per site id. Once per group."""
        self._book.enlist(sites, resources, group, request)

    def questions(
        self, stretches: Mapping[str, tuple[int, int]], profile: str, now: int | None = None
    ) -> Iterator[Question]:
        """Yield what is to be asked; each answer must be given before the next question is drawn.

        `stretches` says where there is data, in UTC minutes, by resource id, operation or resource type
        (looked up in this order); a resource without any is not asked. `now` is the minute by the clock;
        without it nothing is asked about what has not been yet.
        """
        self._earliest = min((start for start, _ in stretches.values()), default=None)
        self._book.newest = {key: end for key, (_, end) in stretches.items()}
        plan = self._plan = Plan(self._book, stretches, profile, now)
        yield from plan.questions()
        yield from behind_the_meter(self._book, plan)
        yield from follow_ups(self._book, plan.budget.follow_ups)
        for kind, resources in plan.chosen.items():
            stretch = plan.stretch(kind, resources[0]) if resources and plan.budget.drawn else None
            if stretch is not None:
                most = plan.budget.drawn * 3
                yield from drawn_windows(self._book, kind, resources[0], stretch, most, self._seed)
        yield from plan.again()

    def echoes(self) -> Iterator[Question]:
        """Yield the same minutes under many addresses; after the questions, and answered like these."""
        if self._plan is not None:
            yield from echoes(self._book, self._plan)

    def burst(self) -> list[Question]:
        """Return questions to be asked at once; their answers are met, as those to made-up requests are."""
        return burst(self._book)

    def settle(self) -> Iterator[Question]:
        """Yield again what was answered in contradiction to something else; last of all."""
        yield from settle(self._book)

    def answer(self, question: Question, answer: Answer) -> None:
        """Take the answer to a question."""
        seen = observe(question, answer)
        self._book.memory.hear(seen)
        if question.purpose in {ECHO, NEWEST, SETTLE}:
            self._keep(seen)
        elif question.purpose == AHEAD:
            self._book.ahead.append(seen)
        elif question.purpose == ONWARD:
            self._book.onward.append(seen)
        else:
            self._book.add(seen)

    def witness(self, question: Question, answer: Answer) -> None:
        """Take a series answer met on the way: it is looked at by itself, and must not contradict others."""
        seen = observe(question, answer, directed=False)
        self._book.memory.hear(seen)
        self._keep(seen)

    def _keep(self, seen: Observation) -> None:
        if len(self._book.witnesses) < _WITNESSES and seen.readable and seen.count <= _WITNESS_ROWS:
            self._book.witnesses.append(seen)

    def verdict(self) -> Verdict:
        """Judge all that was seen."""
        book, ledger = self._book, Ledger(self._seed)
        book.relabel(end_labels=False)
        book.spoiled.clear()
        labels = detect_labels(book)
        book.relabel(end_labels=labels.end)
        judge_grid(book, ledger)
        judge_fickle(book, ledger)
        judge_gaps(book, ledger)
        judge_lost_days(book, ledger)
        judge_ahead(book, ledger)
        registers = detect_registers(book)
        judge_relations(book, ledger)
        judge_onward(book, ledger)
        judge_contradictions(book, ledger)
        judge_aggregation(book, ledger, registers)
        judge_across(book, ledger)
        judge_registers(book, ledger, registers)
        judge_electricity(book, ledger)
        judge_held_peaks(book, ledger)
        judge_charge(book, ledger)
        judge_status(book, ledger)
        judge_daylight(book, ledger)
        judge_seasons(book, ledger)
        judge_warmth(book, ledger)
        judge_cells(book, ledger)
        judge_air(book, ledger)
        judge_frozen(book, ledger)
        judge_drawn_lines(book, ledger)
        judge_spikes(book, ledger)
        judge_stand_ins(book, ledger)
        judge_codes(book, ledger)
        judge_patterns(book, ledger)
        judge_noise(book, ledger)
        judge_repetition(book, ledger)
        judge_cloudless(book, ledger)
        judge_sameness(book, ledger)
        judge_balance(book, ledger)
        conventions = judge_customs(book, ledger, self._pins, labels, registers, self._earliest)
        return Verdict(ledger.findings(), ledger.outcomes(), conventions)
