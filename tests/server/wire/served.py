"""The mock on a real port of this process, where a test decides how time passes."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from time import monotonic

from uvicorn import Server

from tests.server.mock import BEARER, Reply
from wattos_testkit.faults.catalogue import find
from wattos_testkit.faults.model import Placement, Value
from wattos_testkit.faults.plan import Plan
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.server.app import create_app
from wattos_testkit.server.live import Live, Steady
from wattos_testkit.server.serving import config_of
from wattos_testkit.server.wire.timer import Timer

OPERATIONS = ("get_sites", "get_resources", "get_meter_data", "get_bess_data", "get_pv_data")
FLEET = open_fleet()


def placed(fault: str, name: str = "one", on: tuple[str, ...] = OPERATIONS, seed: int = 1, **values: Value):
    """Return a placement that strikes at any time."""
    return Placement(name=name, fault=find(fault), targets=on, start=0, end=2**31, values=values, seed=seed)


@dataclass
class Hours:
    """Time that passes when a test says so; waiting takes none of it, or for ever."""

    now: float = 1_000_000.0
    endless: bool = False
    """Whoever waits waits until the client is gone."""
    waited: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    """Waits that were given up."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        self.waited.append(seconds)
        try:
            await asyncio.sleep(3600.0 if self.endless else 0.0)
        except asyncio.CancelledError:
            self.ended.append(seconds)
            raise

    @property
    def timer(self) -> Timer:
        """As the server wants it."""
        return Timer(sleep=self.sleep, seconds=lambda: self.now, unix=lambda: self.now)


class Switched(Steady):
    """Snapshots that a test puts in place."""

    def place(self, *placements: Placement) -> None:
        """Let these strike and no others, and begin to count."""
        super().__init__(Live(Plan(placements)))


@dataclass
class Served:
    """A mock that listens."""

    address: tuple[str, int]
    loop: asyncio.AbstractEventLoop
    hours: Hours
    lives: Switched

    def place(self, *placements: Placement, endless: bool = False) -> None:
        """Let these strike and no others."""
        self.lives.place(*placements)
        self.hours.__init__(endless=endless)  # type: ignore[misc]

    def ask(
        self, target: str, method: str = "GET", headers: Mapping[str, str] | None = None, **more: str
    ) -> Reply:
        """Send one request, with a bearer token unless headers are given."""
        connection = HTTPConnection(*self.address, timeout=30)
        given = {
            **(BEARER if headers is None else headers),
            **{k.replace("_", "-"): v for k, v in more.items()},
        }
        try:
            connection.request(method, target, headers=given)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    @contextmanager
    def asked(self, target: str, method: str = "GET", *lines: str) -> Iterator[socket.socket]:
        """Send a request over a socket of its own and leave the answer in there."""
        head = [f"{method} {target} HTTP/1.1", "Host: mock", "Authorization: Bearer demo", *lines, "", ""]
        with socket.create_connection(self.address, timeout=30) as peer:
            peer.sendall("\r\n".join(head).encode())
            yield peer

    def tasks(self) -> int:
        """Count what is under way in the server."""

        async def count() -> int:
            return len(asyncio.all_tasks()) - 1

        return asyncio.run_coroutine_threadsafe(count(), self.loop).result(30)

    def waits(self) -> None:
        """Return as soon as somebody waits."""
        while not self.hours.waited:
            self.tasks()

    def settles(self, tasks: int) -> bool:
        """Return whether no more than so many things are under way, as soon as that is so."""
        until = monotonic() + 30.0
        while (now := self.tasks()) > tasks and monotonic() < until:
            pass
        return now <= tasks


@contextmanager
def serving(*placements: Placement, hours: Hours | None = None, **options: bool) -> Iterator[Served]:
    """Serve the demo fleet under faults until the block ends."""
    hours, lives = hours or Hours(), Switched(Live(Plan(placements)))
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(FLEET, lives=lives, timer=hours.timer, **options)
    server = Server(config_of(app))
    loops: list[asyncio.AbstractEventLoop] = []
    ready = threading.Event()

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        startup = server.startup

        async def announcing(sockets: list[socket.socket] | None = None) -> None:
            await startup(sockets)
            ready.set()

        server.startup = announcing  # type: ignore[method-assign]
        await server.serve([listener])

    def run() -> None:
        # The event loop that `serve` runs on: how a socket is closed is the loop's affair.
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(main())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(60)
        yield Served(listener.getsockname(), loops[0], hours, lives)
    finally:
        server.should_exit = True
        thread.join(60)
        listener.close()
