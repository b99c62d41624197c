"""Why a request got no answer, in words that say what to do."""

import re
import socket
import ssl
from dataclasses import dataclass

from urllib3.exceptions import (
    ConnectTimeoutError,
    LocationParseError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)

from wattos_testkit.harness.target import origin

_NAMES = (NameResolutionError, socket.gaierror)
_SILENT = (ReadTimeoutError, TimeoutError)
_BROKEN = (ProtocolError, ConnectionError)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A reason."""

    kind: str
    """dns, refused, timeout, certificate, tls, proxy, broken or other."""
    text: str

    @property
    def final(self) -> bool:
        """Whether sending again is useless."""
        return self.kind in {"dns", "certificate", "tls", "proxy"}


def trouble_of(error: Exception, url: str) -> Trouble:
    """Return why a request failed."""
    scheme, host, port = origin(url)
    where = f"{host}:{port}"
    chain = _chain(error)
    root = _short(chain[-1])
    for kinds, kind, text in (
        ((ProxyError,), "proxy", f"the proxy does not let us through to {where}: {root}"),
        (_NAMES, "dns", f"there is no host {host!r}: check the spelling, or the network that knows it"),
        (
            (ssl.SSLCertVerificationError,),
            "certificate",
            f"the certificate of {where} is not trusted ({root}): see --ca-bundle FILE, or --insecure",
        ),
        ((ssl.SSLError,), "tls", f"{where} does not speak TLS as we do ({root}); is it {_other(scheme)}?"),
        (
            (ConnectionRefusedError,),
            "refused",
            f"nothing listens at {where}: is the server running, and the port right?",
        ),
        ((NewConnectionError,), "refused", f"{where} cannot be reached: {root}"),
        ((ConnectTimeoutError,), "timeout", f"nothing answers at {where}: no connection within --timeout"),
        (_SILENT, "timeout", f"{where} took the request and stayed silent for longer than --timeout"),
        (_BROKEN, "broken", f"{where} closed the connection instead of an answer ({root})"),
    ):
        if any(isinstance(one, kinds) for one in chain):
            return Trouble(kind, text)
    return Trouble("other", f"{where}: {_short(error)}")


def _chain(error: BaseException) -> list[BaseException]:
    """Return an exception and what it wraps, outermost first."""
    chain: list[BaseException] = []
    here: BaseException | None = error
    while here is not None and here not in chain:
        chain.append(here)
        inner = getattr(here, "reason", None) if isinstance(here, MaxRetryError) else None
        if inner is None and isinstance(here, ProxyError):
            inner = here.original_error
        if inner is None:
            inner = next((arg for arg in here.args if isinstance(arg, BaseException)), None)
        here = inner or here.__cause__ or here.__context__
    return chain


def _other(scheme: str) -> str:
    return "http:// after all" if scheme == "https" else "https://"


def _short(error: BaseException) -> str:
    if isinstance(error, LocationParseError):
        return "the address cannot be read"
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    # Object addresses and module names mean nothing to a user.
    return re.sub(r"<[^>]*>:? ?|\[[A-Z_: ]+\] ?|\(_ssl.c:\d+\)", "", str(text)).strip()[:160]
