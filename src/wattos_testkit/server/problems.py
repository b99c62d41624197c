"""What the server answers when it refuses: one table, one shape (RFC 9457), made by Connexion."""

import sys
import traceback
from os import environ

from connexion.exceptions import ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from starlette.exceptions import HTTPException

from wattos_testkit.contract import ParameterError

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    500: "Internal Server Error",
    501: "Not Implemented",
}
CHALLENGE = 'Bearer realm="wattos"'
_SENTENCES = {
    404: "There is nothing at this path; /docs shows what there is",
    405: "This method is not allowed here; the header Allow lists what is",
    500: "The server failed; this is a defect of the mock, not of the request",
}


class Problem(ProblemException):  # type: ignore[misc]  # Connexion ships no types
    """A refusal: a status, what is wrong here, and what would be right."""

    def __init__(
        self, status: int, detail: str, parameter: str | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(
            status=status,
            title=TITLES[status],
            detail=detail,
            headers=headers,
            ext={"parameter": parameter} if parameter is not None else None,
        )


def unauthorized(detail: str, error: str = "") -> Problem:
    """Return the refusal of a credential; RFC 6750 says what stands in the header."""
    challenge = CHALLENGE + (f', error="{error}"' if error else "")
    return Problem(401, detail, headers={"WWW-Authenticate": challenge})


def invalid(error: ParameterError) -> Problem:
    """Return the refusal of a parameter."""
    return Problem(400, str(error), error.parameter)


async def shape(request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    """Answer whatever was raised while a request was served."""
    del request
    if isinstance(error, ProblemException):
        return error.to_problem()
    if isinstance(error, ParameterError):
        return invalid(error).to_problem()
    if isinstance(error, HTTPException):
        status = error.status_code
        headers = dict(error.headers or {})
        if "Allow" in headers:
            # The router keeps methods in a set, whose order changes from process to process.
            headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
        detail = _SENTENCES.get(status, error.detail)
        return Problem(status, detail, headers=headers).to_problem() if status in TITLES else _plain(error)
    return failed(error)


def failed(error: BaseException) -> ConnexionResponse:
    """Say on stderr what a defect was, in one line, and answer 500 without it."""
    if environ.get("WATTOS_DEBUG"):
        traceback.print_exception(error)
    else:
        sys.stderr.write(f"wattos-testkit: internal error: {type(error).__name__}: {error}\n")
    return Problem(500, _SENTENCES[500]).to_problem()


def _plain(error: HTTPException) -> ConnexionResponse:
    return ProblemException(
        status=error.status_code, title=error.detail, detail=error.detail, headers=error.headers
    ).to_problem()
