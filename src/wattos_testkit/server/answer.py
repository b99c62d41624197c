"""An answer before it is made: what names it, how long it is, and where its bytes come from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from wattos_testkit import __version__


@dataclass(frozen=True, slots=True)
class Answer:
    """A 200 answer of an operation, whose bytes are generated only when they are asked for."""

    identity: str
    """All that its bytes depend on, beside the fleet."""
    length: int | None
    """Bytes of the body, where that is known without generating it."""
    pieces: Callable[[], Iterator[bytes]]
    lasting: bool = True
    """The same question has this answer until something is changed; False while time alone changes it."""


class Tags:
    """Strong entity tags: a hash of the fleet (its seed included), the version, and what was asked for."""

    def __init__(self, digest: str) -> None:
        self._base = blake2b(f"{__version__}\n{digest}\n".encode(), digest_size=12)

    def tag(self, answer: Answer, coding: str) -> bytes:
        """Return the tag of an answer in a content coding: another coding is another representation."""
        state = self._base.copy()
        state.update(answer.identity.encode())
        suffix = f"-{coding}" if coding else ""
        return f'"{state.hexdigest()}{suffix}"'.encode()


def matches(if_none_match: bytes, tag: bytes) -> bool:
    """Whether a client has this representation already (RFC 9110, 13.1.2: weak comparison)."""
    if if_none_match == tag:
        return True
    given = [one.strip().removeprefix(b"W/") for one in if_none_match.split(b",")]
    return tag in given or given == [b"*"]
