"""The journal: what was asked lately, in rings of fixed slots, one for each worker, read together.

A slot is written in one go when the head of an answer leaves, so whoever has the answer finds its request
here, whichever worker is asked. Of a token no more is kept than a short hash with a key of this run.
"""

import mmap
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from struct import Struct

SLOTS = 4096
"""Requests that each worker remembers."""
_SLOT = Struct("<QIHBx64s128s304s")
"""When, whose, how it ended, by which method; request id, path and query, each filled up with zeros."""
_SIZE = SLOTS * _SLOT.size
_HASHES = 1024
_METHODS = ("?", "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_CODES = {method: code for code, method in enumerate(_METHODS)}


@dataclass(frozen=True, slots=True)
class Noted:
    """One request."""

    at: int
    """Nanoseconds since 1970, of this machine, when the head of the answer left."""
    method: str
    path: str
    query: str
    status: int | None
    """None: the connection ended without an answer."""
    request_id: str
    token: str | None
    """A short hash: equal for equal credentials of one run, good for nothing else."""
    worker: int
    cut: bool
    """It was too long to be kept whole."""


class Journal:
    """The ring of this process."""

    def __init__(self, folder: Path) -> None:
        path = folder / f"journal-{os.getpid()}"
        with path.open("w+b") as file:
            # Sparse: only slots that were used take room.
            file.truncate(_SIZE)
            self._memory = mmap.mmap(file.fileno(), _SIZE)
        self._at = 0
        self._key = (folder / "key").read_bytes()
        self._tokens: dict[bytes | None, int] = {None: 0}

    @staticmethod
    def create(folder: Path) -> None:
        """Make what the rings of all workers need."""
        (folder / "key").write_bytes(os.urandom(16))

    def note(  # noqa: PLR0913, PLR0917 - the parts of a request, on the hottest path there is
        self,
        status: int,
        method: str,
        path: bytes,
        query: bytes,
        authorization: bytes | None,
        request_id: bytes,
        clock: Callable[[], int] = time.time_ns,
        write: Callable[..., None] = _SLOT.pack_into,
    ) -> None:
        """Remember a request."""
        token = self._tokens.get(authorization)
        if token is None:
            token = self._token(authorization)
        at = self._at
        code = _CODES.get(method, 0)
        write(self._memory, at, clock(), token, status, code, request_id, path, query)
        self._at = (at + _SLOT.size) % _SIZE

    def _token(self, authorization: bytes | None) -> int:
        if len(self._tokens) > _HASHES:
            self._tokens = {None: 0}
        digest = blake2b(authorization or b"", digest_size=4, key=self._key).digest()
        self._tokens[authorization] = token = int.from_bytes(digest, "little") or 1
        return token


def noted(folder: Path, after: int = 0) -> list[Noted]:
    """Return the requests of all workers after a nanosecond, the oldest first."""
    found = [one for ring in sorted(folder.glob("journal-*")) for one in _ring(ring, after)]
    found.sort(key=lambda one: one.at)
    return found


def _ring(ring: Path, after: int) -> Iterator[Noted]:
    worker = int(ring.name.rpartition("-")[2])
    with ring.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        for start in range(0, _SIZE, _SLOT.size):
            # Another process may be writing it: a slot that reads the same twice is whole.
            slot, again = memory[start : start + _SLOT.size], b""
            while slot != again:
                slot, again = memory[start : start + _SLOT.size], slot
            at, token, status, method, *texts = _SLOT.unpack(slot)
            if not at:
                return
            if at > after:
                request_id, path, query = (text.rstrip(b"\0").decode("latin-1") for text in texts)
                yield Noted(
                    at=at,
                    method=_METHODS[method],
                    path=path,
                    query=query,
                    status=status or None,
                    request_id=request_id,
                    token=f"{token:08x}" if token else None,
                    worker=worker,
                    cut=any(text[-1] for text in texts),
                )
