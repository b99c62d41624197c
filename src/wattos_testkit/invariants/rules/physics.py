"""WT7xx: identities of physics whose gross violation is an error."""

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.rule import Rule

_FAMILY = "physics"

RULES = (
    Rule(
        "WT701",
        _FAMILY,
        Severity.ERROR,
        "A register does not follow its power",
        "Energy billed and energy computed from power disagree.",
        "In blocks of one direction of flow, each of at least 25 units of the register's resolution, the "
        "register must move by average power times duration within 6 % plus two units. At least ten rows.",
        "Coarse registers, rounded power, exchange, rollover, daily and interval registers and import-only "
        "meters are allowed for; one single block that fails (an outage filled with zeros) is a warning.",
    ),
    Rule(
        "WT702",
        _FAMILY,
        Severity.ERROR,
        "A register counts in another unit than its power",
        "Bills are a thousand, or sixty, times wrong.",
        "The register follows the power by a steady factor of 1000, 60, 4 or the like instead of 1.",
        "A steady factor of 0.9 to 1.1 is a loss between two meters: WT813, a warning.",
    ),
    Rule(
        "WT703",
        _FAMILY,
        Severity.ERROR,
        "A register moves against the direction of its power",
        "Consumption is credited instead of billed.",
        "The register falls by what flows in, or rises by what flows out of a net register.",
        "Exporting stretches are judged apart: a register that stands still then (import only), falls (net) "
        "or counts both ways is fine.",
    ),
    Rule(
        "WT704",
        _FAMILY,
        Severity.ERROR,
        "A register stands still while power flows",
        "Energy is given away.",
        "At least ten rows in which 25 units of the register's resolution should have been counted, and "
        "none was.",
        "An import-only register stands still during export, which is fine.",
    ),
    Rule(
        "WT705",
        _FAMILY,
        Severity.ERROR,
        "A register falls",
        "Its difference over the fall is a large negative energy.",
        "A register of PV or battery never falls, except as the detected convention has it (daily, "
        "interval).",
        "One fall to about zero (meter exchanged) and a rollover at a power of ten are warnings.",
    ),
    Rule(
        "WT706",
        _FAMILY,
        Severity.ERROR,
        "Apparent power is below what active and reactive power make",
        "No set of voltages and currents can give these three numbers.",
        "S ≥ √(P² + Q²) in every row, within rounding and 1 %.",
        "None known: averaging only ever raises the left side.",
    ),
    Rule(
        "WT707",
        _FAMILY,
        Severity.ERROR,
        "Apparent power is far above what active and reactive power make",
        "A unit slip, or a sum over phases where a mean belongs.",
        "Over rows of steady active power, the usual S is more than 1.5 times √(P² + Q²); or what "
        "stands for Q is the power factor, an angle or its tangent. A Q next to nothing is a warning.",
        "Harmonics and rows that swing between import and export are allowed for; 1.2 to 1.5 is a warning.",
    ),
    Rule(
        "WT708",
        _FAMILY,
        Severity.ERROR,
        "A maximum is below its average",
        "Peak and mean are swapped or come from different data.",
        "`_max` ≥ `_avg` in every row, within rounding.",
        "None known.",
    ),
    Rule(
        "WT709",
        _FAMILY,
        Severity.ERROR,
        "State of charge is out of its scale",
        "A controller that trusts it over- or undercharges.",
        "0 ≤ soc_end ≤ 100; and not a fraction 0 to 1 where percent belongs. Steps of four points and more"
        " are a warning.",
        "A fraction is assumed only if the battery would otherwise last more than 100 hours.",
    ),
    Rule(
        "WT710",
        _FAMILY,
        Severity.ERROR,
        "State of charge moves against the flow",
        "Charge and discharge are swapped.",
        "Summed over stretches of pure charge the state of charge falls, or over pure discharge it rises.",
        "Rows at the limits, jumps (recalibration) and stretches of too few digits are left out.",
    ),
    Rule(
        "WT711",
        _FAMILY,
        Severity.ERROR,
        "State of charge does not follow the energy",
        "Range and reserve computed from it are wrong.",
        "Capacity and efficiency are inferred from the data; then most stretches must fit them, and the "
        "state "
        "of charge may not move without power.",
        "Integer steps, clamping at the limits, idle draw, recalibration and drift are allowed for.",
    ),
    Rule(
        "WT712",
        _FAMILY,
        Severity.ERROR,
        "The battery's efficiency is impossible",
        "It gives back more than it took, or next to nothing.",
        "Ratio of state of charge per charged to per discharged energy: above 1.1, or below 0.15.",
        "Needs 25 digits of movement in both directions; 0.15 to 0.55 and 1.04 (1.01 over 150 points) to "
        "1.1 are warnings.",
    ),
    Rule(
        "WT713",
        _FAMILY,
        Severity.ERROR,
        "The battery charges and discharges at the same time",
        "One inverter cannot do both; one of the two is wrong.",
        "The shares avg/max of both directions add up to more than the bucket; or both are strong in most "
        "one-minute rows.",
        "Frequency regulation does both within a minute: its shares fit; where maxima equal averages, a "
        "warning.",
    ),
    Rule(
        "WT714",
        _FAMILY,
        Severity.ERROR,
        "The status contradicts the power",
        "Alarms and statistics by status are wrong.",
        "CH with pure discharge, DI with pure charge, SB or OF with strong power, in at least ten rows and"
        " a fifth of those rows. A status that fits ten times better if it is moved by three minutes or "
        "more is a warning.",
        "The status is of the end of the bucket: rows at changes are few. Unknown codes are not judged; "
        "FA with "
        "power (a part has failed) is a warning.",
    ),
    Rule(
        "WT715",
        _FAMILY,
        Severity.ERROR,
        "State of charge jumps",
        "No battery gains a fifth of its charge from nothing.",
        "Between neighbouring rows it moves by more than power explains: over 20 points, or four times.",
        "Recalibration (less than 20 points, at most three times) is a warning.",
    ),
    Rule(
        "WT716",
        _FAMILY,
        Severity.ERROR,
        "Power has the wrong sign",
        "Generation is counted as consumption.",
        "PV, charge and discharge power are counted positive; more than a tenth of the rows with power are "
        "clearly negative.",
        "Night consumption of an inverter (some percent of its peak) is fine.",
    ),
    Rule(
        "WT717",
        _FAMILY,
        Severity.ERROR,
        "A maximum is far above its average",
        "Peak and mean are in different units.",
        "In rows of strong power at 1 or 5 minutes, the usual `_max` is more than 50 times `_avg`.",
        "Short surges are few; 5 to 50 times is a warning (a battery for frequency regulation).",
    ),
)
