"""The rules of the wire: what holds of any answer before one looks at what its numbers mean.

WT0xx is HTTP and security, WT1xx the document, WT2xx what must be refused.
"""

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.registry import Rule

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_HTTP, _DOCUMENT, _REFUSALS = "http", "document", "refusals"

_ALL = (
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
        "Without Authorization a request gets 2xx although the document asks for a credential.",
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
        " 403, 404, 407 or 429; or, without a credential, the status tells known ids from unknown ones.",
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
        "WT101",
        _DOCUMENT,
        _ERROR,
        "A status that the document does not know",
        "A client generated from the document has no branch for it.",
        "An answer below 400 whose status is neither listed nor covered by `default` or a class such as 2XX.",
        "A proxy that answers 3xx by itself.",
    ),
    Rule(
        "WT102",
        _DOCUMENT,
        _WARNING,
        "A refusal with a status that the document does not know",
        "The client cannot tell its own mistake from a failure.",
        "A 4xx that is not listed, when the document lists any 4xx; 404, 405, 406, 414, 431 are HTTP's own.",
        "422 instead of 400, out of a framework's habit: harmless to most clients.",
    ),
    Rule(
        "WT103",
        _DOCUMENT,
        _ERROR,
        "The content type of the data is not the documented one",
        "Clients choose their parser by it.",
        "A 2xx whose Content-Type is none of those that the document lists for it (parameters aside).",
        "None is known.",
    ),
    Rule(
        "WT104",
        _DOCUMENT,
        _ERROR,
        "The body is no JSON",
        "Nothing can be read from it.",
        "A 2xx body that a strict parser refuses: cut short, NaN or Infinity, a key twice, not UTF-8.",
        "None is known.",
    ),
    Rule(
        "WT105",
        _DOCUMENT,
        _ERROR,
        "The body breaks its schema",
        "A field is missing, has another type, or lies outside the documented range or pattern.",
        "The 2xx body is validated against the document's schema; properties it does not name are allowed.",
        "A document that is stricter than it was meant to be: give the deployment's own with --spec.",
    ),
    Rule(
        "WT106",
        _DOCUMENT,
        _WARNING,
        "A documented header is missing or not as documented",
        "Clients that rely on it break.",
        "A header that the document requires is absent, or its value breaks the header's schema.",
        "Retry-After as a date, which HTTP allows, is not judged.",
    ),
    Rule(
        "WT107",
        _DOCUMENT,
        _WARNING,
        "The body of an error is not the documented one",
        "A client that shows `detail` to its user shows nothing.",
        "A listed 4xx whose content type or body breaks what the document says of it, or whose `parameter` "
        "names another parameter than the wrong one.",
        "A gateway that refuses before the application sees the request.",
    ),
    Rule(
        "WT108",
        _DOCUMENT,
        _ERROR,
        "An error's body contradicts its status",
        "RFC 9457: the member `status` repeats the HTTP status; logs and clients disagree otherwise.",
        "A JSON error body has an integer `status` other than the status of the answer.",
        "A gateway that changes the status on the way.",
    ),
    Rule(
        "WT109",
        _DOCUMENT,
        _ERROR,
        "A conditional request is answered wrongly",
        "A cache shows old data, or transfers what it already has.",
        "The answer had a strong ETag: sending it back must give 304 without a body, or 2xx; one "
        "that was never given must not give 304.",
        "Data that changed between the two requests gives 200, which is accepted.",
    ),
    Rule(
        "WT201",
        _REFUSALS,
        _ERROR,
        "A malformed id is accepted",
        "A typing error looks like an empty plant; what is not validated may reach a database.",
        "Ids in lower case, of 7, 9 or 300 characters, with blanks, accents, NUL or a newline, lists, "
        "wildcards, quotes, words such as `all` and `null` get 2xx; or a filter given twice brings the "
        "rows of several.",
        "None is known; any 4xx is a refusal.",
    ),
    Rule(
        "WT202",
        _REFUSALS,
        _ERROR,
        "An interval that does not exist is accepted",
        "The client believes that it has buckets of 7 minutes.",
        "agg_interval 7, 0, -15, 60, 15.5, 15min, PT15M, 15,30, text or nothing gets 2xx. Another "
        "spelling of a right number (015, +15, 15.0) is a warning.",
        "A deployment that offers more intervals than its document; extend the document.",
    ),
    Rule(
        "WT203",
        _REFUSALS,
        _ERROR,
        "A required parameter may be missing",
        "The server makes a value up, and the client does not know which.",
        "Each required parameter is left out once, and the request gets 2xx.",
        "A documented default would make it optional; the document has none.",
    ),
    Rule(
        "WT204",
        _REFUSALS,
        _ERROR,
        "A malformed time is accepted",
        "A window in local time, or with seconds, is not the window that is answered.",
        "Seconds other than 00, a date, a day that does not exist, an hour 24, seconds since 1970, no zone, "
        "text or nothing as start or end get 2xx. Another spelling of the same minute (a blank for the T, "
        "compact, +0000) is a warning.",
        "What RFC 3339 has for the same whole UTC minute (+00:00, .000Z, small letters) is not judged.",
    ),
    Rule(
        "WT205",
        _REFUSALS,
        _ERROR,
        "A window that cannot be is answered with rows",
        "The client gets data for a time that it did not ask for.",
        "An end before or at its start, or a window shorter than the interval, is answered with rows.",
        "A 2xx without rows is accepted, and a window exactly as long as the interval is not judged.",
    ),
    Rule(
        "WT206",
        _REFUSALS,
        _ERROR,
        "An id that nobody has is answered with rows",
        "Somebody else's data is shown as that of the id.",
        "A well-formed group, site or resource that no list names, drawn by lot, once with the first letters "
        "of a real one, is answered with rows.",
        "The id exists after all, outside the groups that were given; the id is random, so this is unlikely.",
    ),
    Rule(
        "WT207",
        _REFUSALS,
        _ERROR,
        "An id of another kind is answered with rows",
        "A battery's rows read as a meter's, or a resource's neighbours as a site's, are wrong unseen.",
        "The id of a resource that the list gives another type is asked at this operation and has rows; or "
        "that of a group, site, unit controller or resource in the place of one of another kind.",
        "One device that is two and has one id; no list can say so. Where all rows bear an id that is listed "
        "as something else, it is taken to be both.",
    ),
    Rule(
        "WT208",
        _REFUSALS,
        _ERROR,
        "A legal request is refused",
        "A client that keeps to the document does not get its data.",
        "A request that the document allows, for a listed id and a window of at most two hours that "
        "has data, gets 4xx (401, 403 and 429 aside); each operation is asked at each interval, with and "
        "without a filter. `bearer` in small letters refused is a warning: schemes have no case (RFC 9110).",
        "A limit of the deployment that its document does not say.",
    ),
)
RULES: dict[str, Rule] = {rule.id: rule for rule in _ALL}
"""By id."""
