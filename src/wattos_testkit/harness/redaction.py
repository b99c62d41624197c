"""Keeps secrets out of everything that a run says."""

import base64
import re
from collections.abc import Iterable
from shlex import quote
from urllib.parse import quote as percent

SHOWN = "[redacted]"
_SHORTEST = 4
"""A shorter secret would blot out ordinary text; it is only ever sent in a header, which is never shown."""
_SHORTEST_PART = 8
"""A shorter part of a header may be an ordinary word: a scheme, a cookie's "dark"."""
_CREDENTIAL_NAME = re.compile(
    r"auth|cookie|token|secret|key|session|credential|passw|pwd|passphrase|signature|jwt|saml|assertion|csrf|xsrf"
    r"|\bpin\b|\botp\b|\bsid\b",
    re.IGNORECASE,
)
_CREDENTIAL_VALUE = re.compile(r"(bearer|basic|digest|negotiate|token)\s|eyJ[\w-]+\.", re.IGNORECASE)
"""An authorization scheme, or the beginning of a JSON web token."""
_CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate", "authentication-info"})
"""What a server says of authentication is no secret."""


def is_credential(name: str, value: str = "") -> bool:
    """Return whether a header is one that opens doors; in doubt it is."""
    if name.lower() in _CHALLENGES:
        return False
    return bool(_CREDENTIAL_NAME.search(name) or _CREDENTIAL_VALUE.match(value))


def secrets_in(headers: Iterable[tuple[str, str]]) -> list[str]:
    """Return what must not be shown of headers: values of credentials, and the parts that others repeat."""
    secrets: list[str] = []
    for name, value in headers:
        if is_credential(name, value):
            # A server repeats the token without its scheme, or one cookie of several.
            parts = [word.partition("=")[2] or word for word in re.split(r"[;,\s]+", value)]
            secrets += [value, *(part for part in parts if len(part) >= _SHORTEST_PART)]
    return secrets


class Redactor:
    """Replaces secrets, in each spelling that they may travel in."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings: set[str] = set()
        for secret in secrets:
            if len(secret) >= _SHORTEST:
                spellings |= {secret, percent(secret, safe=""), percent(secret)}
                spellings.add(base64.b64encode(secret.encode()).decode())
        longest_first = sorted(spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if spellings else None
        self._bytes = re.compile("|".join(map(re.escape, longest_first)).encode()) if spellings else None

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        return self._pattern.sub(SHOWN, text) if self._pattern else text

    def bytes(self, body: bytes) -> bytes:
        """Return a body without secrets."""
        return self._bytes.sub(SHOWN.encode(), body) if self._bytes else body

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return headers without secrets."""
        return tuple(
            (name, SHOWN if is_credential(name, value) else self.text(value)) for name, value in headers
        )


def curl(url: str, credentials: str, headers: Iterable[tuple[str, str]] = (), method: str = "GET") -> str:
    """Return a line that repeats a request in a shell; the token stands as $WATTOS_TOKEN."""
    parts = ["curl", "-i"]
    if method != "GET":
        parts += ["-X", method]
    if credentials:
        # Double quotes: the shell is to put the token in, and none of these forms holds anything else for it.
        parts += ["-H", f'"Authorization: {credentials}"']
    for name, value in headers:
        variable = re.sub(r"[^A-Z0-9]", "_", name.upper())
        shown = f'"{name}: ${variable}"' if is_credential(name, value) else quote(f"{name}: {value}")
        parts += ["-H", shown]
    return " ".join([*parts, quote(url)])


def spoken(credentials: str, token: str) -> str:
    """Return a header with the token in it, as bash would write it: whole, cut, or in another case."""
    for form, said in near_misses(token).items():
        credentials = credentials.replace(form, said)
    return credentials.replace("$WATTOS_TOKEN", token)


def near_misses(token: str) -> dict[str, str]:
    """Return tokens that are almost the right one, by the form in which a curl line shows them."""
    return {
        "${WATTOS_TOKEN%?}": token[:-1],
        "${WATTOS_TOKEN%????}": token[:-4],
        "${WATTOS_TOKEN^^}": token.upper(),
        "${WATTOS_TOKEN,,}": token.lower(),
    }
