"""Text that came from a target, made safe to show: one line, nothing invisible, nothing secret."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from wattos_testkit.harness.events import Request

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


class Hiding:
    """Takes secrets out of texts."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._known = sorted({one for one in secrets if len(one) >= _SHORTEST}, key=len, reverse=True)

    def known(self, text: str) -> str:
        """Return a text without the secrets that were named, and without credentials in addresses."""
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        return _USERINFO.sub(rf"\1{HIDDEN}@", text) if "://" in text else text

    def any(self, text: str) -> str:
        """Return a text also without what merely stands where credentials stand."""
        text = self.known(text)
        return _AUTHORIZATION.sub(rf"\1{HIDDEN}", text) if "uthorization" in text else text


def scrubbed(event: T, hiding: Hiding) -> T:
    """Return a copy of an event, every text in it without secrets."""
    return _scrub(event, hiding.any, hiding)  # type: ignore[no-any-return]


def _scrub(value: Any, hide: Callable[[str], str], hiding: Hiding) -> Any:  # noqa: ANN401 - any JSON
    if type(value) is str:
        return hide(value)
    if isinstance(value, bytes):
        # Latin-1 maps every byte to itself, so a body that is no text survives.
        return hide(value.decode("latin-1")).encode("latin-1", "replace")
    if isinstance(value, dict):
        return {_scrub(name, hide, hiding): _scrub(part, hide, hiding) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_scrub(part, hide, hiding) for part in value)
    if isinstance(value, list):
        return [_scrub(part, hide, hiding) for part in value]
    if isinstance(value, Request):
        # A curl line holds no token of ours, but may need the wrong one that was tried.
        hide = hiding.known
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        parts = {name: _scrub(getattr(value, name), hide, hiding) for name in names}
        return dataclasses.replace(value, **parts)
    return value
