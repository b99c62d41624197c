"""Well-formed ids at the wrong place: of another kind, of another site, or of nobody.

A table of assets, a tree of groups, or a view without its condition answers them with somebody's data.
"""

from collections.abc import Iterator

from wattos_testkit.harness.ask import Ask
from wattos_testkit.harness.asked import ID_PARAMETERS, SERIES
from wattos_testkit.harness.known import CONTROLLER, GROUP, SITE
from wattos_testkit.harness.refusals import good_of, unknown_id
from wattos_testkit.harness.run import Run

_PREFIX = 2
"""So many characters of an id say its type, in most deployments."""


def crossed(run: Run) -> Iterator[Ask]:
    """Yield each operation with an id of each other kind, of which it must give no rows."""
    for operation in run.contract.operations:
        name = ID_PARAMETERS.get(operation, "resource_id")
        for kind, value in _ids(run, operation):
            values = {**good_of(run, operation), name: value}
            yield Ask(f"{operation}: {kind} as {name}", run.url(operation, **values))


def _ids(run: Run, operation: str) -> Iterator[tuple[str, str]]:
    known = run.known
    own = {"get_sites": GROUP, "get_resources": SITE}.get(operation, "")
    places = ((GROUP, known.groups), (SITE, known.sites), (CONTROLLER, known.controllers))
    for kind, names in places:
        # Where one name stands for two kinds, it is right at both places.
        other = next((one for one in names if own not in known.kinds_of(one)), None) if kind != own else None
        if other is not None and other not in known.resources:
            yield kind, other
    for series, type_ in SERIES.items():
        stranger = next(iter(known.by_operation(series)), None)
        if stranger is not None and series != operation and own not in known.kinds_of(stranger):
            yield f"a resource of type {type_}", stranger
    sample = next((one for one in _samples(run, operation)), "")
    if sample:
        yield "an unknown id that begins alike", unknown_id(run, f"{operation}/alike", sample[:_PREFIX])


def _samples(run: Run, operation: str) -> list[str]:
    if operation in SERIES:
        return run.known.by_operation(operation)
    return run.known.groups if operation == "get_sites" else list(run.known.sites)
