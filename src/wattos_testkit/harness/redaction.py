"""Keeps secrets out of everything that a run says."""

import base64
import re
from collections.abc import Iterable
from shlex import quote
from urllib.parse import quote as percent

SHOWN = "[redacted]"
_SHORTEST = 4
"""A shorter secret would blot out ordinary text; it is only ever sent in a header, which is never shown."""
_QUIET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})


class Redactor:
    """Replaces secrets, in each spelling that they may travel in."""

    def __init__(self, secrets: Iterable[str], headers: Iterable[str] = ()) -> None:
        spellings: set[str] = set()
        for secret in secrets:
            if len(secret) >= _SHORTEST:
                spellings |= {secret, percent(secret, safe=""), percent(secret)}
                spellings.add(base64.b64encode(secret.encode()).decode())
        longest_first = sorted(spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if spellings else None
        self._bytes = re.compile("|".join(map(re.escape, longest_first)).encode()) if spellings else None
        self._quiet = _QUIET_HEADERS | {name.lower() for name in headers}

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        return self._pattern.sub(SHOWN, text) if self._pattern else text

    def bytes(self, body: bytes) -> bytes:
        """Return a body without secrets."""
        return self._bytes.sub(SHOWN.encode(), body) if self._bytes else body

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return headers without secrets."""
        return tuple(
            (name, SHOWN if name.lower() in self._quiet else self.text(value)) for name, value in headers
        )


def curl(url: str, credentials: str, headers: Iterable[str] = (), method: str = "GET") -> str:
    """Return a line that repeats a request in a shell; the token stands as $WATTOS_TOKEN."""
    parts = ["curl", "-i"]
    if method != "GET":
        parts += ["-X", method]
    if credentials:
        # Double quotes: the shell is to put the token in, and none of these forms holds anything else for it.
        parts += ["-H", f'"Authorization: {credentials}"']
    for name in headers:
        variable = re.sub(r"[^A-Z0-9]", "_", name.upper())
        parts += ["-H", f'"{name}: ${variable}"']
    return " ".join([*parts, quote(url)])
