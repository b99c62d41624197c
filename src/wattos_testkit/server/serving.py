"""Running the mock: from options to a process, or several, that serve until they are told to end."""

import gc
import logging
import os
import shutil
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess

from wattos_testkit.contract import Contract, load_contract
from wattos_testkit.errors import OutputError, UsageError
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.server.access import Access, parse_tokens
from wattos_testkit.server.clock import Clock
from wattos_testkit.server.control.board import Board
from wattos_testkit.server.control.journal import Journal
from wattos_testkit.server.control.modes import LOOPBACK, OFF
from wattos_testkit.server.control.state import State, starting
from wattos_testkit.server.operations import MAX_ROWS
from wattos_testkit.server.wire.connection import Connection

DRAIN_SECONDS = 30
"""How long answers that are under way may take after the signal to end."""
KEEP_ALIVE_SECONDS = 75
_MEMORY = "/dev/shm"  # noqa: S108 - what is made there is ours alone
_ROOM = 256 * 2**20
"""Bytes that are free there at least: a container may have little, and others want some too."""


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
    now: str | None = None
    scenario: str | None = None
    control: str = LOOPBACK
    control_query: bool = False
    """Whether a request may ask for faults in its query too."""
    folder: Path | None = None
    """Where the processes share what can be changed; `furnished` has made it."""

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

    def state(self, fleet: Fleet) -> State:
        """Return what the mock starts with: its clock, and the faults of its scenario.

        Raises
        ------
        UsageError
            If the clock or the scenario cannot be.
        """
        try:
            clock = None if self.now is None else Clock.parse(self.now)
        except UsageError as error:
            raise UsageError(f"--now: {error}") from None
        return starting(clock, self.scenario, fleet)

    def furnished(self, folder: Path, state: State) -> "Serving":
        """Write down in an empty folder what the processes share, and return what they are given.

        Raises
        ------
        OutputError
            If there is no room for it.
        """
        try:
            Board.create(folder, state)
            Journal.create(folder)
        except (OSError, sqlite3.Error) as error:
            raise OutputError(f"{folder}: what the server shares cannot be written: {error}") from None
        return replace(self, folder=folder)

    def __call__(self) -> ASGIApp:
        """Return the application."""
        # Loaded here: who only wants the values, or has made a mistake in them, need not wait for Connexion.
        from wattos_testkit.server.access_log import AccessLog  # noqa: PLC0415 - see above
        from wattos_testkit.server.app import create_app  # noqa: PLC0415 - see above
        from wattos_testkit.server.control.app import Control  # noqa: PLC0415 - see above
        from wattos_testkit.server.control.desk import Desk  # noqa: PLC0415 - see above
        from wattos_testkit.server.control.gate import Gate  # noqa: PLC0415 - see above
        from wattos_testkit.server.naming import OperationNames  # noqa: PLC0415 - see above

        _quiet()
        fleet, contract = self.fleet(), self.contract()
        access = self.access(fleet)
        board = None if self.folder is None else Board(self.folder)
        journal, control = None, None
        if board is not None and self.control != OFF:
            journal = Journal(board.folder)
            desk = Desk(board, self.fleet(), contract, OperationNames(contract))
            control = Control(desk, Gate(self.control, access))
        app: ASGIApp = create_app(
            fleet,
            contract=contract,
            access=access,
            max_rows=self.max_rows,
            cors=self.cors,
            lives=board,
            prefer=self.control != OFF,
            query_form=self.control_query,
            journal=journal,
            control=control,
        )
        return AccessLog(app) if self.log else app


def serve(
    serving: Serving, state: State, listener: socket.socket, workers: int, ready: Callable[[], None]
) -> None:
    """Serve until a signal to end; `ready` is called when the first request would be answered."""
    _quiet()
    for which in (signal.SIGINT, signal.SIGTERM):
        # Until there is a server that drains: whatever is left behind is cleared away.
        signal.signal(which, _interrupted)
    with TemporaryDirectory(prefix="wattos-testkit-", dir=_shared(), ignore_cleanup_errors=True) as folder:
        _serve(serving.furnished(Path(folder), state), listener, workers, ready)


def _serve(serving: Serving, listener: socket.socket, workers: int, ready: Callable[[], None]) -> None:
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
        http=Connection,
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


def _shared() -> str | None:
    """Return where files that only processes share lie best: in memory, where the system has such a place.

    On a disk the system would write the journal down every few seconds, which costs each request a percent.
    """
    free = shutil.disk_usage(_MEMORY).free if os.access(_MEMORY, os.W_OK) else 0
    return _MEMORY if free > _ROOM else None


def _ended(number: int, frame: FrameType | None) -> None:
    del number, frame


def _interrupted(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _quiet() -> None:
    """Let the libraries' logs go nowhere: what users must know is said in one line by us."""
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)
    logging.getLogger("connexion").setLevel(logging.CRITICAL + 1)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)
    logging.captureWarnings(capture=True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL + 1)
    sys.stderr.flush()
