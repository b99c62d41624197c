"""What is random in the faults of the wire: hashes of a seed, a placement, and the ordinal of a request."""

from hashlib import blake2b
from math import exp
from statistics import NormalDist

from wattos_testkit.faults.model import Placement

LONGEST = 600_000.0
"""Milliseconds: no drawn time is longer."""
_ABOVE = 2**53
_NORMAL = NormalDist()


def uniform(placement: Placement, ordinal: int, purpose: str) -> float:
    """Return a number of [0, 1), always the same for the same arguments."""
    text = f"{placement.seed}|{placement.name}|{ordinal}|{purpose}"
    digest = blake2b(text.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / _ABOVE


def strikes(placement: Placement, ordinal: int, run: int = 1) -> bool:
    """Whether a request of this ordinal, counted from 1, is among the share that is struck."""
    return uniform(placement, (ordinal - 1) // run, "strikes") < placement.number("share")


def milliseconds(placement: Placement, ordinal: int) -> float:
    """Return how long a latency is."""
    time, spread = placement.number("milliseconds"), placement.number("spread")
    match placement.word("distribution"):
        case "uniform":
            time *= 1.0 + min(spread, 1.0) * (2.0 * uniform(placement, ordinal, "time") - 1.0)
        case "log-normal":
            # Away from zero, where the inverse has no value.
            share = max(uniform(placement, ordinal, "time"), 1.0 / _ABOVE)
            time *= exp(spread * _NORMAL.inv_cdf(share))
    return min(time, LONGEST)


def key_of(placement: Placement) -> str:
    """Return what is counted and remembered under: another one for whatever does something else."""
    return f"wire|{blake2b(placement.identity.encode(), digest_size=12).hexdigest()}"
