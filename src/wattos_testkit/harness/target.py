"""The target of a run: its address, how to reach it, and the secrets that open it."""

import shlex
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from wattos_testkit.contract import Contract
from wattos_testkit.errors import UsageError
from wattos_testkit.harness.redaction import Redactor, near_misses, secrets_in

PLACEHOLDER = "wattos-testkit"
"""Sent when nobody gave a token and the target asks for one: open mocks take anything."""
_TOKEN_SECONDS = 30
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Tls:
    """How a TLS connection is made."""

    ca_bundle: str | None = None
    insecure: bool = False
    client_cert: str | None = None
    client_key: str | None = None

    def __post_init__(self) -> None:
        for option, path in (
            ("--ca-bundle", self.ca_bundle),
            ("--client-cert", self.client_cert),
            ("--client-key", self.client_key),
        ):
            if path is not None and not Path(path).is_file():
                raise UsageError(f"{option} {path}: there is no such file")
        if self.client_key and not self.client_cert:
            raise UsageError("--client-key needs --client-cert, the certificate that it belongs to")


@dataclass(frozen=True)
class Target:
    """A server to be checked."""

    base: str
    """Scheme, host, port and base path, no slash at its end, no credentials."""
    token: str | None = field(default=None, repr=False)
    token_given: bool = False
    """Whether a user gave the token; else it is the placeholder, or none."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: str | None = field(default=None, repr=False)
    tls: Tls = field(default_factory=Tls)

    @cached_property
    def redactor(self) -> Redactor:
        """What keeps this target's secrets out of the output."""
        secrets = secrets_in(self.headers)
        # The placeholder is no secret, and it is the name of this program: it would blot out honest text.
        if self.token and self.token_given:
            secrets += [self.token, *near_misses(self.token).values()]
        return Redactor([*secrets, *secrets_in_address(self.proxy)])

    def url(self, path: str, query: dict[str, str] | list[tuple[str, str]] | None = None) -> str:
        """Return the address of a path, its query encoded but readable."""
        return self.base + path + ("?" + urlencode(query, quote_via=quote, safe=":") if query else "")

    def owns(self, url: str) -> bool:
        """Return whether an address has this target's scheme, host and port."""
        return origin(url) == origin(self.base)


def secrets_in_address(url: str | None) -> list[str]:
    """Return the user and the password that an address holds."""
    parts = urlsplit(url or "")
    return [part for part in (parts.username, parts.password) if part]


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of an address, the port also where it is implied."""
    parts = urlsplit(url)
    return (
        parts.scheme.lower(),
        (parts.hostname or "").lower(),
        parts.port or _PORTS.get(parts.scheme.lower()),
    )


def base_url(text: str, contract: Contract) -> str:
    """Return the base address that a user means; the document's base path is added to a bare host.

    Raises
    ------
    UsageError
        If it is no http or https address.
    """
    example = "such as http://127.0.0.1:8080"
    if "://" not in text:
        raise UsageError(
            f"{text!r} is no address: a scheme is missing; write http://{text} or https://{text}"
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"the address cannot be read: {error}; it should be {example}") from None
    if parts.scheme.lower() not in _PORTS:
        raise UsageError(f"{parts.scheme}: is no scheme that can be checked; http and https can, {example}")
    if not parts.hostname:
        raise UsageError(f"the address has no host; it should be {example}")
    if parts.username or parts.password:
        raise UsageError(
            "credentials do not belong in the address; use --token, WATTOS_TOKEN or --token-command"
        )
    if parts.query or parts.fragment:
        raise UsageError(f"the address is to end with the base path, without a query or #; {example}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path.rstrip("/") or contract.base_path
    return f"{parts.scheme.lower()}://{host}{f':{port}' if port else ''}{path}"


def token_of(token: str | None, command: str | None, environment: str | None) -> str | None:
    """Return the token that a user gave: an option, else a command's output, else the environment.

    Raises
    ------
    UsageError
        If the command fails, or the token cannot stand in a header.
    """
    if token is not None:
        return _fit(token, "--token")
    if command is not None:
        return _fit(_run(command), "--token-command")
    return _fit(environment, "WATTOS_TOKEN") if environment else None


def _fit(token: str, source: str) -> str:
    token = token.strip()
    if not token:
        raise UsageError(f"{source}: the token is empty")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(f"{source}: a token has no blanks, and only printable ASCII characters")
    return token


def _run(command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command
            shlex.split(command), capture_output=True, text=True, timeout=_TOKEN_SECONDS, check=False
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"--token-command cannot be run: {reason}") from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"--token-command gave no token within {_TOKEN_SECONDS} s") from None
    if done.returncode != 0:
        # Its output may hold the very secret, so only the code is told.
        raise UsageError(f"--token-command failed with exit code {done.returncode}")
    return done.stdout


def header_of(text: str) -> tuple[str, str]:
    """Return the name and value of a `--header`.

    Raises
    ------
    UsageError
        If it is no `Name: value`, or names what the harness sets itself.
    """
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    token = name.replace("-", "").replace("_", "")
    if not colon or not token.isalnum() or not name.isascii():
        raise UsageError(f"--header {name!r}: write it as 'Name: value'")
    if name.lower() in {"authorization", "host", "accept-encoding", "content-length", "connection"}:
        hint = "use --token" if name.lower() == "authorization" else "it is set by the check itself"
        raise UsageError(f"--header {name}: {hint}")
    if not value.isprintable() or not value.isascii():
        raise UsageError(f"--header {name}: its value has characters that a header cannot carry")
    return name, value
