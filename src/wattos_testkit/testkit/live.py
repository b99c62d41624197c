"""A live mock for tests: the `serve` command in a process of its own, on a free port."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Timer
from types import TracebackType
from typing import TYPE_CHECKING, Self

from wattos_testkit.errors import MissingExtraError, UsageError
from wattos_testkit.testkit.control import Control

if TYPE_CHECKING:
    import httpx

_URL = re.compile(r"https?://\S+")
_PATIENCE = 60.0
"""Seconds after which a server that has said nothing is given up."""


@dataclass(repr=False)
class LiveServer(Control):
    """A mock that runs from `start` to `stop`, or as long as a `with` block."""

    arguments: Sequence[str] = ()
    """Options of `wattos-testkit serve`."""
    token: str = "wattos-test"  # noqa: S105 - any token will do, unless the options ask for another
    """The bearer token that `client` sends."""
    url: str = field(default="", init=False)
    """Where it listens, base path included; empty while it does not run."""

    def __post_init__(self) -> None:
        super().__init__()
        self._process: subprocess.Popen[str] | None = None

    def __repr__(self) -> str:
        """Return where it listens."""
        return f"<mock on {self.url}>" if self.url else "<mock that does not run>"

    def start(self) -> Self:
        """Start it, and return when it answers.

        Raises
        ------
        UsageError
            If it refuses its options; the message is its own.
        """
        command = [sys.executable, "-m", "wattos_testkit", "serve", "--port", "0", *self.arguments]
        # What decides for this server is said to it: a token in the environment is meant for another.
        environment = {name: value for name, value in os.environ.items() if name != "WATTOS_TOKEN"}
        with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
            process = subprocess.Popen(  # noqa: S603 - our own command
                command, stdout=subprocess.PIPE, stderr=said, text=True, encoding="utf-8", env=environment
            )
            self._process = process
            watchdog = Timer(_PATIENCE, process.kill)
            watchdog.start()
            line = process.stdout.readline() if process.stdout else ""
            watchdog.cancel()
            found = _URL.search(line)
            if found is None:
                self.stop()
                said.seek(0)
                reason = said.read().strip() or f"it said nothing for {_PATIENCE:g} s"
                raise UsageError(f"the mock did not start: {reason}")
        self.url = found[0]
        return self

    def stop(self) -> None:
        """End it, whatever it does."""
        if "client" in self.__dict__:
            self.client.close()
            del self.__dict__["client"]
        process, self._process, self.url = self._process, None, ""
        if process is None:
            return
        process.terminate()
        try:
            process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    @cached_property
    def client(self) -> "httpx.Client":
        """A client of httpx that knows the base URL and the token.

        Raises
        ------
        MissingExtraError
            If httpx is not installed.
        """
        try:
            import httpx  # noqa: PLC0415 - who only wants the URL needs no client
        except ImportError:
            raise MissingExtraError("the client of the live mock", "pytest") from None
        return httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=_PATIENCE,
            # A proxy of the environment has no business between a test and its own machine.
            trust_env=False,
        )

    def __enter__(self) -> Self:
        """Start it."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.stop()
