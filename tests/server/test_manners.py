"""HTTP as proxies, browsers and caches expect it."""

import gzip
import socket

import brotli
import pytest
import zstandard

from tests.server.mock import BEARER, PV_DAY, Mock, Reply, running

MONTH = PV_DAY.replace("2024-03-21", "2024-04-20").replace("agg_interval=15", "agg_interval=1")
ORIGIN = {**BEARER, "Origin": "http://localhost:5173"}


def _coded(mock: Mock, accept: str, target: str = PV_DAY, method: str = "GET") -> Reply:
    return mock.ask(target, method, headers={**BEARER, "Accept-Encoding": accept})


@pytest.mark.parametrize("target", [PV_DAY, MONTH, "/sites?group_id=GROUP001", "/sites/SITE0001/resources"])
def test_head_is_get_without_the_body(mock: Mock, target: str):
    """HEAD answers with the headers of GET, the length included, and costs no rows."""
    head, got = mock.ask(target, "HEAD"), mock.ask(target)
    assert head.status == 200
    assert head.body == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control", "Vary"):
        assert head.headers[name] == got.headers[name], name
    assert int(head.headers["Content-Length"]) == len(got.body)


def test_head_refuses_as_get_does(mock: Mock):
    """What GET refuses, HEAD refuses with the same status."""
    assert mock.ask(PV_DAY + "&x=1", "HEAD").status == 400
    assert mock.ask(PV_DAY, "HEAD", headers={}).status == 401
    assert mock.ask("/sites/SITE9999/resources", "HEAD").status == 404


def test_a_tag_is_a_strong_validator(mock: Mock):
    """The tag sent back is a 304 without a body; any other is the whole answer again."""
    whole = mock.ask(PV_DAY)
    tag = whole.headers["ETag"]
    assert tag.startswith('"')
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = mock.ask(PV_DAY, headers={**BEARER, "If-None-Match": given})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["Cache-Control"] == whole.headers["Cache-Control"]
        assert again.headers["Vary"] == whole.headers["Vary"]
    for given in ('"other"', tag.strip('"'), f'{tag[:-2]}0"'):
        assert mock.ask(PV_DAY, headers={**BEARER, "If-None-Match": given}).body == whole.body


def test_a_tag_costs_no_rows(mock: Mock):
    """A whole century without a resource is not generated to learn that it has not changed."""
    target = "/sites?group_id=GROUP003"
    tag = mock.ask(target, "HEAD").headers["ETag"]
    assert mock.ask(target, headers={**BEARER, "If-None-Match": tag}).status == 304
    year = PV_DAY.replace("2024-03-21", "2033-03-21").replace("agg_interval=15", "agg_interval=1")
    tag = mock.ask(year, "HEAD").headers["ETag"]
    assert mock.ask(year, headers={**BEARER, "If-None-Match": tag}).status == 304


def test_different_questions_have_different_tags(mock: Mock):
    """Another resource, window, interval or list is another representation."""
    targets = [
        PV_DAY,
        PV_DAY.replace("PV000001", "PV000002"),
        PV_DAY.replace("resource_id=PV000001&", ""),
        PV_DAY.replace("03-20", "03-19"),
        PV_DAY.replace("03-21", "03-22"),
        PV_DAY.replace("=15", "=30"),
        "/sites?group_id=GROUP001",
        "/sites?group_id=GROUP002",
        "/sites/SITE0001/resources",
        "/sites/SITE0002/resources",
    ]
    assert len({mock.ask(target, "HEAD").headers["ETag"] for target in targets}) == len(targets)


def _unpacked(reply: Reply) -> bytes:
    coding = reply.headers["Content-Encoding"]
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(reply.body)
    return {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}[coding](reply.body)


CHOICES = {
    # what a client accepts -> what it gets
    "gzip": "gzip",
    "br": "br",
    "zstd": "zstd",
    "gzip, deflate": "gzip",
    "gzip, deflate, br": "br",
    "gzip, deflate, br, zstd": "zstd",
    "GZIP": "gzip",
    "x-gzip": "gzip",
    "*": "zstd",
    "*;q=0.5, br": "br",
    "gzip;q=0.9, zstd;q=0.8, br;q=0.1": "gzip",
    "gzip;q=0": None,
    "zstd;q=0, br;q=0.0, gzip;q=0.001": "gzip",
    "identity": None,
    "identity;q=1, gzip;q=0.5": None,
    "identity;q=0.5, gzip;q=1": "gzip",
    "identity;q=0, gzip": "gzip",
    "deflate": None,
    "": None,
    "gzip;q=high": None,
    ";q=1,,": None,
}


@pytest.mark.parametrize(("accept", "coding"), CHOICES.items())
def test_content_is_coded_as_the_client_weighs(mock: Mock, accept: str, coding: str | None):
    """The client's weights decide, then zstd before br before gzip; the bytes inside are the same."""
    for _ in range(2):
        reply = _coded(mock, accept)
        assert reply.status == 200
        assert reply.headers["Content-Encoding"] == coding
        assert _unpacked(reply) == mock.ask(PV_DAY).body


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
def test_long_answers_are_coded_piece_by_piece(mock: Mock, coding: str):
    """A month at one minute is coded as it streams, and kept like that."""
    replies = [_coded(mock, coding, MONTH) for _ in range(2)]
    assert replies[0].body == replies[1].body
    assert len(replies[0].body) < len(mock.ask(MONTH).body) / 4
    assert _unpacked(replies[0]) == mock.ask(MONTH).body


def test_each_coding_has_its_own_tag(mock: Mock):
    """A strong tag names bytes, and coded bytes are others."""
    tags = {accept: _coded(mock, accept).headers["ETag"] for accept in ("", "gzip", "br", "zstd")}
    assert len(set(tags.values())) == 4
    for accept, tag in tags.items():
        headers = {**BEARER, "Accept-Encoding": accept, "If-None-Match": tag}
        assert mock.ask(PV_DAY, headers=headers).status == 304
        headers["If-None-Match"] = tags["gzip" if accept != "gzip" else "br"]
        assert mock.ask(PV_DAY, headers=headers).status == 200


def test_small_answers_are_not_coded(mock: Mock):
    """What fits into a packet anyway is sent plain, unless plain is refused."""
    target = "/sites?group_id=GROUP999"
    assert _coded(mock, "gzip", target).headers["Content-Encoding"] is None
    assert _coded(mock, "gzip, identity;q=0", target).headers["Content-Encoding"] == "gzip"


def test_who_refuses_everything_gets_406(mock: Mock):
    """No coding and no plain bytes either is a 406 that says what there is."""
    for accept in ("identity;q=0", "*;q=0", "deflate, identity;q=0"):
        reply = _coded(mock, accept)
        assert reply.status == 406
        assert "zstd, br, gzip" in reply.json()["detail"]


def test_head_of_a_coded_answer(mock: Mock):
    """HEAD names the coding and its tag; the length of what was not coded is left out."""
    head, got = _coded(mock, "br", PV_DAY.replace("2024", "2025"), "HEAD"), _coded(mock, "br")
    assert head.headers["Content-Encoding"] == got.headers["Content-Encoding"] == "br"
    assert head.headers["Content-Length"] is None


@pytest.mark.parametrize(
    ("target", "headers", "status"),
    [
        (PV_DAY, ORIGIN, 200),
        (PV_DAY + "&x=1", ORIGIN, 400),
        (PV_DAY, {"Origin": "http://localhost:5173"}, 401),
        ("/sites/SITE9999/resources", ORIGIN, 404),
        ("/nothing", ORIGIN, 404),
        ("/healthz", ORIGIN, 200),
    ],
)
def test_a_browser_may_read_every_answer(mock: Mock, target: str, headers: dict[str, str], status: int):
    """CORS headers stand on every answer to a browser, errors and kept answers included."""
    reply = mock.ask(target, headers=headers)
    assert reply.status == status
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    exposed = reply.headers["Access-Control-Expose-Headers"]
    assert {"ETag", "X-Request-Id", "WWW-Authenticate"} <= set(exposed.split(", "))
    assert reply.headers.get_all("Access-Control-Allow-Origin") == ["*"]


def test_preflight(mock: Mock):
    """A preflight is answered without a credential and allows what it asks for."""
    reply = mock.ask(
        PV_DAY,
        "OPTIONS",
        headers={
            "Origin": "http://localhost:5173",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization, x-request-id",
        },
    )
    assert reply.status == 204
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in reply.headers["Access-Control-Allow-Methods"]
    assert reply.headers["Access-Control-Allow-Headers"] == "authorization, x-request-id"


def test_not_modified_for_a_browser(mock: Mock):
    """A 304 carries the CORS headers too: a browser takes them into what it has stored."""
    tag = mock.ask(PV_DAY).headers["ETag"]
    for target in (PV_DAY, PV_DAY.replace("&agg", "&&agg")):
        reply = mock.ask(target, headers={**ORIGIN, "If-None-Match": tag})
        assert reply.status == 304
        assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_cors_can_be_switched_off():
    """With --no-cors no answer has CORS headers, and a preflight is a method that is not allowed."""
    with running("--no-cors") as mock:
        assert mock.ask(PV_DAY, headers=ORIGIN).headers["Access-Control-Allow-Origin"] is None
        preflight = {**ORIGIN, "Access-Control-Request-Method": "GET"}
        assert mock.ask(PV_DAY, "OPTIONS", headers=preflight).status == 405


def test_a_request_id_is_kept_or_made(mock: Mock):
    """The id that a request brings comes back; without one, or with a wild one, it gets its own."""
    for target in (PV_DAY, "/nothing", "/healthz"):
        assert (
            mock.ask(target, headers={**BEARER, "X-Request-Id": "abc-1"}).headers["X-Request-Id"] == "abc-1"
        )
        made = {mock.ask(target).headers["X-Request-Id"] for _ in range(3)}
        assert len(made) == 3
        assert all(made)
    wild = mock.ask(PV_DAY, headers={**BEARER, "X-Request-Id": "x" * 200}).headers["X-Request-Id"]
    assert wild
    assert len(wild) < 129


def test_answers_are_not_to_be_reused_unasked(mock: Mock):
    """A cache asks each time, and keeps apart what differs by credential and coding."""
    headers = mock.ask(PV_DAY).headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert {"Accept-Encoding", "Authorization"} <= set(headers["Vary"].split(", "))


def test_one_connection_serves_many_requests(mock: Mock):
    """Requests one after the other, and all at once, are answered in order on one connection."""
    one = f"GET {PV_DAY} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n"
    bad = "GET /nothing HTTP/1.1\r\nHost: x\r\n"
    answers = mock.raw(f"{one}\r\n{bad}\r\n{one}\r\n{bad}Connection: close\r\n\r\n".encode())
    statuses = [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200, 404, 200, 404]


def test_old_clients_are_served(mock: Mock):
    """HTTP/1.0 gets its answer and the end of the connection."""
    answer = mock.raw(f"GET {PV_DAY} HTTP/1.0\r\nAuthorization: Bearer t\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert body == mock.ask(PV_DAY).body


def test_a_body_on_a_get_is_ignored(mock: Mock):
    """A client that sends a body with its GET gets the answer all the same, the next request too."""
    head = f"GET {PV_DAY} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nContent-Length: 200000\r\n\r\n"
    first = head.encode() + b"x" * 200_000
    second = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answers = mock.raw(first + second)
    assert answers.count(b"HTTP/1.1 200 ") == 2


def test_a_request_in_small_parts(mock: Mock):
    """A request that comes byte by byte is a request."""
    text = (
        f"GET {PV_DAY} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\nConnection: close\r\n\r\n".encode()
    )
    with socket.create_connection(mock.address, timeout=30) as peer:
        for byte in text:
            peer.sendall(bytes([byte]))
        answer = b""
        while piece := peer.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 200 ")
