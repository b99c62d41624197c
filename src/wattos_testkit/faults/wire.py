"""Faults of the wire: the rows are right, their way to the client is not."""

from wattos_testkit.faults.model import Family, Fault, Parameter, Strikes

ALWAYS = (0, 2**31)
"""The minutes of a placement that strikes at any time."""
_UNTOUCHED = (
    "`Server-Timing` names the fault; all that is not named here is the healthy answer, byte for byte."
)


def _share(default: float) -> Parameter:
    return Parameter(
        name="share",
        default=default,
        meaning="share of the requests that are struck, drawn for each from the seed and its ordinal",
        least=0.0,
        most=1.0,
    )


def _fault(name: str, story: str, changes: str, *parameters: Parameter) -> Fault:
    return Fault(
        name=name,
        family=Family.WIRE,
        story=story,
        changes=f"{changes} {_UNTOUCHED}",
        strikes=Strikes.OPERATION,
        parameters=parameters,
    )


def _choice(name: str, default: str, meaning: str, *others: str) -> Parameter:
    return Parameter(name=name, default=default, meaning=meaning, choices=(default, *others))


_MOMENT = "before anything is sent, after the head, in the middle of the body"

FAULTS = (
    _fault(
        "latency",
        "The site's cellular uplink is congested in the evening: every call takes its time.",
        "The answer begins later by a time that `Server-Timing` tells.",
        _choice(
            "distribution",
            "fixed",
            "how the times are spread: all the same, evenly between 1 - spread and 1 + spread times, or "
            "with a "
            "long tail around the median",
            "uniform",
            "log-normal",
        ),
        Parameter(
            name="milliseconds",
            default=800.0,
            meaning="the time, its mean (uniform) or its median (log-normal); no drawn time is over ten "
            "minutes",
            unit="ms",
            least=0.0,
            most=600_000.0,
        ),
        Parameter(
            name="spread",
            default=0.5,
            meaning="share of the time (uniform, 1 at most) or standard deviation of its logarithm "
            "(log-normal)",
            least=0.0,
            most=3.0,
        ),
        _share(1.0),
    ),
    _fault(
        "error-share",
        "One of three application servers has a full disk: every third call fails, and a retry helps.",
        "A struck request is answered with an error in the document's own form instead.",
        _share(0.1),
        _choice("code", "any", "which error; any draws from 500, 502 and 503", "500", "502", "503", "504"),
        Parameter(
            name="run",
            default=1,
            meaning="requests in a row that fail or pass together, as errors come in bursts",
            least=1,
            most=10_000,
        ),
    ),
    _fault(
        "rate-limit",
        "The vendor's cloud lets every customer ask so often and no more; a dashboard with thirty tiles "
        "does.",
        "A request beyond the limit is answered with 429 and a `Retry-After` after which the next one "
        "passes; "
        "what was refused does not count.",
        Parameter(
            name="requests", default=60, meaning="requests that pass in a window", least=0, most=10_000
        ),
        Parameter(name="seconds", default=60, meaning="length of the window", unit="s", least=1, most=86_400),
        _choice(
            "way",
            "sliding",
            "any window holds so many at most, or a bucket of so many that refills evenly",
            "bucket",
        ),
        _choice("per", "token", "whose requests are counted together", "client", "all"),
        _choice("form", "seconds", "how `Retry-After` is written; RFC 9110 allows both", "date"),
    ),
    _fault(
        "token-expiry",
        "Tokens live for an hour, dashboards for weeks: one morning every tile says 401.",
        'After so many requests a bearer token is answered with 401 and `error="invalid_token"`, until it is '
        "another one. Requests without a bearer token are left alone.",
        Parameter(
            name="requests", default=100, meaning="requests that a token is good for", least=0, most=10**9
        ),
    ),
    _fault(
        "dropped-connection",
        "A firewall forgets the connection, or the server behind the balancer is restarted in mid-sentence.",
        "The connection ends: nothing comes, or the head, or the head and half of the body, or all of it and "
        "then the end without a `Connection: close`. A chunked body ends within its first piece.",
        _share(0.1),
        _choice("when", "before", f"{_MOMENT}, after the answer", "head", "body", "after"),
        _choice("how", "reset", "a TCP reset, or an orderly end", "close"),
    ),
    _fault(
        "stalled-connection",
        "The proxy has accepted the call and waits for a backend that hangs.",
        "Nothing comes, or the head, or the head and half of the body; then nothing more until the client "
        "gives "
        "up or the time is over, and the connection is closed. A chunked body stops within its first piece.",
        _share(0.1),
        _choice("when", "before", _MOMENT, "head", "body"),
        Parameter(
            name="seconds",
            default=60.0,
            meaning="time after which the server gives up",
            unit="s",
            least=0.0,
            most=86_400.0,
        ),
    ),
    _fault(
        "truncated-body",
        "A proxy's buffer is full, its timeout strikes: half of a month of rows arrives.",
        "The body is cut short. With its length kept, `Content-Length` still says the whole and the "
        "connection is "
        "closed at the cut; corrected, the answer is complete as HTTP and broken as JSON. A chunked body "
        "is cut "
        "within its first piece. Answers without a body are left alone.",
        _share(1.0),
        Parameter(
            name="keep",
            default=0.5,
            meaning="share of the body that comes, less than all",
            least=0.0,
            most=0.999999,
        ),
        _choice("length", "kept", "what `Content-Length` says", "corrected"),
    ),
    _fault(
        "slow-bytes",
        "A logger on a 2G modem shares its link with the firmware update of the inverters.",
        "The head comes at once, the body at this pace, in ten pieces a second at most.",
        _share(1.0),
        Parameter(
            name="bytes_per_second", default=2_000, meaning="the pace", unit="B/s", least=1, most=10_000_000
        ),
    ),
    _fault(
        "wrong-content-type",
        "A storage bucket behind the gateway serves every file as what it thinks it is.",
        "`Content-Type` says something else, or is missing; the body is what it was.",
        _share(1.0),
        _choice(
            "type",
            "text/html",
            "what it says; none leaves the header out",
            "text/plain",
            "application/octet-stream",
            "none",
        ),
    ),
    _fault(
        "maintenance-page",
        "The operator updates the portal on Sunday night; a gateway answers for it, in HTML.",
        "A struck request is answered with 503 and a gateway's page in HTML instead.",
        _share(1.0),
        Parameter(
            name="retry_after",
            default=120,
            meaning="what `Retry-After` says; 0 leaves it out",
            unit="s",
            least=0,
            most=86_400,
        ),
        _choice(
            "cors",
            "sent",
            "gateways know nothing of CORS: without it a page sees no status at all",
            "missing",
        ),
    ),
    _fault(
        "login-redirect",
        "The session of the single sign-on has ended; the proxy before the API shows its login form.",
        "A struck request is redirected with 302 to `/login`, which is an HTML form with status 200; or "
        "it is "
        "answered with that form at once.",
        _share(1.0),
        _choice("how", "redirect", "302 and the form behind it, or the form at once", "page"),
    ),
    _fault(
        "soft-error",
        "The vendor's interface says 200 to everything; whether it worked stands in the body.",
        'A struck request is answered with 200 and the JSON `{"error": {"code": 500, "message": ...}}` '
        "instead.",
        _share(0.1),
    ),
    _fault(
        "redirect-loop",
        "Behind the balancer that ends TLS the service believes it was asked by plain HTTP, and redirects.",
        "A struck request is redirected with 301 to where it came from.",
        _share(1.0),
    ),
    _fault(
        "garbled-json",
        "A scripting language prints its warning before the body, or writes a division by zero as it likes.",
        "An answer with status 200 comes in no content coding, and its body is no JSON: its first decimal "
        "number "
        "is NaN (as wide as it was), or a byte order mark or a warning in HTML stands before it, which "
        "`Content-Length` counts. A body without a decimal number has no NaN.",
        _share(1.0),
        _choice("how", "nan", "what makes it no JSON", "bom", "warning"),
    ),
    _fault(
        "stale-answer",
        "A cache in front of the API was told to keep answers for an hour; live data are not live.",
        "The answer is the one to the same question with `end` so many minutes earlier, one bucket left "
        "at least, "
        "and `Age` tells it. Lists have the same rows and the `Age`.",
        _share(1.0),
        Parameter(name="minutes", default=60, meaning="age of the answer", unit="min", least=1, most=525_600),
    ),
    _fault(
        "broken-cors",
        "The gateway adds the CORS headers that the application behind it sends as well; browsers refuse "
        "both.",
        "The CORS headers of answers to requests with an `Origin` are missing, doubled, or made out to "
        "another "
        "origin. Preflights are answered as ever.",
        _share(1.0),
        _choice("how", "twice", "what is wrong with them", "missing", "other"),
    ),
    _fault(
        "broken-coding",
        "A content delivery network compresses what it delivers and loses the header that says so.",
        "The body is gzip and no header says so; or `Content-Encoding: gzip` stands over a plain body. "
        "Bodies "
        "shorter than 1 kB are never compressed, those that are compressed already get no second header.",
        _share(1.0),
        _choice("how", "undeclared", "what is missing: the header, or the compression", "declared"),
    ),
)
"""In the order of the catalogue."""
