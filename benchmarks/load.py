"""A client that costs less than the server it measures: epoll, one request under way per connection."""

import select
import socket
from collections.abc import Iterator
from time import perf_counter
from typing import NamedTuple

_CREDENTIAL = "Authorization: Bearer bench"
_CHUNK = 1 << 20


class Load(NamedTuple):
    """What a run of requests came to."""

    requests: int
    seconds: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def request(target: str) -> bytes:
    """Return a request as a client would write it."""
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n{_CREDENTIAL}\r\n\r\n".encode()


def connect(port: int) -> socket.socket:
    """Return a connection."""
    peer = socket.create_connection(("127.0.0.1", port))
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return peer


def fetch(port: int, target: str) -> bytes:
    """Return the body of one answer, which must be a 200."""
    with connect(port) as peer:
        peer.sendall(request(target))
        head, body = _head(peer)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.split(b"\r\n")[0].decode())
        pieces, left = [body], _length(head) - len(body)
        while left:
            piece = peer.recv(_CHUNK)
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)


def headers(port: int, target: str) -> list[str]:
    """Return the headers that an answer has beside its type, its length and the date."""
    with connect(port) as peer:
        peer.sendall(request(target))
        head, _ = _head(peer)
    lines = head.decode("latin-1").split("\r\n")[1:]
    return [one for one in lines if not one.lower().startswith(("content-", "date:"))]


def _head(peer: socket.socket) -> tuple[bytes, bytes]:
    text = b""
    while b"\r\n\r\n" not in text:
        text += peer.recv(65536)
    head, _, rest = text.partition(b"\r\n\r\n")
    return head, rest


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise RuntimeError("no Content-Length")


def run(port: int, targets: Iterator[bytes], seconds: float, connections: int = 8) -> Load:
    """Ask for one target after the other, on several connections at once, for some seconds."""
    poll = select.epoll()
    peers = {}
    for _ in range(connections):
        peer = connect(port)
        peers[peer.fileno()] = peer
        poll.register(peer, select.EPOLLIN)
        peer.sendall(next(targets))
    left: dict[int, int] = dict.fromkeys(peers, -1)
    buffer = bytearray(_CHUNK)
    done, began = 0, perf_counter()
    end = began + seconds
    while perf_counter() < end:
        for number, _ in poll.poll(1.0):
            peer = peers[number]
            got = peer.recv_into(buffer)
            if left[number] < 0:
                at = buffer.index(b"\r\n\r\n", 0, got)
                left[number] = _length(bytes(buffer[:at])) + at + 4
                if buffer[9:12] != b"200":
                    raise RuntimeError(bytes(buffer[:got]).decode())
            left[number] -= got
            if not left[number]:
                done += 1
                left[number] = -1
                peer.sendall(next(targets))
    load = Load(done, perf_counter() - began)
    for peer in peers.values():
        peer.close()
    return load


class Download(NamedTuple):
    """One long answer."""

    count: int
    first: float
    """Seconds to the first byte."""
    first_of_body: float
    seconds: float

    @property
    def gigabytes(self) -> float:
        """Gigabytes of body a second."""
        return self.count / self.seconds / 1e9


def download(port: int, target: str) -> Download:
    """Read one answer into a buffer that is used again and again."""
    buffer = bytearray(_CHUNK)
    with connect(port) as peer:
        began = perf_counter()
        peer.sendall(request(target))
        head, rest = _head(peer)
        first = perf_counter() - began
        length = _length(head)
        left, body = length - len(rest), first if rest else 0.0
        while left:
            left -= peer.recv_into(buffer)
            body = body or perf_counter() - began
        return Download(length, first, body, perf_counter() - began)
