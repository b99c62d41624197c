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
_SLOT = Struct("<Q40s272s")
"""When, its request id, and the record of what it was, each filled up with zeros."""
_RECORD = Struct("<IHBB")
"""Whose, how it ended, by which method, and how long the path is that follows, and the query after it."""
_SIZE_OF_SLOT = _SLOT.size
_SIZE = SLOTS * _SIZE_OF_SLOT
_LONGEST_PATH = 200
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
            # Written, not only promised: where there is no room it is said now, not by a signal later.
            file.write(bytes(_SIZE))
            file.flush()
            self._memory = mmap.mmap(file.fileno(), _SIZE)
        self._at = 0
        self._key = (folder / "key").read_bytes()
        self._tokens: dict[bytes | None, int] = {None: 0}

    @staticmethod
    def create(folder: Path) -> None:
        """Make what the rings of all workers need."""
        (folder / "key").write_bytes(os.urandom(16))

    def record(
        self, status: int, method: str, path: bytes, query: bytes, authorization: bytes | None
    ) -> bytes:
        """Return what is noted of a request and of every other one that is like it; status 0: no answer."""
        token = self._tokens.get(authorization)
        if token is None:
            token = self._token(authorization)
        path = path[:_LONGEST_PATH]
        return _RECORD.pack(token, status, _CODES.get(method, 0), len(path)) + path + query

    def note(
        self,
        request_id: bytes,
        record: bytes,
        clock: Callable[[], int] = time.time_ns,
        write: Callable[..., None] = _SLOT.pack_into,
    ) -> None:
        """Remember a request."""
        at = self._at
        write(self._memory, at, clock(), request_id, record)
        self._at = (at + _SIZE_OF_SLOT) % _SIZE

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
        for start in range(0, _SIZE, _SIZE_OF_SLOT):
            # Another process may be writing it: a slot that reads the same twice is whole.
            slot, again = memory[start : start + _SIZE_OF_SLOT], b""
            while slot != again:
                slot, again = memory[start : start + _SIZE_OF_SLOT], slot
            at, request_id, record = _SLOT.unpack(slot)
            if not at:
                return
            if at > after:
                yield _noted(at, request_id, record, worker)


def _noted(at: int, request_id: bytes, record: bytes, worker: int) -> Noted:
    token, status, method, length = _RECORD.unpack_from(record)
    target = record[_RECORD.size :]
    return Noted(
        at=at,
        method=_METHODS[method],
        path=target[:length].decode("latin-1"),
        query=target[length:].rstrip(b"\0").decode("latin-1"),
        status=status or None,
        request_id=request_id.rstrip(b"\0").decode("latin-1"),
        token=f"{token:08x}" if token else None,
        worker=worker,
        cut=bool(request_id[-1] or record[-1] or length == _LONGEST_PATH),
    )
