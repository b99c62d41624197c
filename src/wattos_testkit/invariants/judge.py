"""The judge: says what it wants to know, is told, and gives a verdict.

It asks no server and reads no file: the harness carries its questions to a target, and `check --data`
feeds it rows of files through the same door.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wattos_testkit.harness.events import Convention, Finding, Request, RuleOutcome
from wattos_testkit.invariants.question import Answer, Question

__all__ = ["Answer", "Judge", "Question", "Verdict"]


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

    def listed(
        self,
        sites: Sequence[Mapping[str, Any]],
        resources: Mapping[str, Sequence[Mapping[str, Any]]],
        group: str | None = None,
        request: Request | None = None,
    ) -> None:
        """Take note of the raw rows of the lists: sites, and resources per site id. Once per group."""

    def questions(self, stretches: Mapping[str, tuple[int, int]], profile: str) -> Iterator[Question]:
        """Yield what is to be asked; each answer must be given before the next question is drawn.

        `stretches` says where there is data, in UTC minutes, by resource id, operation or resource type
        (looked up in this order); a resource without any is not asked.
        """
        del stretches, profile
        yield from ()

    def answer(self, question: Question, answer: Answer) -> None:
        """Take the answer to a question."""

    def witness(self, question: Question, answer: Answer) -> None:
        """Take a series answer met on the way: only rules that look at one answer apply."""

    def verdict(self) -> Verdict:
        """Judge all that was seen."""
        return Verdict((), (), ())
