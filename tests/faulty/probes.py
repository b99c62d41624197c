"""A fixed set of requests that tells every faulty server from the healthy one."""

import hashlib
import http.client
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import quote, urlsplit

from tests.faulty.fleet import TOKEN
from tests.faulty.server import Healthy

DAY = ("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z")
IDS = {"pv": "PV000001", "bess": "BE000001", "meters": "ME000001"}


@dataclass(frozen=True)
class Probe:
    """A request."""

    path: str
    headers: dict[str, str] = field(default_factory=lambda: {"Authorization": f"Bearer {TOKEN}"})


@dataclass(frozen=True)
class Seen:
    """What came back, without what differs from call to call."""

    status: int
    kind: str
    challenge: str
    etag: str
    headers: tuple[str, ...]
    """The names of all headers."""
    body: bytes


def series(what: str, start: str, end: str, interval: object, resource: str | None = None) -> Probe:
    """Return the request for a series."""
    one = f"resource_id={resource}&" if resource else ""
    return Probe(f"/{what}/data?{one}start={start}&end={end}&agg_interval={interval}")


def _refused() -> list[Probe]:
    good = {"start": DAY[0], "end": DAY[1], "agg_interval": "15", "resource_id": "PV000001"}
    changes: list[dict[str, str | None]] = [
        *({"agg_interval": value} for value in ("7", "0", "-15", "60", "x", "", "15.0", "+15", "٣٠", None)),
        *(
            {"resource_id": value}
            for value in ("pv000001", "PV00000", "PV0000011", "", " PV00000", "PV000001\n")
        ),
        *(
            {"resource_id": value}
            for value in ("PV00000\0", "P" * 300, "\uff30\uff36000001", "PV\u00c900001", "ZZ999999")
        ),
        *(
            {"start": value}
            for value in ("2026-06-01T00:00:30Z", "2026-06-01T00:00:00", "2026-06-01", None, "x")
        ),
        *(
            {"start": value}
            for value in ("2026-02-30T00:00:00Z", "2026-06-01T00:00:00+09:00", "2026-06-03T00:00:00Z")
        ),
        *({"start": value} for value in ("1960-01-01T00:00:00Z", DAY[1])),
        *({"resource_id": value} for value in ("PV'00001", "PV000001;--")),
        {"start": "2025-02-29T00:00:00Z", "end": "2025-03-01T06:00:00Z"},
        {"end": None},
        {"end": "2026-06-01T00:10:00Z"},
        {"end": "2026-06-01T00:00:30Z"},
    ]
    probes = []
    for change in changes:
        values = {key: value for key, value in (good | change).items() if value is not None}
        probes.append(Probe("/pv/data?" + "&".join(f"{key}={quote(value)}" for key, value in values.items())))
    groups = ("", "?group_id=group001", "?group_id=GROUP0001", "?group_id=%20ROUP001", "?group_id=GROUP999")
    probes += [Probe("/sites" + group) for group in groups]
    probes += [Probe(f"/sites/{site}/resources") for site in ("SITE9999", "site0001", "SITE00011")]
    probes.append(Probe("/pv/data?" + "&".join(f"{key}={value}" for key, value in good.items()) + "&start=x"))
    return [*probes, series("meters", *DAY, 7)]


def _unauthorised() -> list[Probe]:
    paths = (
        "/sites?group_id=GROUP001",
        "/sites/SITE0001/resources",
        series("bess", *DAY, 15, "BE000001").path,
        series("pv", *DAY, 30).path,
    )
    values = (
        None,
        "Bearer wrong",
        "Bearer ",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN[:9]}",
        f"Bearer {TOKEN.upper()}",
        f"Bearer {TOKEN}x",
    )
    return [
        Probe(path, {} if value is None else {"Authorization": value}) for value in values for path in paths
    ]


def _tomorrow() -> tuple[str, str]:
    start = datetime.now(UTC).replace(minute=0) + timedelta(hours=2)
    return start.strftime("%Y-%m-%dT%H:%M:00Z"), (start + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:00Z")


def november() -> list[Probe]:
    """Return requests for November 2026, in part the same twice, and for windows that nobody else asks."""
    days, recent = ("2026-11-01T20:00:00Z", "2026-11-03T00:00:00Z"), "2026-11-24T00:00:00Z"
    found = [series("pv", recent, "2026-11-26T00:00:00Z", 30, "PV000001")]
    found += [series(what, *days, interval, one) for what, one in IDS.items() for interval in (30, 1)]
    found += [series("pv", recent, "2026-11-25T06:00:00Z", 15) for _ in "ab"]
    found += [series("meters", *days, 15), series("pv", *days, 15, "PV000005")]
    found += [series("pv", *days, 15, "PV000002"), series("pv", *days, 15)]
    found += [Probe(probe.path, {**probe.headers, "If-None-Match": '"made-up"'}) for probe in found[:1]]
    good = {"start": days[0], "end": days[1], "agg_interval": "15", "resource_id": "PV000001"}
    changes = (
        {"start": "1793577600"},
        {"start": "2026-11-01 20:00:00Z"},
        {"resource_id": "PV000001,PV000002"},
    )
    for change in changes:
        found.append(Probe("/pv/data?" + "&".join(f"{k}={quote(v)}" for k, v in (good | change).items())))
    strangers = (series("pv", *days, 15, "ZZ999999").path, "/pv/data")
    found += [Probe(strangers[0], {}), Probe(strangers[1]), Probe("/sites?group_id=ZZZZZZZZ")]
    return found + _third(good) + _fourth(good) + _fifth() + _sixth()


def _third(good: dict[str, str]) -> list[Probe]:
    """Return what only the third hold-out answers otherwise."""
    asked = series("pv", good["start"], good["end"], 15, "PV000001")
    tag = hashlib.sha1(Healthy().encode({"sites": Healthy().sites("GROUP002")}), usedforsecurity=False)
    return [
        Probe(asked.path, {**asked.headers, "Accept-Encoding": "gzip"}),
        Probe(asked.path, {**asked.headers, "If-None-Match": '"long-ago"'}),
        Probe(asked.path.replace("PV000001", "PV00000_")),
        Probe(asked.path.replace(good["start"], "20261101T2000Z")),
        Probe("/sites/PV000001/resources"),
        Probe("/sites?group_id=GROUP002", {"If-None-Match": f'"{tag.hexdigest()}"'}),
    ]


def _fourth(good: dict[str, str]) -> list[Probe]:
    """Return what only the fourth hold-out answers otherwise."""
    asked = series("pv", good["start"], good["end"], 15, "PV000001")
    tag = hashlib.sha1(Healthy().encode({"sites": Healthy().sites("GROUP002")}), usedforsecurity=False)
    return [
        Probe(asked.path + "&verbose=true"),
        Probe("/sites?group_id=GROUP002", {**asked.headers, "If-None-Match": f'"{tag.hexdigest()}"'}),
        series("meters", "2026-06-01T00:00:00Z", "2026-06-29T00:00:00Z", 5, "ME000001"),
    ]


def _fifth() -> list[Probe]:
    """Return what only the fifth hold-out answers otherwise."""
    return [series("pv", "2026-11-08T00:00:00Z", "2026-11-25T00:00:00Z", 30, "PV000001")]


def _sixth() -> list[Probe]:
    """Return what only the sixth hold-out answers otherwise."""
    return [series("pv", "2026-11-10T06:00:00Z", "2026-11-11T06:00:00Z", 30, "PV000001")]


def probes() -> list[Probe]:
    """Return the requests, the cheap ones first."""
    hours = ("2026-06-01T06:07:00Z", "2026-06-01T07:52:00Z")
    evening = ("2026-06-01T23:00:00Z", "2026-06-02T01:00:00Z")
    lists = [Probe(f"/sites?group_id={group}") for group in ("GROUP001", "GROUP002")]
    lists += [Probe(f"/sites/SITE000{at}/resources") for at in range(1, 6)]
    found = [*lists, *_unauthorised(), *lists]
    found += [series(what, *evening, 15) for what in IDS]
    found += [series(what, *hours, interval, one) for what, one in IDS.items() for interval in (15, 30)]
    found += [series(what, *DAY, interval, one) for interval in (30, 15, 5) for what, one in IDS.items()]
    found += _refused()
    others = (
        ("pv", "PV000002"),
        ("meters", "ME000002"),
        ("bess", "BE000002"),
        ("bess", "BE000003"),
        ("pv", "BE000001"),
        ("meters", "PV000001"),
    )
    found += [series(what, *DAY, 15, one) for what, one in others]
    found.append(series("pv", "2022-01-01T00:00:00Z", "2022-01-02T00:00:00Z", 30, "PV000001"))
    found.append(series("pv", *_tomorrow(), 30, "PV000001"))
    found.append(series("meters", "2026-03-29T00:00:00Z", "2026-03-29T06:00:00Z", 30, "ME000003"))
    found.append(series("meters", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z", 30, "ME000003"))
    found.append(series("meters", "2025-10-25T22:00:00Z", "2025-10-26T06:00:00Z", 30, "ME000003"))
    found.append(series("meters", "2025-12-31T18:00:00Z", "2026-01-01T06:00:00Z", 30, "ME000003"))
    found.append(series("meters", "2026-05-31T00:00:00Z", "2026-06-01T00:00:00Z", 30, "ME000003"))
    found.append(
        Probe(f"/pv/data?agg_interval=30&end={DAY[1]}&start={quote(DAY[0], safe='')}&resource_id=PV000001")
    )
    found += [series(what, *DAY, 1, one) for what, one in IDS.items()]
    found += [
        series(what, "2026-06-01T00:00:00Z", "2026-06-29T00:00:00Z", 30, one) for what, one in IDS.items()
    ]
    return found + november()


class Caller:
    """A connection to one server."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        self._prefix = urlsplit(url).path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def send(self, probe: Probe) -> Seen:
        """Send a request and read all of its answer; status 0 if the connection is closed instead."""
        self._connection.request("GET", self._prefix + probe.path, headers=probe.headers)
        try:
            answer = self._connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            self._connection.close()
            return Seen(0, "", "", "", (), b"")
        challenge = answer.headers.get("WWW-Authenticate", "")
        kind, etag = answer.headers.get("Content-Type", ""), answer.headers.get("ETag", "")
        return Seen(answer.status, kind, challenge, etag, tuple(sorted(answer.headers)), answer.read())
