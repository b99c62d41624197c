"""Sixth hold-out: answers of a wrong form, questions refused wrongly, and guards and gateways that fail."""

import itertools

import numpy as np
from flask import Request, request
from werkzeug.datastructures import MultiDict

from tests.faulty.flows import DAY
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Reply, Row

SCHEMA, REFUSALS, SECURITY = "schema", "request validation", "security and error bodies"
UNKNOWN_TO_THE_GATEWAY = ("ME000006", "PV000005")
LIMITED = 15


@fault(SCHEMA, holdout=6)
class KeysOfTheFilterStay(Healthy):
    """PHP filters lists and keeps the keys: all sites but the first list resources as {"4": {...}, ...}."""

    def serve(self, operation: str, site_id: str, sent: Request) -> object:
        document = super().serve(operation, site_id, sent)
        if operation != "get_resources" or not isinstance(document, dict):
            return document
        at = {one.resource_id: at for at, one in enumerate(self.fleet.resources)}
        found: dict[int, Row] = {at[str(row["resource_id"])]: row for row in document["resources"]}
        # What has the keys 0, 1, 2 ... is a list to PHP, and everything else an object.
        is_list = list(found) == list(range(len(found)))
        return document if is_list else {"resources": {str(key): row for key, row in found.items()}}


@fault(SCHEMA, holdout=6)
class MidnightIsTwentyFour(Healthy):
    """The row of each midnight is stamped T24:00:00Z of the day before, which is no RFC 3339 date-time."""

    def stamps(self, starts: np.ndarray, query: Query) -> list[str]:
        plain, before = super().stamps(starts, query), super().stamps(starts - DAY, query)
        return [
            earlier.replace("T00:", "T24:") if start % DAY == 0 else stamp
            for start, stamp, earlier in zip(starts.tolist(), plain, before, strict=True)
        ]


@fault(REFUSALS, holdout=6)
class TenthAndTwentiethRefused(Healthy):
    """Days must match [0-2][1-9]|3[01]: a start or end on the 10th or 20th of a month is refused."""

    def time(self, name: str, text: str) -> int:
        found = super().time(name, text)
        if text[8:10] in ("10", "20"):
            raise Refusal(400, f"{name}: {text!r} is no minute such as 2024-03-20T00:00:00Z", name)
        return found


@fault(REFUSALS, holdout=6)
class EnumeratedIdsAreOld(Healthy):
    """The gateway's list of allowed ids is old: asked for the listed PV000005 or ME000006, it says 400."""

    def query(self, operation: str, given: MultiDict[str, str]) -> Query:
        query = super().query(operation, given)
        if query.resource in UNKNOWN_TO_THE_GATEWAY:
            raise Refusal(
                400, f"resource_id: {query.resource!r} is not one of the allowed values", "resource_id"
            )
        return query


@fault(SECURITY, holdout=6)
class AddressIsTrusted(Healthy):
    """Who brought the token once is known by its address: from there, no token or a wrong one will do too."""

    def __init__(self) -> None:
        super().__init__()
        self.known: set[str | None] = set()

    def authenticate(self, header: str | None) -> None:
        try:
            super().authenticate(header)
        except Refusal:
            if request.remote_addr not in self.known:
                raise
        else:
            self.known.add(request.remote_addr)


@fault(SECURITY, holdout=6)
class RefusalsAreCachedByPath(Healthy):
    """A refusal is cached under its path alone: the next question there gets it too, be it right or wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, Refusal] = {}

    def answer(self, sent: Request) -> Reply:
        kept = self.kept.pop(sent.path, None)
        if kept is not None:
            raise Refusal(kept.status, kept.detail, kept.parameter)
        try:
            return super().answer(sent)
        except Refusal as refusal:
            self.kept[sent.path] = refusal
            raise


@fault(SECURITY, holdout=6)
class WaitIsADurationText(Healthy):
    """Each 15th request gets 429, and its Retry-After is a duration as Go prints it: 1s instead of 1."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = itertools.count(1)

    def answer(self, sent: Request) -> Reply:
        if next(self.calls) % LIMITED == 0:
            reply = self.problem(Refusal(429, "Too many requests"))
            reply.headers["Retry-After"] = "1s"
            return reply
        return super().answer(sent)
