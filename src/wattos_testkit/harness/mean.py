"""Mean: put the judge's questions to the target, and its answers back."""

from collections.abc import Iterator
from typing import Any

from wattos_testkit.harness.asked import text_of
from wattos_testkit.harness.body import BodyError, parse
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.transport import Reply
from wattos_testkit.invariants.question import Answer, Question

_MOST_DOUBTS = 12
_SHORT = 120
_BURSTS = 2


def mean(run: Run) -> Steps:
    """Ask what the judge wants to know; each answer is given before the next question is drawn."""
    now = int(run.transport.clock.wall()) // 60
    yield from _asked(run, run.judge.questions(dict(run.known.stretches), run.profile.name, now))


def echoes(run: Run) -> Steps:
    """Ask for minutes that are known in many other ways."""
    yield from _asked(run, run.judge.echoes())
    at_once = [_address(run, question) for question in run.judge.burst()]
    for _ in range(_BURSTS if len(at_once) > 1 and run.transport.budget.limits.rate is None else 0):
        # Each answer is held against those that came one after the other.
        replies = run.transport.get_together(at_once)
        yield f"at once: {len(replies)} of {len(at_once)} were answered"


def settle(run: Run) -> Steps:
    """Ask again what was answered in contradiction to something else."""
    yield from _asked(run, run.judge.settle())


def _asked(run: Run, questions: Iterator[Question]) -> Steps:
    for question in questions:
        url = _address(run, question)
        run.directed = True
        try:
            reply, value = run.get(url)
        finally:
            run.directed = False
        status = reply.status if reply else 0
        body = value if value is not None or reply is None else _anything(reply)
        run.judge.answer(question, Answer(status, body, run.request(url)))
        asked = f"{question.operation} {question.resource or 'without a filter'}"
        yield f"{question.purpose}: {asked}: {status or 'no answer'}"


def doubts(run: Run) -> Steps:
    """Ask for two hours of each series of which a day was refused: a limit of windows is no refusal."""
    for (operation, resource, interval), end in list(run.wire.doubts.items())[:_MOST_DOUBTS]:
        reply, _ = run.get(run.series_url(operation, resource, end - _SHORT, end, interval))
        yield f"two hours of {operation} at {interval} minutes: {reply.status if reply else 'no answer'}"


def _address(run: Run, question: Question) -> str:
    window = {"start": text_of(question.start), "end": text_of(question.end)}
    values = {"resource_id": question.resource, **window, "agg_interval": str(question.interval)}
    if question.reordered:
        values = dict(reversed(values.items()))
    return run.address(question.operation, values)


def _anything(reply: Reply) -> Any:  # noqa: ANN401 - any JSON
    """Return the body of a refusal, if it is JSON."""
    try:
        return parse(reply.body)
    except BodyError:
        return None
