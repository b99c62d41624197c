"""What the handlers of the control API work with, and what they give back."""

from asyncio import Lock
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wattos_testkit.contract import Contract
from wattos_testkit.errors import MistakesError, UsageError
from wattos_testkit.fleet.entry import Entry
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.server.control.board import Board
from wattos_testkit.server.control.refusal import Refusal
from wattos_testkit.server.naming import OperationNames

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """What there is."""

    board: Board
    fleet: Fleet
    """One that no request of the API looks at: whom a fault strikes is found out in a thread of its own."""
    contract: Contract
    names: OperationNames
    slowly: Lock = field(default_factory=Lock)
    """Held by the one that does what takes long."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request: what stands in its path, its query and its body."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    document: object = None

    def form(self) -> "Form":
        """Return the body as a mapping whose mistakes are told all at once."""
        return Form(self.document if self.document is not None else {})


class Form(Entry):
    """A body as it is read."""

    def __init__(self, document: object) -> None:
        super().__init__("", document, [])

    def finish(self) -> None:
        """Refuse the body if anything is wrong with it.

        Raises
        ------
        Refusal
            400, with all mistakes.
        """
        self.close()
        refuse([one.replace("the file: ", "the body: ") for one in self.mistakes])


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


Handler = Callable[[Desk, Call], Reply | Awaitable[Reply]]


def refuse(mistakes: list[str]) -> None:
    """Refuse a request that has mistakes.

    Raises
    ------
    Refusal
        400, if there are any.
    """
    if mistakes:
        count = len(mistakes)
        detail = mistakes[0] if count == 1 else f"{count} mistakes; the first: {mistakes[0]}"
        raise Refusal(400, detail, mistakes)


def refusal_of(error: UsageError) -> Refusal:
    """Return the refusal of what a reader found wrong."""
    if isinstance(error, MistakesError):
        mistakes = [one.replace("the file: ", "the body: ") for one in error.mistakes]
        try:
            refuse(mistakes)
        except Refusal as refusal:
            return refusal
    return Refusal(400, str(error), [str(error)])
