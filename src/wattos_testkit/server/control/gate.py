"""Who may control: programs of this machine, and pages that it serves; nobody from elsewhere by a detour.

A browser on this machine can be led here by any page. What the page may not do is hide that it did: the
name that it called is in `Host` (a name that was pointed at 127.0.0.1 stays a strange name), the page's own
address in `Origin`, and a proxy's in its headers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from connexion.exceptions import ProblemException
from starlette.types import Scope

from wattos_testkit.server.access import Access
from wattos_testkit.server.control.modes import ANY
from wattos_testkit.server.control.refusal import Refusal

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\[\]:,/@ ]+)(:[0-9]{1,5})?", re.ASCII)
_PAGE = re.compile(rf"https?://(?P<at>{_HOST.pattern})", re.ASCII)
_PASSED_ON = {"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"}
_HINT = "; `serve --control any` opens it to others"


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules of one mock."""

    mode: str
    access: Access

    def origin(self, headers: Mapping[str, str]) -> str | None:
        """Return the page that asks, if a page asks and may.

        Raises
        ------
        Refusal
            403, if it may not.
        """
        origin = headers.get("origin")
        if origin is None:
            return None
        page = _PAGE.fullmatch(origin)
        own = self.mode == ANY and page is not None and page["at"].lower() == headers.get("host", "").lower()
        if page is None or not (own or _is_loopback(page["name"].strip("[]"))):
            raise Refusal(
                403, f"Origin: pages of {_cut(origin)} may not control this mock; those of localhost may"
            )
        return origin

    def check(self, scope: Scope, headers: Mapping[str, str], *, preflight: bool = False) -> None:
        """Let a request pass; a preflight carries no credential, what it asks for will have to.

        Raises
        ------
        Refusal
            401 or 403, if it may not.
        """
        if self.mode == ANY:
            if not preflight:
                self._check_token(headers.get("authorization"))
            return
        for end, whose in (("client", "The client"), ("server", "The address that was called")):
            address = scope.get(end)
            if not address or not _is_loopback(str(address[0])):
                raise Refusal(403, f"{whose} is not of this machine: control is for programs on it{_HINT}")
        for name in headers:
            if name in _PASSED_ON or name.startswith("x-forwarded-"):
                raise Refusal(403, f"{name}: control is not for requests that a proxy passes on{_HINT}")
        host = _HOST.fullmatch(headers.get("host", ""))
        if host is None or not _is_loopback(host["name"].strip("[]")):
            asked = _cut(headers.get("host", ""))
            raise Refusal(
                403, f"Host: {asked} is no name of this machine; right are localhost and 127.0.0.1{_HINT}"
            )

    def _check_token(self, authorization: str | None) -> None:
        if not self.access.tokens:
            return
        try:
            given = authorization.encode("latin-1") if authorization is not None else None
            grant = self.access.admit(given)
        except ProblemException as problem:
            raise Refusal(401, str(problem.detail), headers=dict(problem.headers or {})) from None
        if grant.groups is not None:
            raise Refusal(403, "This bearer token sees some groups only; control needs one that sees all")


def _is_loopback(name: str) -> bool:
    if name.lower().rstrip(".") == "localhost":
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool(address.is_loopback or (mapped is not None and mapped.is_loopback))


def _cut(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:80] + "…")  # noqa: PLR2004 - what fits a line
