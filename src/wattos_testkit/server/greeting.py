"""What is printed on start: where, which seed, which fleet, and a command that works when pasted."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import quote

from wattos_testkit.contract import Contract
from wattos_testkit.fleet.model import Fleet, Kind, Placed
from wattos_testkit.server.access import Access
from wattos_testkit.server.backstage import PREFIX
from wattos_testkit.server.control.modes import LOOPBACK, OFF
from wattos_testkit.server.control.state import State

_DAY = date(2024, 3, 20)
_PREFERRED = "PV000001"


def greeting(url: str, fleet: Fleet, contract: Contract, access: Access) -> tuple[str, str, str]:
    """Return the lines: where, who, and a command."""
    return (
        f"Wattos mock on {url}{contract.base_path} (documentation: {url}/docs)",
        f"seed {fleet.seed}, {fleet.summary()}",
        _curl(url, fleet, contract, access),
    )


def backstage(url: str, state: State, control: str) -> Iterator[str]:
    """Yield a line each for the clock, the scenario and the control API, where there is one."""
    if state.clock is not None:
        yield f"clock {state.clock}"
    if state.scenario is not None:
        about = state.scenario["description"]
        strikes = sum(1 for _ in state.placements())
        yield (
            f"scenario {state.scenario['name']}{f' ({about})' if about else ''}: "
            f"{strikes} strike{'s' if strikes != 1 else ''}"
        )
    if control != OFF:
        whom = "this machine only" if control == LOOPBACK else "whoever may use the API"
        yield f"control on {url}{PREFIX.decode()} ({whom})"


def _curl(url: str, fleet: Fleet, contract: Contract, access: Access) -> str:
    token, groups = "demo", None
    if access.tokens:
        token, grant = next(iter(access.tokens.items()))
        groups = grant.groups
    header = f" -H {_quoted(f'Authorization: Bearer {token}')}" if access.required else ""
    placed = _shown(fleet, groups)
    if placed is None:
        group = next(iter(sorted(groups)), None) if groups else None
        group = group or next((one.group_id for one in fleet.groups()), "GROUP001")
        target = f"{contract.operations['get_sites'].path}?group_id={group}"
    else:
        day = max(_DAY, placed.resource.commissioned + timedelta(days=1))
        target = (
            f"{contract.operations['get_pv_data'].path}?resource_id={placed.resource.resource_id}"
            f"&start={day}T00:00:00Z&end={day + timedelta(days=1)}T00:00:00Z&agg_interval=15"
        )
    return f"curl -s{header} {_quoted(url + quote(contract.base_path + target, safe='/?&=:'))}"


def _shown(fleet: Fleet, groups: frozenset[str] | None) -> Placed | None:
    """Return the PV system to show: the vendor's own sample where it is visible, else the first."""
    placed = fleet.resource(_PREFERRED)
    if placed is not None and placed.kind is Kind.PV and (groups is None or placed.site.group_id in groups):
        return placed
    return next(fleet.resources(Kind.PV, groups), None)


def _quoted(text: str) -> str:
    """Return a text as a word of a shell."""
    return "'" + text.replace("'", "'\\''") + "'"
