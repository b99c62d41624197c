"""How much a run asks: a smoke test, the everyday check, or an hour's work."""

from dataclasses import dataclass

from wattos_testkit.errors import UsageError
from wattos_testkit.harness.limits import Limits


@dataclass(frozen=True, slots=True)
class Fuzz:
    """How much Schemathesis asks on top of the directed questions."""

    examples: int
    """Generated requests for each operation and mode, in a round."""
    requests: int
    """At most so many in all rounds."""
    seconds: float
    """At most so long, all rounds together."""
    steps: int
    """Requests in a row that follow the document's links."""
    rounds: int = 1
    """At most so many, each with a seed and with windows of its own."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One size of a run."""

    name: str
    text: str
    limits: Limits
    sites: int
    """So many sites are looked into."""
    resources: int
    """So many resources of each type are asked about."""
    days: int
    """How far back the stretch with data is explored."""
    depth: int
    """Of the refusals: 0 a few, 1 each kind at each operation, 2 every variant."""
    fuzz: Fuzz | None
    spellings: int | None
    """So many requests of the dictionary of malformed spellings at most; None is all of it."""


PROFILES = {
    one.name: one
    for one in (
        Profile(
            "smoke", "about 110 requests, no fuzzing", Limits(requests=120, seconds=120), 2, 1, 2, 0, None, 8,
        ),
        Profile(
            "standard", "directed questions in seconds, then fuzzing; at most 5 minutes",
            Limits(requests=2_000, seconds=300), 6, 2, 30, 1, Fuzz(50, 1_500, 120, 6), 170,
        ),
        Profile(
            "deep", "more resources, longer windows, rounds of fuzzing until an hour is over",
            Limits(requests=40_000, seconds=3_600), 40, 8, 400, 2, Fuzz(80, 40_000, 3_600, 12, rounds=10_000),
            None,
        ),
    )
}  # fmt: skip


def profile_named(name: str) -> Profile:
    """Return a profile.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    try:
        return PROFILES[name]
    except KeyError:
        raise UsageError(f"there is no profile {name!r}; there are {', '.join(PROFILES)}") from None
