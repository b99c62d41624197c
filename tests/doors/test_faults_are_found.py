"""The check finds what telemetry does to rows, as the documentation has it, and nothing in what plants do."""

import json
from http.client import HTTPConnection
from itertools import chain
from pathlib import Path

import pytest

from tests.faults.strikes import PARTNER, REPORTED, STRUCK
from tests.server.mock import running
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Family, Strikes
from wattos_testkit.harness.api import check, finish

PAGE = Path(__file__).parents[2] / "docs" / "faults-found.md"
END, UNTIL = "2026-05-18T20:00:00Z", "2026-05-20T00:00:00Z"
NOW = "2026-05-18T19:00:00Z"
ROWS = ["WT3", "WT4", "WT5", "WT6", "WT7", "WT8"]
BALANCING = ("ME000006",)
"""Meters behind which the partners of pairs are."""


def table():
    """Yield the rows of the page: a fault, its parameters, the rules that report it, and a remark."""
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] in CATALOGUE:
            name, told, rules, why = cells
            yield name, told, () if rules == "none" else tuple(rules.split(", ")), why


TABLE = list(table())


@pytest.fixture(scope="module")
def mock():
    """Run a mock that can be told to be faulty."""
    with running("--token", "right") as one:
        yield one


def tell(mock, method, path, **body):
    """Tell the mock something; it must have understood."""
    connection = HTTPConnection(*mock.address, timeout=30)
    try:
        text = json.dumps(body) if body else None
        connection.request(method, f"/_testkit/{path}", text, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        answer = reply.read()
        assert reply.status < 300, answer
    finally:
        connection.close()


def found(mock, until=UNTIL, **options):
    """Check the mock; return what is found."""
    end = finish(check(mock.url, token="right", until=until, fuzz=False, seed=1, **options))
    assert not end.reason
    return end.findings


def whom(fault):
    """Return whom a fault strikes here: one of each kind that it can strike, or a pair."""
    if fault.pairs:
        return list(chain.from_iterable((STRUCK[kind], PARTNER[kind]) for kind in sorted(fault.kinds)))
    if fault.strikes is Strikes.CONTROLLER:
        return ["UC000001"]
    return [STRUCK[kind] for kind in sorted(fault.kinds)]


def number(fault, name, text):
    """Return the value of a parameter as the page has it."""
    default = fault.parameter(name).default
    return text if isinstance(default, str) else type(default)(text)


@pytest.mark.parametrize(
    ("name", "told", "rules"), [row[:3] for row in TABLE], ids=[" ".join(row[:2]).strip() for row in TABLE]
)
def test_the_check_finds_it(mock, name, told, rules):
    """The rules of the page report the fault, and of those that cannot be seen nothing is reported."""
    fault = CATALOGUE[name]
    values = dict(pair.split("=") for pair in told.split())
    values = {name: number(fault, name, text) for name, text in values.items()}
    days = max(2, fault.lasts // 1440)
    tell(mock, "POST", "reset")
    placed = {"fault": name, "on": whom(fault), "from": f"2026-05-{18 - days}T20:00:00Z", "to": END}
    tell(mock, "POST", "faults", **placed, **({"with": values} if values else {}))
    if name in {"late-rows", "backfill"}:
        tell(mock, "PUT", "clock", now=NOW)
    # What is asked of the wire beside the rows tells nothing of a fault in the rows, but of their schema.
    of_rows = {} if any(rule < "WT3" for rule in rules) else {"select": ROWS}
    findings = found(mock, NOW if name in {"late-rows", "backfill"} else UNTIL, **of_rows)
    assert set(rules) <= {one.rule for one in findings}
    assert bool(findings) is bool(rules)
    struck = {one.resource for one in findings if one.resource}
    # What looks wrong may be said of the meter that balances it, but of nobody elsewhere.
    assert struck <= {*whom(fault), *STRUCK.values(), *(BALANCING if fault.pairs else ())}


def test_the_page_has_every_fault():
    """Each fault of telemetry is in the table, and those that no rule finds are explained."""
    assert {row[0] for row in TABLE} == {one.name for one in REPORTED}
    assert all(rules or why for _, _, rules, why in TABLE)


PLANT = [one.name for one in CATALOGUE.values() if one.family is Family.PLANT]


@pytest.mark.parametrize("half", [0, 1])
def test_a_plant_that_is_unwell_is_a_plant(mock, half):
    """However inverters trip and meters are exchanged: rows agree, and a strict check finds nothing."""
    tell(mock, "POST", "reset")
    for place, name in enumerate(PLANT[half::2]):
        fault = CATALOGUE[name]
        start = f"2026-05-{18 - 2 * place:02}T08:00:00Z"
        tell(mock, "POST", "faults", **{"fault": name, "on": whom(fault), "from": start, "for": "26h"})
    assert found(mock, strict=True) == ()
