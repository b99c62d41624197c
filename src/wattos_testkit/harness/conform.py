"""Conform: Schemathesis makes up requests, legal and not; this module alone knows its insides.

Its engine runs in process and its session is replaced by one that goes through our transport, so that GET
alone, the limits and the redaction hold for it as for all others. What its answers mean is judged by our
own rules, which read each request: its checks cannot know that an end before a start is no legal window.
"""

import gc
import hashlib
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

from wattos_testkit.errors import MissingExtraError
from wattos_testkit.harness.asked import MINUTES_A_DAY, SERIES, text_of
from wattos_testkit.harness.events import Evidence, Request
from wattos_testkit.harness.gate import NOT_SENT, Gate
from wattos_testkit.harness.profiles import Fuzz
from wattos_testkit.harness.run import Run, Steps
from wattos_testkit.harness.turned import let_in

try:
    import schemathesis
    import schemathesis.engine
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import context as engine_context
    from schemathesis.engine import events
except ImportError as error:
    raise MissingExtraError("fuzzing", "check") from error

_LINKS = 40
"""At most so many walks along the links."""
_TIME = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:00Z$"
_RULES = {
    "not_a_server_error": "WT001",
    "content_type_conformance": "WT103",
    "response_schema_conformance": "WT105",
    "negative_data_rejection": "WT201",
}
"""What our rules call the failures of its checks, where they should have missed one."""


def conform(run: Run) -> Steps:
    """Let Schemathesis ask, in rounds: examples, coverage, fuzzing, and the links of the document."""
    fuzz = run.profile.fuzz
    if fuzz is None:
        return
    gate = Gate(run.transport, fuzz, next(iter(run.known.stretches)), partial(let_in, run))
    document = _drawable(run.contract.raw)
    for number in range(fuzz.rounds):
        before = gate.sent
        for message in _round(run, gate, document, _config(run, fuzz, number)):
            yield f"round {number + 1}: {message}" if number else message
        # What a round has drawn lives in cycles, and the next one draws as much.
        gc.collect()
        if gate.spent or gate.sent == before:
            break
    if gate.spent and not number and run.transport.budget.spent:
        run.findings.remarks.append(f"fuzzing was not finished: {run.transport.budget.spent}")


def _round(run: Run, gate: Gate, document: dict[str, Any], config: SchemathesisConfig) -> Steps:
    schema = schemathesis.openapi.from_dict(document, config=config)
    ids = [operation.operation_id for operation in run.contract.operations.values()]
    chosen = schema.include(method="GET").include(operation_id=ids)
    made = engine_context.make_session
    # The engine has no other door for a session; pyproject.toml pins the versions that have this one.
    engine_context.make_session = lambda *_, **__: gate
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stream = schemathesis.engine.from_schema(chosen).execute()
            gate.stop = stream.stop
            yield from _watch(run, gate, stream)
    finally:
        engine_context.make_session = made
    if gate.over is not None:
        raise gate.over


def _watch(run: Run, gate: Gate, stream: Iterator[Any]) -> Steps:
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            _report(run, event)
            yield f"{event.phase.value}: {event.label or 'links'}"
        elif isinstance(event, events.PhaseFinished):
            yield event.phase.name.value
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.NonFatalError):
            _raise_own(event)
        elif isinstance(event, events.Interrupted) and not gate.spent:
            raise KeyboardInterrupt
        for error, operation in gate.unanswered:
            run.unanswered(error, operation)
        gate.unanswered.clear()


def _raise_own(event: Any) -> None:  # noqa: ANN401 - an event of Schemathesis
    """Let a defect of ours be seen; trouble with the target is reported by our own rules."""
    if isinstance(event.value, AssertionError):
        raise event.value


def _report(run: Run, event: Any) -> None:  # noqa: ANN401 - an event of Schemathesis
    """Report what its checks saw and our rules did not."""
    names = {one.operation_id: one.name for one in run.contract.operations.values()}
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            rule = _RULES.get(check.name)
            if check.failure_info is None or rule is None:
                continue
            case = event.recorder.cases[case_id].value
            operation = names.get(case.operation.definition.raw.get("operationId"))
            sent = event.recorder.interactions.get(case_id)
            if sent is not None and sent.response is not None and sent.response.status_code == NOT_SENT:
                continue
            url = sent.request.uri if sent else ""
            asked = run.wire.read(url)
            if asked is not None and rule == "WT201":
                if asked.unsure or not asked.mistakes:
                    # Illegal only as it counts: another spelling of a legal value, or a parameter too many.
                    continue
                rule = asked.mistakes[0].rule
            if run.findings.has(rule, operation):
                continue
            failure = check.failure_info.failure
            requests_ = (Request("GET", run.clean(url), run.request(url).curl),) if url else ()
            seen = Evidence(check.name, "no failure", run.clean(str(failure.message))[:200])
            run.findings.report(
                rule, operation, run.clean(failure.title), evidence=[seen], requests=requests_
            )


def _drawable(node: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Return the document with times that can be drawn at once.

    A pattern together with a format makes Hypothesis draw and discard for seconds; this pattern alone has
    nothing but times that both allow.
    """
    if isinstance(node, list):
        return [_drawable(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _drawable(value) for key, value in node.items()}
    if made.get("in") == "query" and made.get("name") in {"start", "end"}:
        made["schema"] = {"type": "string", "pattern": _TIME}
    return made


def _config(run: Run, fuzz: Fuzz, number: int) -> SchemathesisConfig:
    """Return how a round goes, with a seed and windows of its own; examples and coverage never differ."""
    seed = _seed_of(run.settings.seed, number)
    dictionaries = {name: {"values": values} for name, values in _values(run, seed, number).items() if values}
    generation = {
        "mode": "all",
        "max-examples": fuzz.examples,
        "database": "none",
        "no-shrink": True,
        "allow-x00": False,
        "with-security-parameters": False,
    }
    off = {"enabled": False}
    # Hypothesis keeps all that a stateful suite has drawn, 40 kB a request, until the suite ends.
    links = {**generation, "max-examples": min(fuzz.examples, _LINKS)}
    phases: dict[str, Any] = {"stateful": {"max-steps": fuzz.steps, "generation": links}}
    # Without the empty list this phase sends PUT, POST, PATCH, DELETE and TRACE to every path.
    phases["coverage"] = {"unexpected-methods": [], "enabled": not number}
    phases["examples"] = {"enabled": not number}
    return SchemathesisConfig.from_dict(
        {
            "base-url": run.transport.target.base,
            "seed": seed,
            "workers": 1,
            "color": False,
            "warnings": False,
            "continue-on-failure": True,
            "suppress-health-check": ["all"],
            "cache": off,
            "analysis": {"constants": off},
            "output": {"truncation": {"max-recorded-payload-size": 2048}},
            "generation": generation,
            "dictionaries": dictionaries,
            # Not always: else no end would ever lie before its start.
            "parameters": {name: {"dictionary": name, "probability": 0.8} for name in dictionaries},
            "phases": phases,
            "checks": {"enabled": False, **{name: {"enabled": True} for name in _RULES}},
        }
    )


def _seed_of(seed: int, number: int) -> int:
    """Return the seed of a round; the first one's is that of the run."""
    return int(hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()[:8], 16) if number else seed


def _values(run: Run, seed: int, number: int) -> dict[str, list[str]]:
    """Return real ids, and windows in which there is data: first the newest, in later rounds any."""
    known = run.known
    start, end = max(known.stretches.values(), key=lambda stretch: stretch[1])
    if number:
        end -= seed % max(end - start - MINUTES_A_DAY, 1)
    series = [one for operation in SERIES for one in known.by_operation(operation)]
    return {
        "query.group_id": known.groups,
        "path.site_id": [site for site in known.sites if site in known.lists],
        "query.resource_id": series,
        "query.start": [text_of(end - back) for back in (MINUTES_A_DAY, 600, 247, 240)],
        "query.end": [text_of(end - back) for back in (180, 60, 0)],
    }
