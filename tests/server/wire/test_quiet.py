"""Where no fault of the wire is active, none of their code is on the way: seen by what is called."""

import asyncio
import sys
from pathlib import Path
from types import FrameType

import pytest
from starlette.types import Message, Scope

from tests.server.mock import PV_DAY
from tests.server.wire.served import FLEET, Switched, placed
from wattos_testkit.faults.model import Placement
from wattos_testkit.faults.plan import Plan
from wattos_testkit.server.app import create_app
from wattos_testkit.server.live import Live
from wattos_testkit.server.wire import connection, layer

WIRE = str(Path(layer.__file__).parent)


def scope_of(*headers: tuple[bytes, bytes]) -> Scope:
    """Return the day of a PV system as a server hands it over."""
    path, _, query = PV_DAY.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": query.encode(),
        "headers": [(b"host", b"x"), (b"authorization", b"Bearer demo"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }


def called(lives: Switched, *headers: tuple[bytes, bytes], times: int = 1) -> set[str]:
    """Return the functions of the wire that are called for a request, and the same again."""
    app = create_app(FLEET, lives=lives)
    found: set[str] = set()

    def watch(frame: FrameType, event: str, argument: object) -> None:
        del argument
        if event == "call" and frame.f_code.co_filename.startswith(WIRE):
            found.add(frame.f_code.co_name)

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def ask() -> None:
        got: list[Message] = []

        async def send(message: Message) -> None:
            got.append(message)

        await app(scope_of(*headers), receive, send)
        assert got[0]["status"] == 200

    async def run() -> None:
        for _ in range(times):
            sys.setprofile(watch)
            try:
                await ask()
            finally:
                sys.setprofile(None)

    asyncio.run(run())
    return found


@pytest.mark.parametrize("placements", [(), (placed("inverter-trip", on=("PV000001",)),)])
def test_no_function_of_the_wire_is_called_without_one(placements: tuple[Placement, ...]):
    """Neither for an answer that is made nor for one that is kept, be the plant healthy or not."""
    assert called(Switched(Live(Plan(placements))), times=2) == set()


def test_functions_of_the_wire_are_called_with_one():
    """The watch above would see them."""
    assert "_struck" in called(Switched(Live(Plan((placed("latency", milliseconds=0.0),)))))
    assert "of_header" in called(Switched(), (b"prefer", b"code=200"))


def test_a_connection_does_nothing_for_a_request():
    """What is added to uvicorn's protocol runs when a connection begins and when the server ends."""
    added = {name for name, value in vars(connection.Connection).items() if callable(value)}
    assert added == {"connection_made", "shutdown"}
