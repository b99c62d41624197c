"""WT4xx: coarse rows follow from fine ones."""

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.rule import Rule

_FAMILY = "aggregation"
_COMPLETE = (
    "Only coarse buckets of which every fine row is there are compared; tolerance is what rounding allows."
)

RULES = (
    Rule(
        "WT401",
        _FAMILY,
        Severity.ERROR,
        "A coarse average is not the mean of the finer ones",
        "Energy computed from 15-minute rows differs from that of one-minute rows.",
        "Each `_avg` of a coarse row against the mean of the fine rows in its bucket, at least ten buckets; "
        "also by the resolution of the fine rows alone, where coarse ones come in steps of whole kilowatts.",
        _COMPLETE + " A lone row among many is a warning, and so is a digit less in the archive.",
    ),
    Rule(
        "WT402",
        _FAMILY,
        Severity.ERROR,
        "A coarse maximum is lower than a finer one",
        "A peak (and the demand charge) disappears.",
        "Each `_max` power of a coarse row must reach the highest `_max` of the fine rows in its bucket.",
        _COMPLETE + " Higher is fine up to 5 %: WT409.",
    ),
    Rule(
        "WT403",
        _FAMILY,
        Severity.ERROR,
        "A coarse register is not the register at the end of its bucket",
        "Differences of registers give the energy of another stretch.",
        "Each `_cum` of a coarse row against that of the last fine row in its bucket; where registers count "
        "per interval, against their sum.",
        _COMPLETE + " Where the register is read at the start at every interval, that is WT814.",
    ),
    Rule(
        "WT404",
        _FAMILY,
        Severity.ERROR,
        "A coarse soc_end is not the state of charge at the end of its bucket",
        "A controller that plans from it is up to half an hour behind.",
        "soc_end of a coarse row against the last fine row in its bucket.",
        _COMPLETE,
    ),
    Rule(
        "WT405",
        _FAMILY,
        Severity.ERROR,
        "A coarse temperature is not the highest of the finer ones",
        "An overheated cell goes unseen.",
        "Each `temp_*_max` of a coarse row against the highest of the fine rows in its bucket.",
        _COMPLETE + " Higher by up to 5 % or 1 K is fine (finer raw data).",
    ),
    Rule(
        "WT406",
        _FAMILY,
        Severity.ERROR,
        "A coarse status is not the status at the end of its bucket",
        "A fault that is over, or has just begun, is reported wrongly.",
        "status of a coarse row against the last fine row in its bucket.",
        "Another status that did occur in the bucket (the first, the most frequent) is a warning only.",
    ),
    Rule(
        "WT407",
        _FAMILY,
        Severity.ERROR,
        "Coarse buckets are labelled with another stretch of time than the fine rows",
        "Series of two intervals cannot be compared; every event moves.",
        "Averages do not match the fine rows in their bucket, but match those of a bucket shifted in time.",
        "A label at the end of the bucket, the same at each interval, is a convention and no finding.",
    ),
    Rule(
        "WT408",
        _FAMILY,
        Severity.WARNING,
        "A coarse apparent power is computed from averages",
        "It hides the swing between import and export: a transformer seems less loaded than it is.",
        "power_apparent_avg is below the mean of the fine rows and equals what P and Q averages make.",
        "Some meters define it so; hence a warning.",
    ),
    Rule(
        "WT409",
        _FAMILY,
        Severity.ERROR,
        "A coarse maximum is far higher than any finer one",
        "A peak that nobody measured is billed.",
        "A coarse `_max` lies more than 5 % above the highest `_max` of its fine rows in many buckets.",
        "Up to 5 % is fine (the coarse one is taken from finer raw data); in few buckets a warning.",
    ),
)
