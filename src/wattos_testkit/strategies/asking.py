"""What may be asked: intervals, windows, and whole requests that the API must answer with 200."""

from typing import NamedTuple

from hypothesis import strategies as st

from wattos_testkit.contract import Contract, load_contract
from wattos_testkit.fleet.model import Kind, Placed
from wattos_testkit.strategies.fleets import demo, ids, placed
from wattos_testkit.telemetry.calendar import MINUTES_PER_DAY, day_number
from wattos_testkit.telemetry.columns import INTERVALS, Window
from wattos_testkit.testkit.fleet import Fleet
from wattos_testkit.testkit.times import written

_SERIES = {"get_meter_data": Kind.METER, "get_bess_data": Kind.BESS, "get_pv_data": Kind.PV}
_AFTER = 4 * 365 * MINUTES_PER_DAY
"""How long after a resource was commissioned a window may begin."""


class ValidRequest(NamedTuple):
    """A GET request that the API must answer with 200."""

    operation: str
    """What the testkit calls it, e.g. "get_pv_data"."""
    path: str
    """Below the server's URL, the path parameter filled in."""
    params: dict[str, str]
    """The query."""


def intervals() -> st.SearchStrategy[int]:
    """Return aggregation intervals."""
    return st.sampled_from(INTERVALS)


@st.composite
def windows(
    draw: st.DrawFn,
    one: Placed | None = None,
    interval: int | None = None,
    most_rows: int = 96,
    least_rows: int = 1,
) -> Window:
    """Draw a half-open window of whole UTC minutes, on the grid or off it.

    It holds so many buckets, and lies where the given resource (the first of the demo fleet unless one is
    given) has them.
    """
    step = interval or draw(intervals())
    resource = (one or demo().find("PV000001")).resource
    first = (day_number(resource.commissioned) + 2) * MINUTES_PER_DAY
    start = first + draw(st.integers(0, _AFTER))
    count = draw(st.integers(least_rows, most_rows))
    # Up to the grid first: a window off it holds no bucket less for that.
    end = -(-start // step) * step + count * step + draw(st.integers(0, step - 1))
    return Window(start, end, step)


@st.composite
def requests(draw: st.DrawFn, fleet: Fleet | None = None, contract: Contract | None = None) -> ValidRequest:
    """Draw a request to any of the five operations about a fleet (the demo fleet unless one is given)."""
    known = fleet or demo()
    bound = contract or load_contract()
    every = [one.site_id for one in known.sites()]
    kinds = {name: kind for name, kind in _SERIES.items() if known.count(kind)}
    names = ["get_sites", *(["get_resources"] if every else []), *kinds]
    name = draw(st.sampled_from(names))
    path = bound.base_path + bound.operations[name].path
    if name == "get_sites":
        groups = [group.group_id for group in known.groups()]
        group_id = draw(st.sampled_from(groups) | ids() if groups else ids())
        return ValidRequest(name, path, {"group_id": group_id})
    if name == "get_resources":
        return ValidRequest(name, path.replace("{site_id}", draw(st.sampled_from(every))), {})
    one = draw(placed(kinds[name], known))
    window = draw(windows(one, most_rows=48))
    params = {
        "resource_id": one.resource.resource_id,
        "start": written(window.start),
        "end": written(window.end),
        "agg_interval": str(window.interval),
    }
    if draw(st.integers(0, 9)) == 0:
        # Rarely: the rows of all resources of the kind.
        del params["resource_id"]
    return ValidRequest(name, path, params)
