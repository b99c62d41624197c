"""What the headers of an answer say of it: who may keep it, how it is packed, and in which characters."""

import re

from wattos_testkit.harness.body import Schemas
from wattos_testkit.harness.events import Evidence, Request
from wattos_testkit.harness.findings import Findings
from wattos_testkit.harness.transport import Reply

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_APART = {"private", "no-store", "no-cache", "s-maxage=0"}
"""Who is told so asks the server each time, or keeps nothing for others."""


def judge_shared(found: Findings, schemas: Schemas, operation: str, reply: Reply, request: Request) -> None:
    """Judge whether shared caches are told to give to all what needs a token (RFC 9111, 3.5)."""
    if not schemas.secured(operation):
        return
    found.asked("WT014", operation)
    said = _all(reply, "cache-control")
    words = {word.strip().replace(" ", "") for word in said.split(",")}
    shared = "public" in words or any(one.startswith("s-maxage=") for one in words)
    varies = _all(reply, "vary")
    if shared and not _APART & words and "authorization" not in varies and "*" not in varies:
        seen = Evidence("Cache-Control", "private, or Vary: Authorization", said[:120])
        message = "what needs a token may be kept by shared caches, and given to anybody"
        found.report("WT014", operation, message, evidence=[seen], requests=[request])


def _all(reply: Reply, name: str) -> str:
    """Return all values of a header, in small letters."""
    return ",".join(value for key, value in reply.headers if key.lower() == name).lower()


def judge_coding(found: Findings, operation: str | None, reply: Reply, request: Request) -> None:
    """Report a body that is not packed as its header says."""
    coding = reply.header("Content-Encoding") or "nothing"
    seen = Evidence("Content-Encoding", "what the body is", coding)
    message = f"the body cannot be unpacked as {coding}, which is what its header says"
    found.report("WT110", operation, message, evidence=[seen], requests=[request])


def judge_charset(found: Findings, operation: str, reply: Reply, request: Request) -> None:
    """Judge a charset beside UTF-8: a client that believes it must read the same."""
    named = _CHARSET.search(reply.header("Content-Type") or "")
    charset = named[1].lower() if named else "utf-8"
    if charset in {"utf-8", "utf8"}:
        return
    try:
        text = reply.body.decode("utf-8")
    except UnicodeDecodeError:
        # That it is no UTF-8 is said of the body.
        return
    try:
        alike = reply.body.decode(charset) == text
    except (LookupError, UnicodeDecodeError):
        alike = False
    if not alike:
        seen = Evidence("Content-Type", "charset=utf-8, or none", charset)
        message = f"the body is UTF-8, and said to be {charset}: names turn into other characters"
        found.report("WT103", operation, message, evidence=[seen], requests=[request])
