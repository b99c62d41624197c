"""The bytes of an answer: what they parse to, and how long they are."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.telemetry.plants import everything, fleet, minute, rows, telemetry
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Columns, Numbers, Window
from wattos_testkit.telemetry.digits import thousandths
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS
from wattos_testkit.telemetry.wire import (
    EMPTY_DATAS,
    datas_length,
    encode_rows,
    resources_body,
    row_width,
    sites_body,
)

DECIMALS = {"power": 3, "energy": 3, "soc": 2, "temp": 1}


def body(resources, window):
    """Return a whole answer."""
    return b"".join(datas_pieces(telemetry(), resources, window))


@pytest.mark.parametrize("placed", everything(), ids=lambda one: one.resource.resource_id)
def test_a_body_parses_to_the_rows(placed):
    """Every row has the API's fields in the API's order, with the values of the columns."""
    start = minute(2027, 2, 28, 22, 45)
    window = Window(start, start + 300, 15)
    parsed = json.loads(body([placed], window))["datas"]
    columns = rows(placed.resource.resource_id, *window)
    names = [field.name for field in NUMERIC_FIELDS[placed.kind]]
    status = [] if placed.kind is Kind.METER else ["status"]
    assert len(parsed) == 20
    for i, row in enumerate(parsed):
        head = ["resource_id", "timestamp", "agg_interval", "unit_controller_id"]
        assert list(row) == head + names + status
        moment = datetime.fromtimestamp((start + 15 * i) * 60, UTC)
        assert row["timestamp"] == moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        for name in names:
            assert row[name] == columns[name][i] / 10 ** DECIMALS[name.split("_")[0]], name
        if status:
            assert row["status"] == columns["status"][i]


@settings(max_examples=30, derandomize=True, deadline=None)
@given(
    chosen=st.lists(
        st.sampled_from(everything()), max_size=4, unique_by=lambda one: one.resource.resource_id
    ),
    start=st.integers(minute(2019, 1, 1), minute(2030, 1, 1)),
    length=st.integers(1, 5000),
    interval=st.sampled_from([1, 5, 15, 30]),
)
def test_the_length_is_known_beforehand(chosen, start, length, interval):
    """However many resources, installed or not, the length of a body is foretold to the byte."""
    window = Window(start, start + length, interval)
    answer = body(chosen, window)
    assert len(answer) == datas_length(chosen, window)
    assert isinstance(json.loads(answer)["datas"], list)


def test_no_rows_is_an_empty_list():
    """Before installation, or without resources, the list is empty."""
    start = minute(1999, 1, 1)
    assert body([fleet().resource("PV000001")], Window(start, start + 60, 15)) == EMPTY_DATAS
    assert body([], Window(start, start + 60, 15)) == EMPTY_DATAS
    assert json.loads(EMPTY_DATAS) == {"datas": []}


@settings(max_examples=200, derandomize=True, deadline=None)
@given(value=st.integers(-999_999_999, 999_999_999))
def test_thousandths_of_any_number(value):
    """Digits from tables read back as the number, with its sign, and nothing but blanks before it."""
    fraction, whole = thousandths(np.array([value]), 2, with_sign=True)
    text = b"".join(group.tobytes() for group in whole) + fraction.tobytes()
    assert len(text) == 12
    assert json.loads(text) == value / 1000
    assert text.strip() == text.lstrip()


@pytest.mark.parametrize(("value", "signed"), [(10_000_000_000, True), (100_000_000_000, False), (-1, False)])
def test_a_number_too_large_is_refused(value, signed):
    """A number without room for its digits or its sign raises and writes nothing."""
    with pytest.raises(ValueError, match="digits"):
        thousandths(np.array([value]), 2, with_sign=signed)


def test_rows_of_a_resource_have_one_width():
    """Every encoded row has the width that was announced, the largest number included."""
    placed = fleet().resource("ME000006")
    bound = np.array([0, 1, -1, 29_999_999])
    fields = {field.name: Numbers(bound, field.decimals) for field in NUMERIC_FIELDS[Kind.METER]}
    columns = Columns(
        kind=Kind.METER,
        resource_id=placed.resource.resource_id,
        unit_controller_id=placed.controller.unit_controller_id,
        interval=15,
        minutes=minute(2026, 1, 1) + 15 * np.arange(4),
        fields=fields,
    )
    lines = encode_rows(placed, columns).splitlines(keepends=True)
    assert {len(line) for line in lines} == {row_width(placed, 15)}
    assert [json.loads(line.rstrip(b",\n"))["power_active_avg"] for line in lines] == [
        0.0,
        0.001,
        -0.001,
        29999.999,
    ]


def test_lists_of_sites_and_resources():
    """The sample site and its resources stand in the lists as the vendor's page has them."""
    sites = json.loads(sites_body(fleet().sites("GROUP001")))["sites"]
    assert sites[0] == {
        "site_id": "SITE0001",
        "group_id": "GROUP001",
        "site_name": "LA Business Center",
        "site_latitude": 34.0522,
        "site_longitude": -118.2437,
    }
    resources = json.loads(resources_body(fleet().site("SITE0001")))["resources"]
    assert {
        "resource_id": "PV000001",
        "resource_type": "PV",
        "unit_controller_id": "UC000001",
        "resource_name": "Rooftop Solar Array A1",
        "resource_latitude": 34.0195,
        "resource_longitude": -118.4912,
    } in resources
    assert sites_body(fleet().sites("NOSUCH00")) == b'{"sites":[]}\n'
