"""WT5xx: answers that must agree with one another."""

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.rule import Rule

_FAMILY = "relations"
_LATE = (
    "The newest two hours are left out (data may arrive late); differences of one last digit in few rows too."
)

RULES = (
    Rule(
        "WT501",
        _FAMILY,
        Severity.ERROR,
        "A window is not the sum of its parts",
        "Whoever pages through time gets other numbers than whoever asks at once.",
        "Rows of the same resource, interval and timestamp are compared between all answers of the run, also "
        "those to probes and made-up requests: whatever the window, they must have the same rows and values; "
        "a window that ends in the future must have the rows of its past. The minutes about a noon are asked "
        "for in many windows.",
        _LATE,
    ),
    Rule(
        "WT502",
        _FAMILY,
        Severity.ERROR,
        "A window that begins off the grid changes its rows",
        "The same bucket has two values, depending on who asks.",
        "Rows of a window such as 06:07 to 07:52 must be a subset of those of the whole day.",
        _LATE,
    ),
    Rule(
        "WT503",
        _FAMILY,
        Severity.ERROR,
        "Without a filter the answer differs from that with resource_id",
        "An overview and a detail page contradict each other.",
        "Every row of an unfiltered answer is compared with the same row asked by resource_id, of each "
        "resource of the lists (up to six of a type); a resource "
        "that has rows when asked alone must be in the unfiltered answer.",
        "Resources of other groups in the unfiltered answer are no finding here (WT606 looks at them). "
        + _LATE,
    ),
    Rule(
        "WT504",
        _FAMILY,
        Severity.ERROR,
        "The same question is answered differently the second time",
        "Nothing that is computed from it can be repeated.",
        "One request is sent twice in a row; so is any whose answer lacks rows that another "
        "answer of the run has, or has others, before a window, a filter or an order is blamed. "
        "Values and rows must be the same, and so must lists, in who is listed and in what the document "
        "says of each. "
        "New rows that were there must not be gone.",
        _LATE,
    ),
    Rule(
        "WT505",
        _FAMILY,
        Severity.ERROR,
        "The order of the parameters changes the answer",
        "Clients that build URLs differently see different data.",
        "One request is sent again with its parameters in reverse order.",
        _LATE,
    ),
    Rule(
        "WT506",
        _FAMILY,
        Severity.ERROR,
        "The past changes",
        "A report of yesterday cannot be reproduced today.",
        "The first question is asked again at the end of the run.",
        _LATE,
    ),
)
