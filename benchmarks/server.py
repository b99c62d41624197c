"""The server: what a request costs, and what a long answer costs everybody else."""

import asyncio
import itertools
import random
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter, thread_time

from benchmarks.load import Download, connect, download, fetch, headers, request, run
from benchmarks.processes import Running, bare, mock
from benchmarks.registry import Measured, Row

DAY = "/pv/data?resource_id=PV000001&start=2024-03-20T00:00:00Z&end=2024-03-21T00:00:00Z&agg_interval=15"
MONTH = "/pv/data?resource_id={}&start=2024-03-01T00:00:00Z&end=2024-04-01T00:00:00Z&agg_interval=1"
YEAR = "/pv/data?resource_id={}&start=2024-01-01T00:00:00Z&end=2025-01-01T00:00:00Z&agg_interval=1"
TINY = "/sites?group_id=GROUP001"
ROUNDS = 12
BEFORE = 1.14
"""What a kept answer cost, in bare applications, in the last revision without faults, clock and journal:
measured beside this one, in turns, on the same machine."""
IDS = {
    "pv": [f"PV{number:06}" for number in range(1, 28)],
    "bess": [f"BE{number:06}" for number in range(1, 16)],
    "meters": [f"ME{number:06}" for number in range(1, 41)],
}
_LAST_DAY = (date(2099, 12, 31) - date(2025, 1, 1)).days


def in_process() -> Measured:
    """Measure Connexion's routing, the bearer token and the strict parameters, without a handler's work."""
    from wattos_testkit.contract import load_contract  # noqa: PLC0415 - only this row needs the application
    from wattos_testkit.server.access import Access  # noqa: PLC0415
    from wattos_testkit.server.app import layered  # noqa: PLC0415
    from wattos_testkit.server.cache import AnswerCache  # noqa: PLC0415
    from wattos_testkit.server.endpoint import make_endpoints  # noqa: PLC0415
    from wattos_testkit.server.front import Front  # noqa: PLC0415

    class NoReplies:
        async def send(self, *arguments: object) -> None:
            """Do nothing."""

    def nothing(*arguments: object) -> None:
        """Answer nothing."""

    contract = load_contract()
    endpoints = make_endpoints(contract, Access(), dict.fromkeys(contract.operations, nothing), NoReplies())
    app = Front(layered(contract, endpoints), cache=AnswerCache())
    path, _, query = DAY.partition("?")
    given = [(b"host", b"127.0.0.1"), (b"accept", b"*/*"), (b"authorization", b"Bearer bench")]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": given,
        "root_path": "",
    }

    async def many(count: int) -> float:
        began = thread_time()
        for _ in range(count):
            await app(dict(scope), None, None)
        return (thread_time() - began) / count

    async def rounds() -> list[float]:
        return [1e6 * await many(2000) for _ in range(12)]

    costs = asyncio.run(rounds())
    return Measured(f"{median(costs):.1f} µs", median(costs) <= 20.0, f"best round {min(costs):.1f} µs")


def same_day_again() -> Measured:
    """Compare the same day again with bare applications: one of the same answer, one of its body alone."""
    names = ("ours", "same", "body")
    rates: dict[str, list[float]] = {name: [] for name in names}
    cpu: dict[str, list[float]] = {name: [] for name in names}
    with mock() as ours, tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        body = fetch(ours.port, DAY)
        servers = {
            "body": stack.enter_context(bare(body, Path(folder))),
            "same": stack.enter_context(bare(body, Path(folder), *headers(ours.port, DAY))),
            "ours": ours,
        }
        for _ in range(ROUNDS):
            for name, server in servers.items():
                used = server.cpu()
                load = run(server.port, itertools.repeat(request(DAY)), 0.5)
                rates[name].append(load.rate)
                cpu[name].append(1e6 * (server.cpu() - used) / load.requests)
    rate, cost = {n: median(rates[n]) for n in names}, {n: median(cpu[n]) for n in names}
    share = rate["ours"] / rate["same"]
    return Measured(
        f"{100 * share:.0f} %",
        share >= 0.85,
        f"{rate['ours']:,.0f} of {rate['same']:,.0f} req/s, "
        f"{cost['ours']:.1f} to {cost['same']:.1f} µs of CPU; "
        "beside one that sends the body without ETag, Cache-Control, Vary and X-Request-Id: "
        f"{100 * rate['ours'] / rate['body']:.0f} % ({cost['body']:.1f} µs)",
    )


def control() -> Measured:
    """Compare the same day again with and without the control API and its journal, in turns."""
    names = ("on", "off", "bare")
    cpu: dict[str, list[float]] = {name: [] for name in names}
    with (
        mock() as on,
        mock("--control", "off") as off,
        tempfile.TemporaryDirectory() as folder,
        bare(fetch(on.port, DAY), Path(folder), *headers(on.port, DAY)) as yardstick,
    ):
        fetch(off.port, DAY)
        servers = {"on": on, "off": off, "bare": yardstick}
        for _ in range(3 * ROUNDS):
            for name, server in servers.items():
                used = server.cpu_ns()
                load = run(server.port, itertools.repeat(request(DAY)), 0.25)
                cpu[name].append((server.cpu_ns() - used) / load.requests / 1000.0)
    # Side by side: what else the machine does in a turn slows all of them down.
    to_bare = median(mine / other for mine, other in zip(cpu["on"], cpu["bare"], strict=True))
    to_off = median(mine / other for mine, other in zip(cpu["on"], cpu["off"], strict=True))
    cost = {name: median(cpu[name]) for name in names}
    return Measured(
        f"{to_bare:.3f} x a bare application",
        to_bare <= 1.03 * BEFORE,
        f"{100 * (to_bare / BEFORE - 1):+.1f} % to before, {100 * (to_off - 1):+.1f} % to --control off; "
        f"{cost['on']:.1f}, {cost['off']:.1f} and {cost['bare']:.1f} µs of CPU",
    )


def _random_days(path: str) -> Iterator[bytes]:
    draw = random.Random(1)  # noqa: S311 - which day is asked for, the same in every run
    while True:
        day = date(2025, 1, 1) + timedelta(days=draw.randrange(_LAST_DAY))
        yield request(
            f"/{path}/data?resource_id={draw.choice(IDS[path])}&start={day}T00:00:00Z"
            f"&end={day + timedelta(days=1)}T00:00:00Z&agg_interval=15"
        )


def new_days(path: str, must: float) -> Measured:
    """Measure days never asked for before."""
    with mock() as ours:
        targets = _random_days(path)
        run(ours.port, targets, 1.0)
        used = ours.cpu()
        load = run(ours.port, targets, 4.0)
        cost = 1e6 * (ours.cpu() - used) / load.requests
    return Measured(f"{load.rate:,.0f} req/s", load.rate >= must, f"{cost:.0f} µs of CPU a request")


def _month(server: Running, target: str) -> tuple[Download, float]:
    before = server.memory()
    server.reset_peak()
    got = download(server.port, target)
    return got, server.peak() - before


@contextmanager
def _warm() -> Iterator[Running]:
    """Run a mock whose code has been used: what is measured is data that are new, not code that is."""
    with mock() as ours:
        fetch(ours.port, MONTH.format("PV000002").replace("2024-04-01", "2024-03-03"))
        yield ours


def month_cold() -> Measured:
    """Measure a month at one minute that was never asked for, resource after resource."""
    with _warm() as ours:
        got = [_month(ours, MONTH.format(name)) for name in ("PV000001", "PV000003", "PV000004", "PV000005")]
    rate = median(one.gigabytes for one, _ in got)
    first = median(one.first_of_body for one, _ in got)
    memory = max(more for _, more in got)
    return Measured(
        f"{rate:.2f} GB/s, +{memory:.0f} MB, first byte {1e3 * median(one.first for one, _ in got):.1f} ms",
        rate >= 0.4 and memory <= 30.0 and first < 0.010,
        f"first byte of the body {1e3 * first:.1f} ms; {got[0][0].count / 1e6:.1f} MB each",
    )


def month_again() -> Measured:
    """Measure the same month again, beside the bare application."""
    target = MONTH.format("PV000001")
    with _warm() as ours, tempfile.TemporaryDirectory() as folder:
        before = ours.memory()
        ours.reset_peak()
        body = fetch(ours.port, target)
        with bare(body, Path(folder)) as yardstick:
            rates: dict[str, list[float]] = {"ours": [], "bare": []}
            for _ in range(25):
                for name, server in (("bare", yardstick), ("ours", ours)):
                    rates[name].append(download(server.port, target).gigabytes)
        memory = ours.peak() - before
    rate, beside = median(rates["ours"]), median(rates["bare"])
    return Measured(
        f"{rate:.2f} GB/s, +{memory:.0f} MB",
        rate >= 2.0 and memory <= 30.0,
        f"{100 * rate / beside:.0f} % of the bare application's {beside:.2f} GB/s",
    )


def tiny_beside_a_year() -> Measured:
    """Measure tiny requests while years are downloaded."""
    with _warm() as ours:
        finished = Event()

        def downloads() -> None:
            for name in itertools.cycle(IDS["pv"]):
                if finished.is_set():
                    return
                download(ours.port, YEAR.format(name))

        other = Thread(target=downloads)
        other.start()
        times = []
        with connect(ours.port) as peer:
            asked = request(TINY)
            for _ in range(1500):
                began = perf_counter()
                peer.sendall(asked)
                peer.recv(65536)
                times.append(1e3 * (perf_counter() - began))
        finished.set()
        other.join()
    times.sort()
    p99 = times[int(0.99 * len(times))]
    return Measured(f"p99 {p99:.1f} ms", p99 <= 10.0, f"p50 {median(times):.1f} ms, worst {times[-1]:.1f} ms")


def start() -> Measured:
    """Measure from the command to the first 200, and the memory then."""
    times, memory = [], []
    for _ in range(3):
        began = perf_counter()
        with mock() as ours:
            fetch(ours.port, DAY)
            times.append(perf_counter() - began)
            memory.append(ours.memory())
    return Measured(
        f"{median(times):.2f} s, {max(memory):.0f} MB", median(times) <= 2.0 and max(memory) <= 200.0
    )


ROWS = {
    "guard": Row("routing + bearer + strict validation, in process", "≤ 20 µs a request", in_process),
    "again": Row("the same day of 96 rows again", "≥ 85 % of a bare app of the same bytes", same_day_again),
    "control": Row(
        "the same again, with the control API and its journal",
        f"≤ {1.03 * BEFORE:.2f} x a bare app: 3 % more than before there was any",
        control,
    ),
    "new-pv": Row(
        "a PV day never asked before, random resource and day",
        "≥ 2,000 req/s",
        partial(new_days, "pv", 2000.0),
    ),
    "new-battery": Row("the same, battery", "≥ 1,000 req/s", partial(new_days, "bess", 1000.0)),
    "new-meter": Row("the same, meter", "≥ 1,000 req/s", partial(new_days, "meters", 1000.0)),
    "month-cold": Row(
        "31 days at 1 minute, one PV resource: cold", "≥ 0.4 GB/s, +30 MB, first byte < 10 ms", month_cold
    ),
    "month-again": Row("the same again", "≥ 2 GB/s, +30 MB", month_again),
    "tiny": Row("a tiny request while a year at 1 minute is downloaded", "p99 ≤ 10 ms", tiny_beside_a_year),
    "start": Row("start to first 200; resident memory then", "≤ 2 s, ≤ 200 MB", start),
}
