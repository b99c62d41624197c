"""Faults of the tests' own, and a scenario's text against them."""

from types import MappingProxyType

from wattos_testkit.faults.model import Family, Fault, Parameter, Strikes
from wattos_testkit.faults.scenario.model import Scenario
from wattos_testkit.faults.scenario.reading import read_scenario
from wattos_testkit.fleet.model import Fleet, Kind
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.fleet.plain import data_of

FAULTS = (
    Fault(
        name="cloudy",
        family=Family.PLANT,
        story="Something covers the panels.",
        changes="power",
        kinds=frozenset({Kind.PV}),
        parameters=(
            Parameter(name="share", default=0.5, meaning="how much", least=0.0, most=1.0),
            Parameter(name="count", default=3, meaning="how many", least=1, most=9),
            Parameter(name="shape", default="flat", meaning="which", choices=("flat", "steep")),
            Parameter(name="deep", default=False, meaning="whether"),
        ),
        fields=MappingProxyType({Kind.PV: ("power_active_avg", "power_active_max")}),
        consequences=MappingProxyType({Kind.METER: ("power_active_avg",)}),
        lasts=30,
    ),
    Fault(
        name="silent",
        family=Family.TELEMETRY,
        story="Nothing comes.",
        changes="rows",
        fields=MappingProxyType(dict.fromkeys(Kind, ())),
    ),
    Fault(
        name="dark",
        family=Family.PLANT,
        story="The grid is gone.",
        changes="all",
        strikes=Strikes.CONTROLLER,
        kinds=frozenset({Kind.METER}),
        fields=MappingProxyType({Kind.METER: ("power_active_avg",)}),
    ),
    Fault(
        name="crossed",
        family=Family.TELEMETRY,
        story="Two cables are exchanged.",
        changes="rows",
        fields=MappingProxyType(dict.fromkeys(Kind, ())),
        pairs=True,
    ),
    Fault(
        name="slow",
        family=Family.WIRE,
        story="Answers take long.",
        changes="time",
        strikes=Strikes.OPERATION,
        parameters=(Parameter(name="ms", default=100, meaning="how long", unit="ms", least=0),),
    ),
)
CATALOGUE = {fault.name: fault for fault in FAULTS}
DEMO = open_fleet()


def read(text: str, fleet: Fleet = DEMO, now: int | None = None) -> Scenario:
    """Return the scenario of a text: the items of `faults`, with a head of the tests' own."""
    head = "" if text.startswith("scenario:") else "scenario: test\nday: 2024-03-20\nseed: 7\nfaults:\n"
    return read_scenario(data_of(head + text), "test.yaml", fleet, now, catalogue=CATALOGUE)
