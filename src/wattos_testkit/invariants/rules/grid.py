"""WT3xx: the time grid of the rows."""

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.rule import Rule

_FAMILY = "time grid"

RULES = (
    Rule(
        "WT301",
        _FAMILY,
        Severity.ERROR,
        "A bucket lies off the UTC grid of agg_interval",
        "Rows of two resources, or of two days, cannot be laid side by side.",
        "Every timestamp must be a whole multiple of agg_interval since 1970 in UTC, with the seconds 00.",
        "None known: labels at the end of the bucket lie on the same grid.",
    ),
    Rule(
        "WT302",
        _FAMILY,
        Severity.ERROR,
        "Rows of a resource are not in order of time",
        "A consumer that takes the last row for the latest, or the difference of neighbours, computes "
        "nonsense.",
        "Within one answer the timestamps of a resource never fall.",
        "None known; equal timestamps are WT304.",
    ),
    Rule(
        "WT303",
        _FAMILY,
        Severity.WARNING,
        "Rows of several resources are not ordered by resource_id",
        "The document orders rows by resource_id, then timestamp; a consumer may group on that.",
        "In an answer without a filter, resource ids must rise from row to row.",
        "A deployment that orders by time first is usable too; hence a warning.",
    ),
    Rule(
        "WT304",
        _FAMILY,
        Severity.ERROR,
        "The same bucket occurs twice",
        "Sums count its energy twice.",
        "In one answer no (resource_id, timestamp) may occur more than once.",
        "None known.",
    ),
    Rule(
        "WT305",
        _FAMILY,
        Severity.ERROR,
        "A bucket is missing",
        "A gap that the server makes itself looks like an outage of the plant.",
        "A missing bucket counts only if another answer has it, if the gap recurs at the same time on most"
        " days, in a fixed rhythm, in each week or, of PV, in most nights (both warnings), if "
        "an hour is missing just where local clocks change, or if whole "
        "days are missing, and none else, by the calendar: the last of each month, each Sunday.",
        "Lost minutes and outages are healthy and are not counted; nor is an outage over days. A PV logger "
        "may sleep at night.",
    ),
    Rule(
        "WT306",
        _FAMILY,
        Severity.ERROR,
        "A row lies outside the window that was asked for",
        "Windows put together count it twice; a caller gets what it did not ask for.",
        "Every bucket must touch the half-open window [start, end).",
        "With labels at the end of the bucket the window is shifted accordingly.",
    ),
    Rule(
        "WT307",
        _FAMILY,
        Severity.ERROR,
        "A bucket lies only partly inside the window, or the window is not half-open",
        "Its average is of another stretch than its label says, or adjoining windows share a row.",
        "Only buckets wholly inside [start, end) may be returned; the bucket that begins at `end` may not.",
        "Where labels are at the end of the bucket, both usual readings of the window are accepted.",
    ),
    Rule(
        "WT308",
        _FAMILY,
        Severity.ERROR,
        "A long answer is cut short without a word",
        "The caller believes it has all rows.",
        "Rows at the beginning or end of a long window are missing, and asked for alone they are there.",
        "A refusal of long windows is healthy (a range limit); rows lost by an outage stay lost when asked "
        "for alone.",
    ),
    Rule(
        "WT309",
        _FAMILY,
        Severity.ERROR,
        "A timestamp is not in UTC",
        "Whoever cuts off the offset is hours wrong.",
        "Every timestamp must be written with Z or +00:00.",
        "None: Z, z, +00:00 and fractions of a second that are zero are all accepted.",
    ),
    Rule(
        "WT310",
        _FAMILY,
        Severity.ERROR,
        "Rows come at another interval than was asked for",
        "The caller multiplies power by the wrong duration.",
        "Of ten or more rows of a resource, the usual distance between neighbours is not agg_interval.",
        "Sparse data of an outage changes single distances, not the usual one.",
    ),
    Rule(
        "WT311",
        _FAMILY,
        Severity.ERROR,
        "The first or the last bucket of a window is missing",
        "Windows put together have a hole at every seam.",
        "The bucket at the edge of a window is missing there, and another answer has it.",
        "Rows that nobody has are an outage; the newest hour is left out, for data may arrive late.",
    ),
    Rule(
        "WT312",
        _FAMILY,
        Severity.WARNING,
        "Rows come for buckets that have not been yet",
        "What nobody can have measured is added up as if it had been; a clock is fast, or rows are made up.",
        "The next four hours, from a quarter of an hour ahead of the clock on, have at least ten rows; and"
        " the data has an end, for the same hours some years ahead have none.",
        "A server that has rows for any time is a mock: that is the convention `future`, and no finding. "
        "Forecasts served beside measured rows are one, and so is a clock of ours that is slow.",
    ),
)
