"""The demo fleet's series as arrays, for tests that recompute what must hold."""

from datetime import UTC, date, datetime
from functools import cache

import numpy as np

from wattos_testkit.fleet.model import Kind
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.columns import Codes, Window
from wattos_testkit.telemetry.engine import Telemetry

DAY = 1440


@cache
def fleet():
    """Return the demo fleet."""
    return open_fleet()


@cache
def telemetry():
    """Return the series of the demo fleet, kept between tests."""
    return Telemetry(fleet())


@cache
def everything():
    """Return every resource of the demo fleet."""
    return tuple(placed for kind in Kind for placed in fleet().resources(kind))


def minute(year, month, day, hour=0, minutes=0):
    """Return UTC minutes since 1970."""
    return int(datetime(year, month, day, hour, minutes, tzinfo=UTC).timestamp()) // 60


def day_minute(day: date):
    """Return the UTC minute at which a date begins."""
    return (day - date(1970, 1, 1)).days * DAY


def rows(resource_id, start, end, interval=1, series=None):
    """Return the fields of a resource as arrays: integers of the last decimal, status as text."""
    placed = fleet().resource(resource_id)
    pieces = list((series or telemetry()).stream(placed, Window(start, end, interval)))
    joined = {"minutes": np.concatenate([piece.minutes for piece in pieces])}
    for name, column in pieces[0].fields.items():
        if isinstance(column, Codes):
            vocabulary = np.array(column.vocabulary)
            joined[name] = np.concatenate([vocabulary[piece.fields[name].codes] for piece in pieces])
        else:
            joined[name] = np.concatenate([piece.fields[name].values for piece in pieces])
    return joined


def of_kind(kind):
    """Return the resources of one kind."""
    return [placed for placed in everything() if placed.kind is kind]
