"""Files that are there when they are whole, and not before."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def own_name(path: Path) -> Path:
    """Return the name that a file has until it is whole.

    Two workers may do the same task when the first one is thought dead: each has a name of its own.
    """
    return path.with_name(f"{path.name}.{os.getpid()}.part")


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing under another name; it gets its own when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = own_name(path)
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
