"""Whether a request should have been answered, or refused, and how a refusal must look."""

import re
from http import HTTPStatus
from typing import Any

from wattos_testkit.harness.asked import ID_PARAMETERS, Asked
from wattos_testkit.harness.body import BodyError, Schemas, parse
from wattos_testkit.harness.events import Evidence, Request, Severity
from wattos_testkit.harness.findings import Findings
from wattos_testkit.harness.known import Known
from wattos_testkit.harness.transport import Reply
from wattos_testkit.harness.whose import count_of, judge_owner

FAILED = 500
_NAMED = {one.phrase.lower(): one.value for one in HTTPStatus if one.value >= 400}  # noqa: PLR2004 - refusals
"""Statuses by their names."""
_MISTAKEN = {400, 404, 422}
_OPENING = re.compile(
    r"\W?(group_id|site_id|resource_id|start|end|agg_interval)\W?(?::|\s+is\s+(?:missing|required|malformed|invalid))"
)
_ACCESS = {401, 403, 429}


class Acceptance:
    """Judges what was accepted and what was refused."""

    def __init__(self, schemas: Schemas, findings: Findings, known: Known) -> None:
        self.doubts: dict[tuple[str, str | None, int], int] = {}
        """Windows that were oddly refused: operation, resource and interval, and the end."""
        self._schemas, self._findings, self._known = schemas, findings, known

    def refused(self, reply: Reply, asked: Asked, request: Request) -> None:
        """Judge the body of an error, and whether there was a reason to refuse."""
        found, operation = self._findings, asked.operation
        for mistake in asked.mistakes:
            found.asked(mistake.rule, operation)
        if asked.impossible:
            found.asked("WT205", operation)
        # Of a series, a 404 may stand for "no rows".
        excused = _ACCESS if operation in ID_PARAMETERS else _ACCESS | {404}
        if reply.status < FAILED and reply.status not in excused and self._known.must_be_served(asked):
            seen = [Evidence("status", "200", f"{reply.status} {words_of(reply)}")]
            message = f"a legal request is refused with {reply.status} {words_of(reply)}"
            found.report("WT208", operation, message, resource=asked.id, evidence=seen, requests=[request])
        elif reply.status < FAILED and reply.status not in _ACCESS and self._known.may_be_served(asked):
            # It may be a limit of windows, which the document need not say: a short one will tell.
            window = asked.window
            if window is not None:
                self.doubts.setdefault((operation, asked.id, window[2]), window[1])
        self.error(reply, asked, request)

    def error(self, reply: Reply, asked: Asked, request: Request) -> None:
        """Judge the body of an error."""
        found, operation = self._findings, asked.operation
        said = self._schemas.response(operation, reply.status)
        if reply.status >= FAILED or said is None or not said.get("content") or reply.cut:
            return
        found.asked("WT107", operation)
        self._error_body(reply, asked, said["content"], request)

    def _error_body(self, reply: Reply, asked: Asked, content: dict[str, Any], request: Request) -> None:
        found, operation, media = self._findings, asked.operation, media_of(reply)
        try:
            value = parse(reply.body)
        except BodyError:
            value = None
        if media not in content:
            seen = [Evidence("Content-Type", ", ".join(content), reply.header("Content-Type") or "none")]
        else:
            schema = content[media].get("schema", {})
            seen = self._schemas.breaches(operation, reply.status, media, schema, value) if schema else []
        if seen:
            message = f"the {reply.status} has not the documented body: {seen[0].where}: {seen[0].seen}"
            found.report("WT107", operation, message, evidence=seen, requests=[request])
        status = value.get("status") if isinstance(value, dict) else None
        if isinstance(status, int) and not isinstance(status, bool):
            found.asked("WT108", operation)
            if status != reply.status:
                proof = Evidence("status", str(reply.status), str(status))
                message = f"the body says {status}, the answer {reply.status}"
                found.report("WT108", operation, message, evidence=[proof], requests=[request])

        if isinstance(value, dict):
            self._titled(reply, asked, value, request)
        if reply.status in _MISTAKEN and isinstance(value, dict):
            self._blamed(asked, value.get("parameter") or _opening(value.get("detail")), request)

    def _titled(self, reply: Reply, asked: Asked, value: dict[str, Any], request: Request) -> None:
        """Judge a title that is the name of another status (RFC 9457, 4.2.1)."""
        meant = _NAMED.get(str(value.get("title", "")).strip().lower())
        if value.get("type", "about:blank") == "about:blank" and meant not in {None, reply.status}:
            seen = Evidence("title", f"that of {reply.status}", f"{value['title']}, that of {meant}")
            message = f"the title says {value['title']}, which is {meant}, and the answer is {reply.status}"
            self._findings.report(
                "WT108", asked.operation, message, evidence=[seen], requests=[request],
                severity=Severity.WARNING,
            )  # fmt: skip

    def _blamed(self, asked: Asked, blamed: object, request: Request) -> None:
        """Judge which parameter an error names, where the server names one."""
        if asked.unsure or asked.strange or not isinstance(blamed, str) or not blamed:
            return
        wrong = {mistake.parameter for mistake in asked.mistakes}
        if asked.impossible:
            wrong = {"start", "end", "agg_interval", "window"}
        if not wrong:
            return
        self._findings.asked("WT107", asked.operation)
        # It may be written with its place, as in `query.start`, or several may be named.
        if not any(name in blamed.lower() for name in wrong):
            seen = Evidence("parameter", " or ".join(sorted(wrong)), blamed[:80])
            message = f"the error blames {blamed[:80]}, but what is wrong is {' and '.join(sorted(wrong))}"
            self._findings.report("WT107", asked.operation, message, evidence=[seen], requests=[request])

    def accepted(self, reply: Reply, asked: Asked, rows: list[Any] | None, request: Request) -> None:
        """Judge whether what was answered should have been refused."""
        found, operation = self._findings, asked.operation
        for mistake in asked.mistakes:
            found.asked(mistake.rule, operation)
        if asked.mistakes and not asked.unsure:
            first = asked.mistakes[0]
            seen = Evidence(first.parameter, "a refusal (4xx)", f"{reply.status} with {count_of(rows)}")
            message = f"accepted: {first.text}"
            found.report(first.rule, operation, message, evidence=[seen], requests=[request])
            return
        if len(asked.loose) == 1 and not asked.mistakes:
            message = f"accepted, though not as documented: {asked.loose[0].text}"
            self._leniently(asked.loose[0].rule, asked, message, rows, request)
        self._both(asked, rows or [], request)
        if asked.impossible:
            found.asked("WT205", operation)
        if not rows:
            if asked.backwards and rows is not None:
                message = f"a window is answered, without rows, although {asked.impossible}"
                self._leniently("WT205", asked, message, rows, request)
            return
        if asked.impossible:
            message = f"a window is answered although {asked.impossible}"
            seen = Evidence("window", "a refusal, or no rows", count_of(rows))
            found.report("WT205", operation, message, evidence=[seen], requests=[request])
        if asked.id and not asked.unsure and not asked.mistakes:
            judge_owner(self._known, found, asked, rows, request)

    def _both(self, asked: Asked, rows: list[Any], request: Request) -> None:
        """Judge rows of several owners where one filter was given twice: the document has no lists."""
        for name in asked.repeated & {"resource_id", "group_id"}:
            self._findings.asked("WT201", asked.operation)
            whose = {str(row.get(name)) for row in rows if isinstance(row, dict)}
            if len(whose) > 1:
                seen = [Evidence(name, "a refusal, or one of them", ", ".join(sorted(whose)[:3]))]
                message = f"{name} twice is answered with the rows of several"
                self._findings.report("WT201", asked.operation, message, evidence=seen, requests=[request])

    def _leniently(
        self, rule: str, asked: Asked, message: str, rows: list[Any] | None, request: Request
    ) -> None:
        """Report what a lenient server does to no harm, as a warning."""
        seen = Evidence("status", "a refusal (4xx)", f"2xx with {count_of(rows)}")
        self._findings.report(
            rule, asked.operation, message, evidence=[seen], requests=[request], severity=Severity.WARNING
        )


def _opening(detail: object) -> str | None:
    """Return the parameter with which an error's text begins, as in `start: …` or `end is missing`."""
    found = _OPENING.match(detail) if isinstance(detail, str) else None
    return found.group(1) if found else None


def media_of(reply: Reply) -> str:
    """Return the media type of an answer, without parameters."""
    return (reply.header("Content-Type") or "").partition(";")[0].strip().lower()


def words_of(reply: Reply) -> str:
    """Return what an error says of itself, in a few words."""
    try:
        value = parse(reply.body[:65536])
    except BodyError:
        return ""
    detail = (value.get("detail") or value.get("title")) if isinstance(value, dict) else None
    return f"({str(detail)[:120]})" if detail else ""
