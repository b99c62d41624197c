"""The rules of HTTP and security: WT0xx."""

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.registry import Rule

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_HTTP = "http"

HTTP = (
    Rule(
        "WT001",
        _HTTP,
        _ERROR,
        "The server fails (5xx)",
        "Whatever is asked, a client must get data or learn what it did wrong; a 5xx is a defect.",
        "Any answer with a status of 500 or above, after 429 and 503 were waited for and asked again.",
        "A gateway in front of the server that answers 502 to odd requests by itself.",
    ),
    Rule(
        "WT002",
        _HTTP,
        _ERROR,
        "A request is not answered",
        "A client hangs or sees a broken connection.",
        "The connection is closed, or silent for longer than --timeout, twice for one request.",
        "A network that loses connections; raise --timeout or look at the path between.",
    ),
    Rule(
        "WT003",
        _HTTP,
        _WARNING,
        "An answer is too large or too slow and was cut",
        "A consumer that reads it whole runs out of memory or time; what was cut could not be judged.",
        "More bytes than --max-bytes, or longer than --max-answer-time from the first byte to the last.",
        "A deployment with very many resources, or a thin line; raise the limits.",
    ),
    Rule(
        "WT004",
        _HTTP,
        _WARNING,
        "An answer redirects to another host",
        "Most clients send their token along or fail; either is wrong.",
        "A 3xx with a Location whose scheme, host or port is another; it is not followed.",
        "A deployment that has moved; check the new address instead.",
    ),
    Rule(
        "WT005",
        _HTTP,
        _ERROR,
        "Data is given without a token",
        "Everybody can read the plant's data.",
        "Without Authorization a request gets 2xx although the document asks for a credential: at any time, "
        "after the holder has asked the same, with his ETag (a 304 is a leak, too), or around the path by a "
        "slash or another spelling. Or the data stands in the body of a 401.",
        "An address that is open on purpose, behind something else that authenticates.",
    ),
    Rule(
        "WT006",
        _HTTP,
        _ERROR,
        "Any token is accepted",
        "A token that nobody issued opens the data: it is not checked at all.",
        "A random token gets 2xx. Asked only when you gave a token, for then tokens should matter.",
        "A mock that accepts every token on purpose: --ignore WT006.",
    ),
    Rule(
        "WT007",
        _HTTP,
        _ERROR,
        "Another authentication scheme is accepted",
        "The document says bearer; a server that accepts anything else looks only for a header.",
        "`Authorization: Basic …` with made-up credentials, and a bearer header without a token, get 2xx.",
        "A deployment that accepts Basic on purpose, and those made-up credentials by chance: none is known.",
    ),
    Rule(
        "WT008",
        _HTTP,
        _WARNING,
        "A 401 does not say how to authenticate",
        "RFC 9110 (15.5.2) demands WWW-Authenticate with a 401; HTTP libraries rely on it.",
        "A 401 without a WWW-Authenticate header, or with challenges of which none is the document's bearer.",
        "A proxy that strips the header.",
    ),
    Rule(
        "WT009",
        _HTTP,
        _ERROR,
        "An answer contains the token",
        "Answers are logged and cached; a token in them leaks.",
        "The token that was sent stands in the body or in a header of the answer.",
        "A token so short that it occurs by chance: only tokens of 12 characters or more are looked for.",
    ),
    Rule(
        "WT010",
        _HTTP,
        _ERROR,
        "An answer shows the server's insides",
        "Stack traces and database messages tell an attacker what runs, and tell a client nothing.",
        "The body of an error has the marks of a traceback (Python, Java, JavaScript, Go), an SQL error, "
        "or the path of a source file.",
        "An API that returns source code as data; this one does not.",
    ),
    Rule(
        "WT011",
        _HTTP,
        _ERROR,
        "A method that changes things is accepted",
        "The document has only GET; whatever POST, PUT, PATCH or DELETE do is unknown to its readers.",
        "With --bad-methods only: each method is sent once to each path with an empty body, and gets 2xx.",
        "None is known; do not use --bad-methods where a DELETE might succeed.",
    ),
    Rule(
        "WT012",
        _HTTP,
        _WARNING,
        "Wrong credentials are not answered with 401",
        "A client renews its token on a 401; on a 400, or a redirect, it does not know that it should.",
        "Without, with a made-up, or with another kind of credential the answer is neither data nor 401,"
        " 403, 404, 407 or 429; or, without any, it is 403, or the status tells known ids from unknown ones.",
        "A gateway in front that sends strangers to its login page; an API client can do nothing with that.",
    ),
    Rule(
        "WT013",
        _HTTP,
        _ERROR,
        "A good token is refused",
        "Of several guards one has old keys, or one operation another list of tokens: clients log in again, "
        "or lose data, and nothing is wrong with them.",
        "The token that you gave has opened the list of sites, and a legal request for a listed id gets 401 "
        "or 403. It is sent twice more. A 403 that stays is a warning: perhaps it has no right to that.",
        "A token that was revoked just then; one that has expired ends the run instead.",
    ),
    Rule(
        "WT014",
        _HTTP,
        _WARNING,
        "Shared caches may keep what needs a token",
        "RFC 9111 (3.5): `public` or `s-maxage` lets a proxy give the answer to the next one, token or not.",
        "A 2xx to a request with the token says so in Cache-Control, without private, no-store, no-cache or "
        "Vary: Authorization.",
        "A deployment without any cache between it and its clients, now and later.",
    ),
    Rule(
        "WT015",
        _HTTP,
        _ERROR,
        "An error repeats what was asked as HTML",
        "A link to this API runs a stranger's script in the browser of who follows it.",
        "A parameter or a path with tags of HTML gets an error that is a page, or has no type, and holds "
        "them as they were.",
        "None is known.",
    ),
)
