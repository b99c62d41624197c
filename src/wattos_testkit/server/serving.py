"""Running the mock: from options to a process, or several, that serve until they are told to end."""

import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess

from wattos_testkit.contract import Contract, load_contract
from wattos_testkit.errors import UsageError
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.server.access import Access, parse_tokens
from wattos_testkit.server.operations import MAX_ROWS

DRAIN_SECONDS = 30
"""How long answers that are under way may take after the signal to end."""
KEEP_ALIVE_SECONDS = 75


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What is served, in values that another process can be given; called, it makes the application."""

    fleet_file: str | None = None
    sites: int | None = None
    seed: int | None = None
    spec: str | None = None
    spec_map: str | None = None
    tokens: tuple[str, ...] = ()
    authenticate: bool = True
    max_rows: int = MAX_ROWS
    cors: bool = True
    log: bool = False

    def fleet(self) -> Fleet:
        """Return the fleet."""
        return open_fleet(self.fleet_file, self.sites, self.seed)

    def contract(self) -> Contract:
        """Return the contract."""
        return load_contract(self.spec, self.spec_map)

    def access(self, fleet: Fleet) -> Access:
        """Return the rules of access.

        Raises
        ------
        UsageError
            If a token is scoped to a group that the fleet does not have.
        """
        tokens = parse_tokens(self.tokens)
        scopes = frozenset[str]().union(*(grant.groups or () for grant in tokens.values()))
        missing = sorted(scopes - {group.group_id for group in fleet.groups()} if scopes else ())
        if missing:
            near = fleet.nearest_ids(missing[0])
            hint = f"; like it: {', '.join(near)}" if near else ""
            raise UsageError(f"--token: the fleet has no group {missing[0]}{hint}")
        return Access(required=self.authenticate, tokens=tokens)

    def __call__(self) -> ASGIApp:
        """Return the application."""
        # Loaded here: who only wants the values, or has made a mistake in them, need not wait for Connexion.
        from wattos_testkit.server.access_log import AccessLog  # noqa: PLC0415 - see above
        from wattos_testkit.server.app import create_app  # noqa: PLC0415 - see above

        _quiet()
        fleet = self.fleet()
        app: ASGIApp = create_app(
            fleet,
            contract=self.contract(),
            access=self.access(fleet),
            max_rows=self.max_rows,
            cors=self.cors,
        )
        return AccessLog(app) if self.log else app


def serve(serving: Serving, listener: socket.socket, workers: int, ready: Callable[[], None]) -> None:
    """Serve until a signal to end; `ready` is called when the first request would be answered."""
    _quiet()
    # Made here for several processes too: a mistake is then one line of this one, not one of each of them.
    app = serving()
    if workers > 1:
        _Workers(config_of(serving, workers), listener, ready).run()
        return
    # uvicorn raises the signal again once it has drained; here that is the end of the story, not a death.
    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, _ended)
    _Announcing(config_of(app), ready).run([listener])


def config_of(app: ASGIApp | Serving, workers: int = 1) -> Config:
    """Return how uvicorn serves an application, or, in several processes, what makes one."""
    return Config(
        app,
        factory=workers > 1,
        workers=workers,
        loop="auto",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


class _Announcing(Server):
    """A server that says when it is ready."""

    def __init__(self, config: Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        self._ready()


class _Workers(Multiprocess):
    """Several processes on one socket."""

    def __init__(self, config: Config, listener: socket.socket, ready: Callable[[], None]) -> None:
        super().__init__(config, [listener])
        self._ready = ready

    def init_processes(self) -> None:
        """Start them; the first that can answer makes the whole ready."""
        super().init_processes()
        if self.processes[0].wait_until_ready(timeout=60, should_exit=self.should_exit):
            self._ready()


def _ended(number: int, frame: FrameType | None) -> None:
    del number, frame


def _quiet() -> None:
    """Let the libraries' logs go nowhere: what users must know is said in one line by us."""
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)
    logging.getLogger("connexion").setLevel(logging.CRITICAL + 1)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)
    logging.captureWarnings(capture=True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL + 1)
    sys.stderr.flush()
