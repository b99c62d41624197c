"""Doors that stand open, and refusals that are none."""

import json

from flask import Request, Response

from tests.faulty.fleet import TOKEN
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Refusal, Reply

FAMILY = "security and error bodies"


@fault(FAMILY)
class NoTokenNeeded(Healthy):
    """Data is given to anybody."""

    def authenticate(self, header: str | None) -> None:
        """Let everybody in."""


@fault(FAMILY)
class AnyTokenAccepted(Healthy):
    """Every bearer token is accepted."""

    def authenticate(self, header: str | None) -> None:
        super().authenticate(f"Bearer {TOKEN}" if (header or "").startswith("Bearer ") else header)


@fault(FAMILY)
class SchemeNotChecked(Healthy):
    """The token is accepted under any scheme, Basic included."""

    def authenticate(self, header: str | None) -> None:
        super().authenticate("Bearer " + header.partition(" ")[2] if header else header)


@fault(FAMILY)
class AnyHeaderAccepted(Healthy):
    """Whoever sends the header Authorization is let in, whatever it says."""

    def authenticate(self, header: str | None) -> None:
        super().authenticate(header if header is None else f"Bearer {TOKEN}")


@fault(FAMILY)
class EmptyTokenAccepted(Healthy):
    """A bearer token of no characters is accepted."""

    def authenticate(self, header: str | None) -> None:
        if (header or "").strip() != "Bearer":
            super().authenticate(header)


@fault(FAMILY)
class BatteriesAreOpen(Healthy):
    """The series of batteries need no token."""

    def answer(self, sent: Request) -> Reply:
        if sent.path == "/bess/data":
            return Reply(200, self.serve("get_bess_data", "", sent))
        return super().answer(sent)


@fault(FAMILY)
class ResourcesAreOpen(Healthy):
    """The resources of a site need no token."""

    def answer(self, sent: Request) -> Reply:
        operation, site_id = self.route(sent)
        return Reply(200, self.serve(operation, site_id, sent)) if site_id else super().answer(sent)


@fault(FAMILY)
class LoginPageForStrangers(Healthy):
    """Without a token, a login page comes with status 200."""

    def problem(self, refusal: Refusal) -> Reply:
        if refusal.status == 401:
            return Reply(200, b"<!doctype html><title>Log in</title>", {"Content-Type": "text/html"})
        return super().problem(refusal)


@fault(FAMILY)
class StrangersAreSentAway(Healthy):
    """Without a token, the answer is a redirect to a login page."""

    def problem(self, refusal: Refusal) -> Reply:
        if refusal.status == 401:
            return Reply(302, b"", {"Content-Type": "text/html", "Location": "/login"})
        return super().problem(refusal)


@fault(FAMILY)
class NoChallenge(Healthy):
    """A 401 does not say how to authenticate."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        reply.headers.pop("WWW-Authenticate", None)
        return reply


@fault(FAMILY)
class WrongTokenIsABadRequest(Healthy):
    """A missing or wrong token is answered with 400."""

    def authenticate(self, header: str | None) -> None:
        try:
            super().authenticate(header)
        except Refusal as refusal:
            raise Refusal(400, refusal.detail) from None


@fault(FAMILY)
class ErrorsInHtml(Healthy):
    """What is refused is refused with a page."""

    def problem(self, refusal: Refusal) -> Reply:
        page = f"<!doctype html><title>{refusal.status}</title><h1>Error</h1>".encode()
        return Reply(refusal.status, page, super().problem(refusal).headers | {"Content-Type": "text/html"})


@fault(FAMILY)
class ErrorsWithStatus200(Healthy):
    """What is wrong with a request is said with status 200."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        return Reply(200, {"error": refusal.detail}) if refusal.status in (400, 404) else reply


@fault(FAMILY)
class EveryMistakeIs500(Healthy):
    """Bad parameters are answered with 500."""

    def problem(self, refusal: Refusal) -> Reply:
        return super().problem(Refusal(500, refusal.detail) if refusal.status == 400 else refusal)


@fault(FAMILY)
class StatusInBodyDiffers(Healthy):
    """The body of an error names another status than the answer has."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        reply.document["status"] = 500
        return reply


@fault(FAMILY)
class ErrorsAsPlainJson(Healthy):
    """Errors come as application/json in a form of their own."""

    def problem(self, refusal: Refusal) -> Reply:
        headers = super().problem(refusal).headers | {"Content-Type": "application/json"}
        return Reply(refusal.status, {"code": refusal.status, "message": refusal.detail}, headers)


@fault(FAMILY)
class ErrorsWithoutBody(Healthy):
    """Errors have no body."""

    def problem(self, refusal: Refusal) -> Reply:
        return Reply(refusal.status, b"", super().problem(refusal).headers)


@fault(FAMILY)
class ErrorsWithoutDetail(Healthy):
    """Errors do not say what is wrong."""

    def problem(self, refusal: Refusal) -> Reply:
        reply = super().problem(refusal)
        del reply.document["detail"]
        return reply


@fault(FAMILY)
class StackTraceInErrors(Healthy):
    """Errors show the inside of the server."""

    def problem(self, refusal: Refusal) -> Reply:
        trace = 'Traceback (most recent call last):\n  File "/srv/app/api.py", line 214, in get\nValueError'
        return super().problem(Refusal(refusal.status, f"{trace}: {refusal.detail}", refusal.parameter))


@fault(FAMILY)
class UnknownResourceCrashes(Healthy):
    """A well-formed id that does not exist makes the server fail."""

    def problem(self, refusal: Refusal) -> Reply:
        is_resource = refusal.status == 404 and "resource" in refusal.detail
        return super().problem(Refusal(500, "NoneType has no attribute 'rows'") if is_resource else refusal)


@fault(FAMILY)
class UnknownSiteCrashes(Healthy):
    """A well-formed site id that does not exist makes the server fail."""

    def problem(self, refusal: Refusal) -> Reply:
        is_site = refusal.status == 404 and "site" in refusal.detail
        return super().problem(Refusal(500, "The server failed") if is_site else refusal)


@fault(FAMILY)
class UnknownGroupCrashes(Healthy):
    """A well-formed group id that does not exist makes the server fail."""

    def sites(self, group: str) -> list[dict[str, object]]:
        rows = super().sites(group)
        if not rows:
            raise Refusal(500, "list index out of range")
        return rows


@fault(FAMILY)
class ErrorsCutShort(Healthy):
    """The JSON of an error is not complete."""

    def send(self, reply: Reply, sent: Request) -> Response:
        if reply.status >= 400:
            reply.document = json.dumps(reply.document).encode()[:-1]
        return super().send(reply, sent)
