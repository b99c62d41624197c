"""The faults of telemetry in which whole minutes go astray: what they say was so, at some time, somewhere."""

from types import MappingProxyType

from wattos_testkit.faults.model import Family, Fault, Parameter
from wattos_testkit.faults.reported.naming import MEASURED
from wattos_testkit.fleet.model import Kind

_DAY = 1440
_WHOLE_ROWS = MappingProxyType(dict.fromkeys(Kind, tuple[str, ...]()))


COMING: tuple[Fault, ...] = (
    Fault(
        name="gap",
        family=Family.TELEMETRY,
        story="The mobile connection is down; what was measured meanwhile is lost.",
        changes="Minutes are missing, all or some, drawn by lot: means and maxima are those of the minutes "
        "that came, registers go on as if nothing had been, rows without a minute do not come.",
        parameters=(
            Parameter(name="share", default=1.0, meaning="How many minutes are lost", least=0.0, most=1.0),
            Parameter(
                name="run",
                default=1,
                meaning="Minutes that are lost, or come, together",
                unit="min",
                least=1,
                most=_DAY,
            ),
        ),
        fields=_WHOLE_ROWS,
    ),
    Fault(
        name="late-rows",
        family=Family.TELEMETRY,
        story="A gateway sends its hour when the hour is over, or when the air is free.",
        changes="A row comes when all its minutes have, each so much later than it could; what it says is "
        "right. Without a clock all have come long ago.",
        parameters=(
            Parameter(name="delay", default=45, meaning="How much later", unit="min", least=0, most=7 * _DAY),
            Parameter(
                name="jitter",
                default=0,
                meaning="Up to so much later still, drawn for each minute",
                unit="min",
                least=0,
                most=_DAY,
            ),
        ),
        fields=_WHOLE_ROWS,
        lasts=_DAY,
    ),
    Fault(
        name="backfill",
        family=Family.TELEMETRY,
        story="The line is down for hours, then the logger sends all that it has kept, in one burst.",
        changes="No row with a minute of the fault comes before the fault is over, then all come at once; "
        "what they say is right. Without a clock all have come long ago.",
        parameters=(
            Parameter(
                name="delay",
                default=5,
                meaning="How long after its end they come",
                unit="min",
                least=0,
                most=7 * _DAY,
            ),
        ),
        fields=_WHOLE_ROWS,
        lasts=240,
    ),
    Fault(
        name="duplicate-rows",
        family=Family.TELEMETRY,
        story="An acknowledgement gets lost: the gateway sends the same rows again.",
        changes="Some rows, drawn by lot at each interval, come twice, one behind the other, equal to the "
        "letter.",
        parameters=(
            Parameter(name="share", default=0.3, meaning="How many rows come twice", least=0.0, most=1.0),
        ),
        fields=_WHOLE_ROWS,
    ),
    Fault(
        name="rows-out-of-order",
        family=Family.TELEMETRY,
        story="Several senders empty one queue, and nobody sorts.",
        changes="Rows come in another order, shuffled within stretches of the UTC day; each says what it "
        "did.",
        parameters=(
            Parameter(
                name="within",
                default=180,
                meaning="Length of a stretch",
                unit="min",
                least=2,
                most=_DAY,
            ),
        ),
        fields=_WHOLE_ROWS,
        lasts=720,
    ),
)
ELSEWHERE: tuple[Fault, ...] = (
    Fault(
        name="clock-skew",
        family=Family.TELEMETRY,
        story="A firewall blocks NTP: the gateway's clock runs wrong until somebody sets it right.",
        changes="Rows hold what happened so many minutes before; as many minutes are missing, at the "
        "beginning of the fault if the clock is ahead, at its end if it is behind.",
        parameters=(
            Parameter(
                name="minutes",
                default=7,
                meaning="How far the clock is ahead; behind if negative",
                unit="min",
                least=-720,
                most=720,
            ),
        ),
        fields=_WHOLE_ROWS,
        lasts=_DAY,
    ),
    Fault(
        name="local-time-as-utc",
        family=Family.TELEMETRY,
        story="A day's files are imported again by a job that takes the site's local time for UTC.",
        changes="Rows hold what happened when the clock on the site's wall showed their time; the hour "
        "that it leaves out in spring is missing, of the one that comes twice in autumn the later "
        "is kept.",
        fields=_WHOLE_ROWS,
        lasts=2 * _DAY,
    ),
    Fault(
        name="replayed-day",
        family=Family.TELEMETRY,
        story="The cache of a gateway does not expire: it answers with what it knew yesterday.",
        changes="All fields hold what they held 24 hours before; what was before the first row is missing.",
        fields=_WHOLE_ROWS,
        lasts=_DAY,
    ),
    Fault(
        name="swapped-resources",
        family=Family.TELEMETRY,
        story="Two inverters were given each other's address when one was replaced.",
        changes="Each of a pair reports all measured fields of the other one, under its own id.",
        fields=MEASURED,
        lasts=_DAY,
        pairs=True,
    ),
)
