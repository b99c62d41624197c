"""Where a report goes: a file that appears only when it is whole, or a stream."""

import contextlib
import os
import stat
import sys
from pathlib import Path
from typing import IO, Protocol

from wattos_testkit.errors import OutputError


class Sink(Protocol):
    """Takes text, then keeps it or forgets it."""

    name: str

    def write(self, text: str) -> None:
        """Append."""

    def commit(self) -> None:
        """Make what was written visible under its name."""

    def discard(self) -> None:
        """Leave nothing behind."""


class FileSink:
    """A file written beside its final name and renamed when whole; a reader never sees half of it."""

    def __init__(self, path: str) -> None:
        self.name = path
        try:
            # A symbolic link keeps pointing: what it points at is what is replaced.
            self._path = Path(os.path.realpath(path))
            self._part: Path | None = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
            if self._path.is_dir():
                raise OutputError(f"report {path}: this is a folder; name a file in it")
            if _is_special(self._path):
                self._part = None
                self._file: IO[str] = self._path.open("w", encoding="utf-8", newline="\n")
            else:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._part.open("w", encoding="utf-8", newline="\n")
        except (OSError, ValueError) as error:
            raise OutputError(f"report {path}: cannot be written: {_reason(error)}") from None

    def write(self, text: str) -> None:
        """Append; a lone surrogate, which no file can hold, as a question mark."""
        try:
            self._file.write(text.encode("utf-8", "replace").decode("utf-8"))
        except OSError as error:
            raise self._failed(error) from None

    def commit(self) -> None:
        """Rename what was written to the name it was asked for."""
        try:
            self._file.close()
            if self._part is not None:
                self._part.replace(self._path)
        except OSError as error:
            raise self._failed(error) from None

    def discard(self) -> None:
        """Close and remove; never fails, for it is called where something else went wrong."""
        with contextlib.suppress(OSError):
            self._file.close()
        if self._part is not None:
            with contextlib.suppress(OSError):
                self._part.unlink(missing_ok=True)

    def _failed(self, error: OSError) -> OutputError:
        self.discard()
        return OutputError(f"report {self.name}: cannot be written: {_reason(error)}")


class StandardOutput:
    """Standard output, as UTF-8 whatever the locale says: it is a document for a program."""

    name = "-"

    def __init__(self) -> None:
        self._binary = getattr(sys.stdout, "buffer", None)
        self._text = sys.stdout

    def write(self, text: str) -> None:
        """Write, and flush: the reader of a pipe waits."""
        if self._binary is None:
            self._text.write(text)
            return
        self._text.flush()
        self._binary.write(text.encode("utf-8", "replace"))
        self._binary.flush()

    def commit(self) -> None:
        """Do nothing more: it was flushed."""

    def discard(self) -> None:
        """Do nothing: what was written to a pipe cannot be taken back."""


class Voice:
    """A stream that people or a log listen to; when they have gone it falls silent, and the run goes on."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        # Not every stream has one (a test's, a notebook's), and not every one can write what we say.
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._silent = False

    def say(self, line: str) -> None:
        """Write one line; a question mark for what the encoding lacks."""
        if not self._silent:
            try:
                self._stream.write(line.encode(self._encoding, "replace").decode(self._encoding) + "\n")
            except BrokenPipeError:
                self._gone()

    def flush(self) -> None:
        """Let what was said be heard."""
        if not self._silent:
            try:
                self._stream.flush()
            except BrokenPipeError:
                self._gone()

    def _gone(self) -> None:
        """Stop. What the stream still holds would fail again when the interpreter ends."""
        self._silent = True
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


def _is_special(path: Path) -> bool:
    """Tell whether the path is a pipe or a device, which cannot be replaced by a rename."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
