"""The socket that the server listens on; what goes wrong here is one line."""

import errno
import socket

from wattos_testkit.errors import UsageError

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises
    ------
    UsageError
        If the host is none of this machine, or the port is taken or not allowed.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise UsageError(
            f"--host {host!r}: no such host; 127.0.0.1 serves this machine, 0.0.0.0 all"
        ) from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise UsageError(_reason(error, host, port)) from None
    listener.setblocking(False)
    return listener


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"--port {port}: taken by another program on {host}; --port 0 finds a free one"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"--port {port}: this user may not listen there; ports from 1024 on are free to all"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host {host!r}: not an address of this machine; 127.0.0.1 serves this machine, 0.0.0.0 all"
    return f"cannot listen on {host}:{port}: {error.strerror}"


def url_of(listener: socket.socket) -> str:
    """Return the URL by which this machine reaches a socket."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a name for it, not a bind
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
