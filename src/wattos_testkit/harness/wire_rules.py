"""The rules of the wire: what holds of any answer before one looks at what its numbers mean.

WT0xx is HTTP and security (see http_rules), WT1xx the document, WT2xx what must be refused.
"""

from wattos_testkit.harness.events import Severity
from wattos_testkit.harness.http_rules import HTTP
from wattos_testkit.invariants.registry import Rule

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_DOCUMENT, _REFUSALS = "document", "refusals"

_ALL = (
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
        "A header that the document requires is absent, its value breaks the header's schema, or a request's"
        " X-Request-Id comes back as another one.",
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
        "A JSON error body has an integer `status` other than the status of the answer. A title that is the "
        "name of another status is a warning.",
        "A gateway that changes the status on the way.",
    ),
    Rule(
        "WT109",
        _DOCUMENT,
        _ERROR,
        "A conditional request is answered wrongly",
        "A cache shows old data, or transfers what it already has.",
        "An ETag is sent back, alone and in a list: 304 without a body, or 200 with the same rows. One that "
        "was never given, that of another request, or a date long ago: 200 with the same rows.",
        "Data that changed between the two requests gives 200, which is accepted.",
    ),
    Rule(
        "WT110",
        _DOCUMENT,
        _ERROR,
        "Other headers bring another answer",
        "Another client, or a proxy on the way, sees other data, or none.",
        "The same request with other Accept, Accept-Language, Accept-Encoding or Cache-Control must bring "
        "the same rows, a Range those bytes or all, and a body what its Content-Encoding says. A coding that "
        "was not offered is a warning.",
        "Data that changes at each request is not judged; a type that the document lacks is not asked for.",
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
RULES: dict[str, Rule] = {rule.id: rule for rule in (*HTTP, *_ALL)}
"""By id."""
