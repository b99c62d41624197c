"""Rows that no fixed width holds: with holes, at odd times, or with numbers beyond the ratings."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.telemetry.plants import everything, fleet, minute, telemetry
from wattos_testkit.fleet.model import Kind
from wattos_testkit.telemetry.body import datas_pieces
from wattos_testkit.telemetry.columns import Codes, Columns, Numbers, Window
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES
from wattos_testkit.telemetry.freely import fits
from wattos_testkit.telemetry.wire import EMPTY_DATAS, encode_rows

PLACED = everything()
HEAD = ["resource_id", "timestamp", "agg_interval", "unit_controller_id"]


@st.composite
def irregular(draw, placed=None):
    """Draw rows of any resource: at any times, with holes, with numbers of any size."""
    placed = placed or draw(st.sampled_from(PLACED))
    count = draw(st.integers(0, 6))
    largest = draw(st.sampled_from([1000, 10**9, 2**50, 2**62]))

    def holes():
        found = draw(st.lists(st.sampled_from([0, 0, 1, 2]), min_size=count, max_size=count))
        return np.array(found, dtype=np.uint8) if draw(st.booleans()) else None

    def integers(least, most):
        return np.array(draw(st.lists(st.integers(least, most), min_size=count, max_size=count)), np.int64)

    fields = {
        field.name: Numbers(integers(-largest, largest), field.decimals, holes())
        for field in NUMERIC_FIELDS[placed.kind]
    }
    if placed.kind is not Kind.METER:
        codes = integers(0, len(STATUSES[placed.kind]) - 1).astype(np.uint8)
        fields["status"] = Codes(codes, STATUSES[placed.kind], holes())
    return placed, Columns(
        kind=placed.kind,
        resource_id=placed.resource.resource_id,
        unit_controller_id=placed.controller.unit_controller_id,
        interval=draw(st.sampled_from([1, 5, 15, 30])),
        minutes=integers(minute(2010, 1, 1), minute(2090, 1, 1)),
        fields=fields,
        regular=False,
    )


def expected(columns):
    """Return what the rows must parse to, number by number, computed the plain way."""
    for i in range(len(columns)):
        row = {
            "resource_id": columns.resource_id,
            "timestamp": f"{datetime.fromtimestamp(int(columns.minutes[i]) * 60, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "agg_interval": columns.interval,
            "unit_controller_id": columns.unit_controller_id,
        }
        for name, column in columns.fields.items():
            hole = 0 if column.holes is None else column.holes[i]
            if hole == 1:
                row[name] = None
            elif not hole and isinstance(column, Codes):
                row[name] = column.vocabulary[column.codes[i]]
            elif not hole:
                row[name] = Decimal(int(column.values[i])).scaleb(-column.decimals)
        yield row


@settings(max_examples=150, derandomize=True, deadline=None)
@given(drawn=irregular())
def test_what_is_written_parses_to_the_columns(drawn):
    """Holes, times and numbers of any size: the text is JSON, in the API's order, to the last digit."""
    placed, columns = drawn
    text = encode_rows(placed, columns)
    parsed = json.loads(b"[" + text[:-2] + b"]", parse_float=Decimal)
    assert parsed == list(expected(columns))
    order = [*HEAD, *columns.fields]
    assert all(list(row) == [name for name in order if name in row] for row in parsed)
    assert b" " not in text
    assert text.count(b",\n") == len(columns)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(drawn=irregular())
def test_decimals_are_those_of_the_field(drawn):
    """However large, a number has as many digits behind its point as ever."""
    placed, columns = drawn
    for line in encode_rows(placed, columns).splitlines():
        row = json.loads(line.removesuffix(b","), parse_float=str)
        for name, column in columns.fields.items():
            if isinstance(column, Numbers) and row.get(name) is not None:
                assert len(row[name].partition(".")[2]) == column.decimals, name


@pytest.mark.parametrize("placed", PLACED, ids=lambda one: one.resource.resource_id)
def test_both_writers_agree(placed):
    """Rows that a fixed width would hold say the same when they are written freely."""
    start = minute(2027, 5, 28, 22, 45)
    (columns,) = telemetry().stream(placed, Window(start, start + 600, 15))
    free = replace(columns, regular=False)
    packed, loose = encode_rows(placed, columns), encode_rows(placed, free)
    assert packed.replace(b" ", b"") == loose
    assert loose.count(b"\n") == 40


class Streaming:
    """A source of given pieces by resource: what faults may leave of a series."""

    def __init__(self, pieces):
        self.pieces = pieces

    def stream(self, placed, window, days):
        """Yield the pieces of a resource, whatever the window."""
        del window, days
        yield from self.pieces[placed.resource.resource_id]


@st.composite
def pieces(draw):
    """Draw pieces of some resources, any of them empty, irregular or regular."""
    chosen = draw(
        st.lists(st.sampled_from(PLACED), max_size=3, unique_by=lambda one: one.resource.resource_id)
    )
    found = {}
    for placed in chosen:
        some = [columns for _, columns in draw(st.lists(irregular(placed), max_size=3))]
        if draw(st.booleans()):
            window = Window(minute(2027, 1, 1), minute(2027, 1, 1) + 60, 30)
            some.extend(telemetry().stream(placed, window))
        found[placed.resource.resource_id] = some
    return chosen, found


@settings(max_examples=80, derandomize=True, deadline=None)
@given(drawn=pieces())
def test_a_body_of_any_pieces_is_whole(drawn):
    """Whatever pieces are empty or irregular, the separators of the body are right, and no row is lost."""
    chosen, found = drawn
    window = Window(minute(2027, 1, 1), minute(2027, 1, 2), 15)
    text = b"".join(datas_pieces(Streaming(found), chosen, window))
    parsed = json.loads(text, parse_float=Decimal)["datas"]
    wanted = [
        row
        for placed in chosen
        for columns in found[placed.resource.resource_id]
        for row in expected(columns)
    ]
    assert parsed == wanted
    if not wanted:
        assert text == EMPTY_DATAS


def test_rows_expected_but_none_come():
    """A resource whose rows should be there, and are not, leaves an empty list."""
    placed = fleet().resource("PV000001")
    window = Window(minute(2027, 1, 1), minute(2027, 1, 2), 15)
    assert b"".join(datas_pieces(Streaming({"PV000001": []}), [placed], window)) == EMPTY_DATAS


def test_what_fits_a_width():
    """Rows of a healthy plant fit; a number beyond the ratings, a sign without room, or a hole does not."""
    placed = fleet().resource("PV000001")
    (well,) = telemetry().stream(placed, Window(minute(2027, 5, 1), minute(2027, 5, 2), 30))
    assert fits(placed, well)

    def spoiled(name, **changes):
        fields = well.fields | {name: replace(well.fields[name], **changes)}
        return replace(well, fields=fields)

    numbers = well.fields["energy_active_cum"].values
    assert not fits(placed, spoiled("energy_active_cum", values=numbers * 10**6))
    assert not fits(placed, spoiled("energy_active_cum", values=numbers - numbers.max() - 1))
    assert not fits(placed, spoiled("temp_cell_max", values=numbers * 0 - 1000))
    assert not fits(placed, spoiled("status", holes=np.ones(len(well), np.uint8)))
    assert fits(placed, spoiled("status", holes=np.zeros(len(well), np.uint8)))
