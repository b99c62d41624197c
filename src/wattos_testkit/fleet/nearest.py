"""Which ids a wrong one was probably meant to be."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from heapq import nlargest

_CANDIDATES = 64
"""How many ids the careful comparison looks at; it is far too slow for a large fleet's."""
_LOOKED_AT = 24
"""Of a wrong id of any length, as much as is compared."""
_LIKE = 0.6


def nearest(wrong: str, known: Iterable[str], limit: int) -> list[str]:
    """Return the ids that look most like a wrong one, the best first; none if none looks like it."""
    wrong = wrong[:_LOOKED_AT].upper()

    def agreement(one: str) -> int:
        """Return how many characters agree, counted from the front and from the back: one may be missing."""
        forward = sum(a == b for a, b in zip(one, wrong, strict=False))
        return forward + sum(a == b for a, b in zip(reversed(one), reversed(wrong), strict=False))

    ranked = [
        (-SequenceMatcher(None, wrong, one).ratio(), -agreement(one), one)
        for one in nlargest(_CANDIDATES, known, key=agreement)
    ]
    return [one for likeness, _, one in sorted(ranked) if -likeness >= _LIKE][:limit]
