"""Runs as a check would yield them, without a check."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from wattos_testkit.harness.events import (
    Convention,
    Event,
    Evidence,
    Exchange,
    Finding,
    FindingSeen,
    PhaseStarted,
    Progress,
    Request,
    RuleOutcome,
    RunFinished,
    RunStarted,
    Severity,
)
from wattos_testkit.harness.report import Reporter, close_reporters, open_reporters
from wattos_testkit.harness.report.places import Places
from wattos_testkit.invariants.registry import Rule

TOKEN = "s3cr3t-token-of-the-tests"
BASE = "http://127.0.0.1:8080"

GRID = Rule(
    "WT301",
    "time grid",
    Severity.ERROR,
    "Timestamps are off the grid of the interval",
    "Consumers join series by timestamp; a row off the grid is lost without a word.",
    "Every timestamp, in minutes since midnight UTC, is a multiple of agg_interval.",
    "A deployment that counts its buckets from another origin; pin `grid` then.",
)
UNITS = Rule(
    "WT701",
    "physics",
    Severity.ERROR,
    "The register does not follow the power",
    "Bills and balances are made from registers, forecasts from power: one of them is wrong.",
    "Over blocks of one sign the increment of the register is compared with power times duration.",
    "A meter behind a loss differs by a steady factor: that is a warning.",
)
NIGHT = Rule(
    "WT801",
    "plausibility",
    Severity.WARNING,
    "PV power at night",
    "A clock or a coordinate is wrong.",
    "The sun at the site's coordinates is more than 6 degrees below the horizon.",
    "A DC-coupled hybrid inverter feeds from its battery.",
)
RULES = {rule.id: rule for rule in (GRID, UNITS, NIGHT)}


def curl(url: str) -> str:
    """Return the line that shows a request."""
    return f'curl -sS -H "Authorization: Bearer $WATTOS_TOKEN" "{url}"'


def request(path: str) -> Request:
    """Return a request on the target."""
    return Request("GET", BASE + path, curl(BASE + path))


OFF_GRID = Finding(
    rule="WT301",
    family="time grid",
    severity=Severity.ERROR,
    operation="get_pv_data",
    resource="PV000001",
    message="96 of 96 timestamps lie 7 minutes after the quarter of an hour",
    evidence=(
        Evidence(
            "2024-03-20T00:07:00Z",
            "a multiple of 15 minutes",
            "00:07",
            {"resource_id": "PV000001", "timestamp": "2024-03-20T00:07:00Z", "power_active_avg": 0.0},
        ),
        Evidence("2024-03-20T00:22:00Z", "a multiple of 15 minutes", "00:22"),
    ),
    requests=(request("/pv/data?resource_id=PV000001&agg_interval=15"),),
    count=96,
    seed=42,
)
REGISTER = Finding(
    rule="WT701",
    family="physics",
    severity=Severity.ERROR,
    operation="get_bess_data",
    resource="BE000001",
    message="the register of charged energy rises by 1000 times what the charging power makes",
    evidence=(
        Evidence("2024-03-20T11:00:00Z", "11.3 kWh in 15 minutes (from 45.2 kW)", "11300 kWh"),
        Evidence("2024-03-20T11:15:00Z", "11.2 kWh in 15 minutes (from 44.8 kW)", "11200 kWh"),
    ),
    requests=(request("/bess/data?a=1"), request("/bess/data?a=2")),
    count=1,
    seed=42,
    series={
        "timestamp": [f"2024-03-20T{10 + n // 4:02}:{n % 4 * 15:02}:00Z" for n in range(8)],
        "power_charge_active_avg": [0.0, 12.5, 40.1, None, 45.2, 44.8, 20.0, 0.0],
        "energy_charge_active_cum": [500.0, 503.1, 513.1, 524.4, 11824.4, 23024.4, 23029.4, 23029.4],
        "status": ["SB", "CH", "CH", "CH", "CH", "CH", "CH", "SB"],
    },
)
AT_NIGHT = Finding(
    rule="WT801",
    family="plausibility",
    severity=Severity.WARNING,
    operation="get_pv_data",
    resource="PV000002",
    message="1.2 kW at 02:00, the sun 31 degrees below the horizon",
    evidence=(Evidence("2024-03-20T02:00:00Z", "0 kW", "1.2 kW"),),
    requests=(request("/pv/data?resource_id=PV000002"),),
    seed=42,
)
OUTCOMES = (
    RuleOutcome("WT101", "schema", "get_sites", 12, "passed"),
    RuleOutcome("WT301", "time grid", "get_pv_data", 960, "error"),
    RuleOutcome("WT301", "time grid", "get_bess_data", 960, "passed"),
    RuleOutcome("WT701", "physics", "get_bess_data", 480, "error"),
    RuleOutcome("WT801", "plausibility", "get_pv_data", 480, "warning"),
    RuleOutcome("WT702", "physics", "get_meter_data", 3, "skipped", "fewer than ten informative rows"),
)
CONVENTIONS = (
    Convention("bucket label", "start", "12 of 12 answers"),
    Convention("registers", "lifetime", pinned=True),
)
STARTED = RunStarted(BASE, "standard", 42, "0.1.0", f"wattos-testkit check {BASE} --seed 42")
FINISHED = RunFinished((AT_NIGHT, REGISTER, OFF_GRID), OUTCOMES, CONVENTIONS, 131, 1.04, 1)
CLEAN = RunFinished((), OUTCOMES[:1], (), 57, 0.5, 0)


def exchange(path: str = "/sites?group_id=GROUP001", body: bytes = b'{"sites": []}') -> Exchange:
    """Return an exchange as the transport would record it."""
    return Exchange(
        "GET",
        BASE + path,
        200,
        1_710_892_800.25,
        0.0125,
        (("Accept", "application/json"), ("Authorization", "Bearer [redacted]")),
        (("Content-Type", "application/json"), ("ETag", '"abc"')),
        body,
        len(body),
    )


def events(
    finished: RunFinished | None = FINISHED, exchanges: Iterable[Exchange] = (), started: RunStarted = STARTED
) -> Iterator[Event]:
    """Yield a run that ends so; None is a run that never ends."""
    yield started
    for number, phase in enumerate(("reach", "discover", "conform", "mean")):
        yield PhaseStarted(phase, "with 4 resources" if phase == "mean" else "")
        yield Progress(phase, 10 * number + 1, "GET /pv/data")
    yield exchange()
    yield from exchanges
    for finding in FINISHED.findings if finished is None else finished.findings:
        yield FindingSeen(finding)
    if finished is not None:
        yield from finished.outcomes
        yield from finished.conventions
        yield finished


def with_findings(findings: Sequence[Finding]) -> RunFinished:
    """Return an end with just these findings, and no outcomes."""
    return replace(FINISHED, findings=tuple(findings), outcomes=(), conventions=())


def play(
    specs: Sequence[str],
    stream: Iterable[Event],
    *,
    quiet: bool = False,
    strict: bool = False,
    rules: dict[str, Rule] | None = None,
    secrets: Sequence[str] = (),
) -> list[Reporter]:
    """Let the reporters hear a run, and close them."""
    known = RULES if rules is None else rules
    places = Places("api/openapi.yaml", {"get_pv_data": 120, "get_bess_data": 90})
    reporters = open_reporters(specs, quiet=quiet, strict=strict, rules=known, secrets=secrets, places=places)
    for event in stream:
        for reporter in reporters:
            reporter.on(event)
    close_reporters(reporters)
    return reporters


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True
