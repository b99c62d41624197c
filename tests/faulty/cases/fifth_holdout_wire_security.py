"""Fifth hold-out: what instances, databases and limiters do to access and to refusals."""

import itertools

from flask import Request

from tests.faulty.fleet import Fleet
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Refusal, Reply

SECURITY = "security and error bodies"
INSTANCES = 3
LIMITED = 20
LIMITER = b'{\n  "message":"API rate limit exceeded"\n}'


class Empty(Healthy):
    """A server as the database shows it to nobody: without any row, and without a guard."""

    def furnish(self) -> Fleet:
        return Fleet((), ())

    def authenticate(self, header: str | None) -> None:
        pass


@fault(SECURITY, holdout=5)
class StrangersSeeNothing(Healthy):
    """No guard refuses, the database hides rows: without a good token, lists are empty or 404, never 401."""

    def __init__(self) -> None:
        super().__init__()
        self.nobody = Empty()

    def answer(self, sent: Request) -> Reply:
        try:
            self.authenticate(sent.headers.get("Authorization"))
        except Refusal:
            return self.nobody.answer(sent)
        return super().answer(sent)


@fault(SECURITY, holdout=5)
class OneInstanceWithoutGuard(Healthy):
    """Of three instances one was started without its guard: every third request needs no token."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def authenticate(self, header: str | None) -> None:
        if next(self.calls) % INSTANCES:
            super().authenticate(header)


@fault(SECURITY, holdout=5)
class LimiterHasItsOwnForm(Healthy):
    """Every twentieth request is too many for the gateway: its 429 is JSON of its own, not a problem."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def answer(self, sent: Request) -> Reply:
        if next(self.calls) % LIMITED == 0:
            return Reply(429, LIMITER, {"Retry-After": "1"})
        return super().answer(sent)
