"""Text that came from a target, made safe to show: one line, nothing invisible, nothing secret."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

HIDDEN = "[redacted]"
_AUTHORIZATION = re.compile(
    # The scheme possessively: else "Bearer" itself would be taken for the secret before "$WATTOS_TOKEN".
    r"""(authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic|digest|token)\s+)?+)(?![$<\[])[^\s"'\\<>,]+""",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^/\s@'\"]+@", re.IGNORECASE)
_SHORTEST = 4
"""A shorter "secret" would blot out half of a report, and protects nothing."""

T = TypeVar("T")


def visible(text: str) -> str:
    r"""Return the text on one line: a control, bidirectional or other invisible character as its escape.

    So an answer cannot move a cursor, colour or forge lines, and a stray no-break space is seen.
    """
    if text.isprintable():
        shown = text
    else:
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    # The runner of GitHub Actions obeys this anywhere in a line, and `::` only where a line begins.
    return shown.replace("##[", "# #[")


def shortened(text: str, limit: int) -> str:
    """Return visible text of at most that many characters, the middle left out."""
    shown = visible(text)
    if len(shown) <= limit:
        return shown
    head = (limit - 1) * 2 // 3
    return f"{shown[:head]}…{shown[len(shown) - (limit - 1 - head) :]}"


def plural(count: int, noun: str) -> str:
    """Return "1 finding", "1,000 findings"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def hiding(secrets: Sequence[str]) -> Callable[[str], str]:
    """Return a function that takes out of a text the secrets given, and what stands where secrets do."""
    known = sorted({secret for secret in secrets if len(secret) >= _SHORTEST}, key=len, reverse=True)

    def hide(text: str) -> str:
        for secret in known:
            text = text.replace(secret, HIDDEN)
        if "://" in text:
            text = _USERINFO.sub(rf"\1{HIDDEN}@", text)
        return _AUTHORIZATION.sub(rf"\1{HIDDEN}", text) if "uthorization" in text else text

    return hide


def scrubbed(value: T, hide: Callable[[str], str]) -> T:
    """Return a copy of an event, or of any value inside one, every text of it passed through `hide`."""
    return _scrub(value, hide)  # type: ignore[no-any-return]


def _scrub(value: Any, hide: Callable[[str], str]) -> Any:  # noqa: ANN401 - rows hold any JSON
    if type(value) is str:
        return hide(value)
    if isinstance(value, bytes):
        # Latin-1 maps every byte to itself, so a body that is no text survives.
        return hide(value.decode("latin-1")).encode("latin-1", "replace")
    if isinstance(value, dict):
        return {_scrub(name, hide): _scrub(part, hide) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_scrub(part, hide) for part in value)
    if isinstance(value, list):
        return [_scrub(part, hide) for part in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return dataclasses.replace(value, **{name: _scrub(getattr(value, name), hide) for name in names})
    return value
