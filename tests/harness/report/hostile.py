"""Text that a target might send to steer whatever shows it."""

from dataclasses import replace

from tests.harness.report.runs import FINISHED, OFF_GRID, TOKEN, Request
from wattos_testkit.harness.events import Convention, Evidence, Finding, RuleOutcome, RunFinished

TEXTS = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "\x1b]0;owned\x07\x1b[2J\r\n::error::forged\n##[error]forged\n",
    "[x](javascript:alert(1)) ![i](http://evil.example/i.png) <b>b</b> @everyone `` ` ``` | a | b |\n\n# h",
    "]]> & \" ' \x00 \ufffe \ud800 \u202e \u2028 %0A%25 {0} $(id) ${x}",
    "http://evil.example/ www.evil.example evil@evil.example &lt;i&gt; \\` \\| *x* _y_ ~~z~~ <!-- c -->",
    "x" * 3_000,
    "",
)


def hostile_findings() -> tuple[Finding, ...]:
    """Return findings each of whose texts tries everything."""
    return tuple(
        replace(
            OFF_GRID,
            rule=f"WT30{number}",
            family=text[:200] or "empty",
            operation=text[:200] or None,
            resource=text[:200],
            message=text,
            evidence=(Evidence(text, text, text, {text: text}),),
            requests=(Request("GET", text, text), Request("GET", text, text)),
            series={
                "timestamp": [text, None],
                text: [1, 2],
                "x": [1, text],
                "y": [float("nan"), 1.0],
                "z": [],
            },
        )
        for number, text in enumerate(TEXTS)
    )


def hostile_run() -> RunFinished:
    """Return the end of a run in which everything is hostile."""
    return replace(
        FINISHED,
        findings=hostile_findings(),
        outcomes=tuple(RuleOutcome(text, text, text, 1, "skipped", text) for text in TEXTS),
        conventions=tuple(Convention(text, text, text) for text in TEXTS),
        reason=TEXTS[0] + TEXTS[1] + TEXTS[2],
    )


def leaky_run() -> RunFinished:
    """Return the end of a run in which the target echoed the token everywhere."""
    finding = replace(
        OFF_GRID,
        message=f"answered: {TOKEN} is not known",
        evidence=(Evidence(TOKEN, f"Authorization: Bearer {TOKEN}", TOKEN, {"token": [TOKEN], TOKEN: 1}),),
        requests=(
            Request("GET", f"http://u:{TOKEN}@h/?t={TOKEN}", f"curl -H 'Authorization: Bearer {TOKEN}'"),
        ),
        series={"timestamp": [TOKEN], TOKEN: [1.0]},
    )
    return replace(
        FINISHED,
        findings=(finding,),
        outcomes=(RuleOutcome("WT101", TOKEN, TOKEN, 1, "skipped", TOKEN),),
        conventions=(Convention(TOKEN, TOKEN, TOKEN),),
        reason=f"refused {TOKEN}",
    )
