"""How far a run has come: one line that is written over on a terminal, plain lines elsewhere."""

import sys
from time import monotonic
from typing import TextIO

_TERMINAL_SECONDS = 0.2
_PLAIN_SECONDS = 10.0
_MILLION = 1_000_000
_THOUSAND = 1000
_MINUTE = 60
_HOUR = 3600


def readable(count: float) -> str:
    """Return a count with at most a decimal and a unit: 950, 12.3 k, 43.8 M."""
    if count < _THOUSAND:
        return f"{count:.0f}"
    if count < _MILLION:
        return f"{count / _THOUSAND:.1f} k"
    return f"{count / _MILLION:.1f} M"


def readable_bytes(size: float) -> str:
    """Return a size with its unit."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < _THOUSAND:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= _THOUSAND
    return f"{size:.1f} TB"


def readable_seconds(seconds: float) -> str:
    """Return a span of time: 42 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class Progress:
    """Tells rows done, the rate, and the time that is left."""

    def __init__(self, total: int, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self.total = total
        self.done = 0
        self._stream = stream if stream is not None else sys.stderr
        self._terminal = self._stream.isatty()
        self._quiet = quiet
        self._begun = self._told = monotonic()
        self._resumed = 0

    def resume(self, rows: int) -> None:
        """Count rows that an earlier run has written."""
        self.done += rows
        self._resumed += rows

    def add(self, rows: int) -> None:
        """Count rows, and say so now and then."""
        self.done += rows
        now = monotonic()
        if now - self._told >= (_TERMINAL_SECONDS if self._terminal else _PLAIN_SECONDS):
            self._told = now
            self._say(self.line(now - self._begun))

    def line(self, seconds: float) -> str:
        """Return one line about the run."""
        rate = (self.done - self._resumed) / max(seconds, 1e-9)
        share = 100 * self.done / self.total if self.total else 100
        left = readable_seconds(max(0, self.total - self.done) / rate) if rate else "unknown"
        return (
            f"{share:3.0f} %  {readable(self.done)} of {readable(self.total)} rows  "
            f"{readable(rate)} rows/s  {left} left"
        )

    def seconds(self) -> float:
        """Return how long the run has lasted."""
        return monotonic() - self._begun

    def _say(self, line: str) -> None:
        if self._quiet:
            return
        self._stream.write(f"\r\x1b[K{line}" if self._terminal else f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        """Clear the line."""
        if self._terminal and not self._quiet:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
