"""How rows of a track that are wrong become a finding."""

from collections.abc import Callable, Iterable

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.ledger import Ledger
from wattos_testkit.invariants.observations import Ints
from wattos_testkit.invariants.tracks import Track

_SHOWN = 3


def tell_rows(
    ledger: Ledger,
    track: Track,
    rule: str,
    where: Ints,
    message: str,
    proof: Callable[[int], tuple[str, str]],
    plot: Iterable[str],
    *,
    severity: Severity | None = None,
    margin: int = 5,
) -> None:
    """Note rows as a finding; `proof` says of a row what was expected and what was seen."""
    if where.size == 0:
        return
    ledger.found(
        rule,
        track.operation,
        track.resource,
        message,
        evidence=[track.proof(int(index), *proof(int(index))) for index in where[:_SHOWN]],
        requests=track.request(int(where[0])),
        count=int(where.size),
        severity=severity,
        series=track.plot(plot, where, margin=margin),
        size=len(track),
    )
