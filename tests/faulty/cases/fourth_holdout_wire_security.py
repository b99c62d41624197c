"""Fourth hold-out: what guards, caches, gateways and memoised errors do to access, headers and refusals."""

import itertools

from flask import Request, Response

from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import TITLES, Refusal, Reply

SECURITY = "security and error bodies"
MOST_ROWS = 3_000
PAGE = (
    b"<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n"
    b"<center><h1>504 Gateway Time-out</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
TITLES.setdefault(412, "Precondition Failed")


@fault(SECURITY, holdout=4)
class WrongTokenCrashes(Healthy):
    """The guard looks a token up and works on with the owner it did not find: a wrong token gets 500."""

    def authenticate(self, header: str | None) -> None:
        try:
            super().authenticate(header)
        except Refusal:
            scheme, _, token = (header or "").partition(" ")
            if scheme.lower() == "bearer" and token.strip():
                raise Refusal(500, "The server failed") from None
            raise


@fault(SECURITY, holdout=4)
class StrangersAreForbidden(Healthy):
    """Who brings no bearer token gets 403 from the framework's guard; only a wrong token gets 401."""

    def authenticate(self, header: str | None) -> None:
        if header is None or header.partition(" ")[0].lower() != "bearer":
            raise Refusal(403, "Not authenticated")
        super().authenticate(header)


@fault(SECURITY, holdout=4)
class PublicForAYear(Healthy):
    """A gateway's rule for static files marks data public and fresh for a year: any cache may share it."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@fault(SECURITY, holdout=4, needs="a question with the validator of an answer")
class ValidatorTakenForACondition(Healthy):
    """If-None-Match is taken for a condition of the question: a validator that still holds gets 412."""

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        if response.status_code != 304:
            return response
        return super().send(self.problem(Refusal(412, "The condition of the request does not hold")), sent)


@fault(SECURITY, holdout=4, needs="an answer of more than 3,000 rows")
class GatewayTimesOut(Healthy):
    """More than 3,000 rows take longer than the gateway waits: always 504 with its page in HTML."""

    def finish(self, reply: Reply, sent: Request) -> Reply:
        document = reply.document
        is_long = isinstance(document, dict) and len(document.get("datas", ())) > MOST_ROWS
        return Reply(504, PAGE, {"Content-Type": "text/html"}) if is_long else reply


@fault(SECURITY, holdout=4)
class FirstProblemRepeated(Healthy):
    """Problems are memoised by status: every 400 has detail and parameter of the first, whoever made it."""

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[int, Reply] = {}

    def problem(self, refusal: Refusal) -> Reply:
        kept = self.made.setdefault(refusal.status, super().problem(refusal))
        return Reply(kept.status, kept.document, dict(kept.headers))


@fault(SECURITY, holdout=4, needs="a question that brings an X-Request-Id")
class RequestIdReplaced(Healthy):
    """The gateway names each exchange itself, even if the request brings an X-Request-Id of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def send(self, reply: Reply, sent: Request) -> Response:
        response = super().send(reply, sent)
        response.headers["X-Request-Id"] = f"gateway-{next(self.calls):08x}"
        return response
