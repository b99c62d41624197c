"""WT8xx: what depends on climate, plant or chance; warnings."""

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.rule import Rule

_FAMILY = "plausibility"


def _rule(number: str, title: str, why: str, how: str, false_alarms: str) -> Rule:
    return Rule(number, _FAMILY, Severity.WARNING, title, why, how, false_alarms)


RULES = (
    _rule(
        "WT801",
        "PV generates at night",
        "Clock, time zone, coordinates or channel are wrong.",
        "More than 1 % of the peak in at least ten rows whose whole bucket has the sun below -4°.",
        "A DC-coupled hybrid inverter feeds from its battery; flood light does not.",
    ),
    _rule(
        "WT802",
        "PV is dark at noon",
        "The series is shifted in time, or the channel is dead.",
        "On every day of at least three there is no power with the sun above 20°, though there is at "
        "other times.",
        "Snow for weeks, or a plant out of service the whole time.",
    ),
    _rule(
        "WT803",
        "PV is shifted in time",
        "Local time in place of UTC, most likely.",
        "The centre of the daily energy lies more than 2.5 hours from solar noon, over at least three "
        "days; or the middle between first light and last lies more than 0.8 hours from noon, day by day, "
        "or lies 0.6 hours later or earlier in July than in January.",
        "A steep array that faces due east or west, deep shade, wrong coordinates; a mountain on one side.",
    ),
    _rule(
        "WT804",
        "PV gives more than a clear sky can",
        "Unit, scale or time is wrong.",
        "Power per clear-sky irradiance of a surface that faces the sun exceeds 1.65 times what is "
        "usual with a "
        "high sun, in at least ten rows.",
        "Reflections from snow or water last minutes, not many rows.",
    ),
    _rule(
        "WT805",
        "Temperatures are implausible",
        "Fahrenheit or Kelvin in place of Celsius, or a broken sensor.",
        "Ambient outside -50 to 55 °C, above 42 °C on average or 40 °C at the coolest of a day; PV cell "
        "above 95 °C; battery cell outside -30 to 65 °C. Air that is colder in the warm half of the year "
        "by 3 K, beyond 28 degrees; that is warmest more than 5.5 hours from 14:30 by the sun, over at "
        "least five days; or that leaps by 3 K whenever the battery begins or ends to work; steps of "
        "two kelvin and more; or that leaps at one time of day, or at one minute of each hour.",
        "A sensor in the sun, on an inverter's lid, or in the draught of a battery's fan.",
    ),
    _rule(
        "WT806",
        "Cell and ambient temperature do not fit",
        "The two are swapped, or one is in another unit.",
        "With ambient below 30 °C: cells more than 10 K colder than the air, PV cells that stay cold at "
        "full power or far too warm at night, battery cells more than 28 K above the air, or the same as "
        "the air to the last digit while the battery works; over six days, PV cells that follow the air of "
        "the nights by less than 0.8 or more than 1.25, or fit air and power of another time "
        "four times as well as those of their own.",
        "Actively cooled cells in a hot place are left out; floating or water-cooled PV; a sensor of the air "
        "indoors.",
    ),
    _rule(
        "WT807",
        "PV systems of one site see different air",
        "One of the sensors, or its unit, is wrong.",
        "The ambient temperatures of two PV systems of one site differ by more than 8 K in most rows.",
        "A sensor indoors or in the sun.",
    ),
    _rule(
        "WT808",
        "A value is frozen",
        "The last value is repeated after a sensor or a link has died.",
        "Power stays the same for hours while the register moves at another pace; a temperature stays the "
        "same for a day to a tenth while power varies, or that of cells, which else moves all the time, "
        "for five hours with power in at least one and a half; reactive power, other than zero, for five "
        "hours in which active power comes and goes.",
        "Constant load is fine: its register keeps pace. An inverter that holds its reactive power is not "
        "told.",
    ),
    _rule(
        "WT809",
        "A single value stands far above all others",
        "One wrong value sets the peak, and with it the demand charge.",
        "A single row exceeds every other by more than 1.65 times (PV) or 4 times (meter, battery); or "
        "rows exceed both neighbours by 2.2 times, and the register, which follows all others, does not "
        "have their energy.",
        "A rare event of the plant; compare the register.",
    ),
    _rule(
        "WT810",
        "The power factor never changes",
        "Reactive power is computed, not measured.",
        "Active power varies by a tenth or more, and P/S stays the same to three digits.",
        "An inverter that is run at a fixed power factor.",
    ),
    _rule(
        "WT811",
        "The meters of a point of common coupling do not balance",
        "One of them has the wrong sign, scale or time.",
        "grid = load - PV + charge - discharge for the pair of meters that fits best; where it does not, but "
        "weights do, they are told: a ratio, a sign, an offset, a drift. There is no export beyond "
        "what PV and battery give; no two meters agree to the last digit while PV or battery flow. From "
        "minute to minute a meter answers to PV and battery at the same time, not twenty times too much or"
        " too little, and never to those of another point in place of its own.",
        "Generators or loads that are not listed; it is judged only where the data shows that meters "
        "pair up.",
    ),
    _rule(
        "WT812",
        "The battery's capacity is implausible",
        "State of charge or energy is in another scale.",
        "Capacity inferred from state of charge and energy, over the highest power: outside 0.15 to 30 "
        "hours.",
        "Redox-flow, or a battery used at a fraction of its power.",
    ),
    _rule(
        "WT813",
        "Register and power differ by a steady factor",
        "Two meters, or a transformer ratio that is set wrongly.",
        "The register follows the power by a steady factor of 0.8 to 1.25 that is off by more than 6 %, "
        "or, where ten blocks and more agree to half a percent, by more than 2.5 %.",
        "Energy metered behind a loss (a transformer, a cable).",
    ),
    _rule(
        "WT814",
        "A value at the end of the bucket is read at its start",
        "Energy and charge are attributed to the neighbouring bucket.",
        "The register or state of charge fits the power only if it is moved by one bucket, at every "
        "interval; or the state of charge fits four times better if it is moved by three minutes or more.",
        "A deployment's convention; hence a warning.",
    ),
    _rule(
        "WT815",
        "Two resources have the same series",
        "One channel is served under two ids.",
        "At least twenty varying rows agree to the last digit; or those of two sites are one another times"
        " a number.",
        "One physical meter that is listed twice on purpose. Meters of one unit controller are left out: "
        "they agree while nothing else feeds or draws there.",
    ),
    _rule(
        "WT816",
        "PV is called generating in darkness",
        "Availability computed from status is wrong.",
        "Status ON with zero power in most rows whose sun is below -6°.",
        "A deployment in which ON means connected.",
    ),
    _rule(
        "WT817",
        "A maximum is held over from rows before",
        "Each row says it has the peak of an earlier one: peaks are dated wrongly, and demand is charged "
        "for it.",
        "At 1 or 5 minutes, the maximum keeps one value over ten rows or more, thirty in all, while the "
        "average moves by a third of it and lies below six tenths of it.",
        "A demand meter that shows the highest power of a quarter of an hour or a month, by design.",
    ),
    _rule(
        "WT818",
        "A series is noise: no row knows of the one before",
        "The values are drawn, not measured; or rows are in the wrong order.",
        "Of at least 180 minutes, less their trend over half an hour, neighbours are related by less than "
        "0.2, and differ by a fifth (meter), 15 % (PV, sun above 10°) or one kelvin (air).",
        "A plant that is switched anew each minute. Arc furnaces and clouds last longer; pulses are left "
        "out.",
    ),
    _rule(
        "WT819",
        "Days are like others, as no weather or work makes them",
        "Days are copied, or made from a pattern.",
        "More than half of all days, at least four, repeat the day before to the last digit; or PV has the "
        "clouds of the day before at the same minutes, on eight of ten days that have clouds; or forty rows, "
        "in stretches of eight and more, repeat others of any time; or minutes repeat themselves all day, "
        "within four hours; or a PV day is the same backwards; or PV has no cloud in twelve days at "
        "places of different weather, or in twenty near the equator or beyond 47 degrees.",
        "Substitute values; a very dry season; shade of many thin things on days without a cloud.",
    ),
    _rule(
        "WT820",
        "Rows are drawn as a straight line",
        "An outage was filled in: nobody can tell what was measured, and peaks in it are lost.",
        "Active or reactive power of a meter, or power of a PV system, runs in a straight line, to a few of "
        "its finest steps, for 90 minutes and ten rows at least, and rises or falls by twenty steps; half "
        "of all other rows bend by as much from one to the next.",
        "Substitute values that are marked elsewhere; a plant that is led along a ramp for hours. Batteries "
        "are left out.",
    ),
    _rule(
        "WT821",
        "Rows come in a pattern of the clock",
        "Rows of a block are in the wrong order, or every so many are of another time or series: minutes are "
        "dated wrongly, though all sums agree.",
        "At 1 or 5 minutes, over six hours and twenty blocks: rows fit their neighbours twice as well if "
        "each block is turned round or its parts are exchanged; or every nth row is twice as far from its "
        "neighbours as others, above and below; or, at 1 minute, every second row is like the second next "
        "and not the next, or all blocks have one shape that is as high as the power is.",
        "A plant that is switched by the clock switches by kilowatts, always the same way; it is left out.",
    ),
    _rule(
        "WT822",
        "A code stands in place of values",
        "A register at its end, an open sensor or a failed reading is served as a measurement, and counted.",
        "At 1 or 5 minutes, rows that are far from both neighbours, which are near each other: three with "
        "one value to the last digit (65535, 0, 85.0), three with the neighbours' value and the other sign, "
        "or two with more than six times the highest other; or one value of fine power comes back alone ten "
        "times, five times as often as any other.",
        "A machine that stops for a single minute, and never for two; one that starts for a minute and takes "
        "six times all else.",
    ),
)
