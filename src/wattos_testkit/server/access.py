"""Who may see what: bearer tokens, and the groups that a token may be scoped to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from wattos_testkit.errors import UsageError
from wattos_testkit.server.problems import unauthorized

_SCOPED = re.compile(r"(?P<token>[^=]+=*?)=(?P<groups>[^=].*)")
_GROUP = re.compile(r"[A-Z0-9]{8}", re.ASCII)
_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a request may see: everything, or some groups."""

    groups: frozenset[str] | None = None

    def permits(self, group_id: str) -> bool:
        """Whether a group is visible."""
        return self.groups is None or group_id in self.groups


EVERYTHING = Grant()


@dataclass(frozen=True)
class Access:
    """Which bearer tokens are accepted: all, some (each with its grant), or none is asked for."""

    required: bool = True
    tokens: dict[str, Grant] = field(default_factory=dict)
    """Empty: any token will do."""

    def admit(self, header: bytes | None) -> Grant:
        """Return what an `Authorization` header grants.

        Raises
        ------
        Problem
            401, if there is none or it is not accepted.
        """
        if not self.required:
            return EVERYTHING
        if header is None:
            raise unauthorized("No bearer token: send the header 'Authorization: Bearer <token>'")
        scheme, _, credential = header.partition(b" ")
        if scheme.lower() != b"bearer":
            raise unauthorized("Only bearer tokens are accepted: 'Authorization: Bearer <token>'")
        token = credential.strip(b" ").decode("latin-1")
        if not _TOKEN.fullmatch(token):
            raise unauthorized("The bearer token is empty or has blanks in it", "invalid_token")
        if not self.tokens:
            return EVERYTHING
        grant = self.tokens.get(token)
        if grant is None:
            raise unauthorized("This bearer token is not accepted", "invalid_token")
        return grant


def parse_tokens(texts: Sequence[str]) -> dict[str, Grant]:
    """Return the grants of tokens as the command line writes them: ``T`` or ``T=GROUP001,GROUP002``.

    A token may end in ``=`` (base64 does); only what stands behind the sign makes it a scope.

    Raises
    ------
    UsageError
        If one is empty, cannot be sent in a header, is given twice, or names a group that can be none.
    """
    grants: dict[str, Grant] = {}
    for text in texts:
        scoped = _SCOPED.fullmatch(text)
        token = scoped["token"] if scoped else text
        if not _TOKEN.fullmatch(token) or token.startswith("="):
            raise UsageError(f"token {token!r}: a token is one or more printable ASCII characters, no blanks")
        if token in grants:
            raise UsageError(f"token {token!r} is given twice")
        groups = scoped["groups"].split(",") if scoped else None
        for group in groups or ():
            if not _GROUP.fullmatch(group):
                raise UsageError(f"token {token!r}: {group!r} is no group; one is written like GROUP001")
        grants[token] = Grant(frozenset(groups)) if groups else EVERYTHING
    return grants
