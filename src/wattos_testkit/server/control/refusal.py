"""What the control API refuses, and why."""

from collections.abc import Mapping, Sequence

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    500: "Internal Server Error",
}


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """A problem (RFC 9457): what is wrong, all that is wrong, and what would be right."""

    def __init__(
        self,
        status: int,
        detail: str,
        mistakes: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        **more: object,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = dict(headers or {})
        self.body: dict[str, object] = {
            "type": "about:blank",
            "title": TITLES[status],
            "status": status,
            "detail": detail,
            **({"mistakes": list(mistakes)} if mistakes else {}),
            **more,
        }
