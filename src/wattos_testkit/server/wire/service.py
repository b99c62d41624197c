"""Faults of the service itself: it refuses, or it fails."""

from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import blake2b
from math import ceil

from wattos_testkit.server.wire.draw import uniform
from wattos_testkit.server.wire.errors import error, refusal
from wattos_testkit.server.wire.limits import bucket, sliding, wait_of, whole_seconds
from wattos_testkit.server.wire.strike import Passage, Strike

_CODES = (500, 502, 503)
_SOFT = b'{"error": {"code": 500, "message": "Internal Server Error"}}'
_BEARER = b"bearer "


async def rate_limit(strike: Strike, passage: Passage) -> None:
    """Let so many requests pass, and no more."""
    placement, timer = strike.placement, strike.call.timer
    requests, window = int(placement.number("requests")), placement.number("seconds")
    limit = bucket if placement.word("way") == "bucket" else sliding
    now = timer.seconds()
    key = f"{strike.key}|{_whose(strike)}"
    wait = wait_of(strike.call.visit.lives.amend(key, lambda note: limit(note, now, requests, window)))
    if wait == 0.0:
        await passage.go()
        return
    told = str(whole_seconds(wait))
    if placement.word("form") == "date":
        told = format_datetime(datetime.fromtimestamp(ceil(timer.unix() + wait), UTC), usegmt=True)
    retry = (b"retry-after", told.encode())
    await strike.refuse(passage.send, error(strike.operation, 429, None, retry))


def _whose(strike: Strike) -> str:
    """Return whose requests are counted together; a token is never kept, only a hash of it."""
    per = strike.placement.word("per")
    if per == "all":
        return ""
    credential = strike.call.visit.headers.get(b"authorization") if per == "token" else None
    if credential is not None:
        return blake2b(credential, digest_size=8).hexdigest()
    client = strike.call.visit.scope.get("client")
    return str(client[0]) if client else ""


async def token_expiry(strike: Strike, passage: Passage) -> None:
    """Let a token be good for so many requests."""
    credential = strike.call.visit.headers.get(b"authorization", b"")
    if not credential.lower().startswith(_BEARER):
        await passage.go()
        return
    token = blake2b(credential[len(_BEARER) :].strip(b" "), digest_size=8).hexdigest()
    if strike.call.visit.lives.next(f"{strike.key}|{token}") <= strike.placement.number("requests"):
        await passage.go()
        return
    challenge = b'Bearer realm="wattos", error="invalid_token", error_description="The access token expired"'
    expired = error(strike.operation, 401, "The bearer token has expired", (b"www-authenticate", challenge))
    await strike.refuse(passage.send, expired)


async def error_share(strike: Strike, passage: Passage) -> None:
    """Fail."""
    code = strike.placement.word("code")
    if code == "any":
        run = int(strike.placement.number("run"))
        drawn = uniform(strike.placement, (strike.ordinal - 1) // run, "code")
        status = _CODES[int(drawn * len(_CODES))]
    else:
        status = int(code)
    await strike.refuse(passage.send, error(strike.operation, status))


async def soft_error(strike: Strike, passage: Passage) -> None:
    """Fail, and say 200."""
    headers = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))
    await strike.refuse(passage.send, refusal(200, headers, _SOFT))
