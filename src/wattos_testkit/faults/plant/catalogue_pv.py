"""The faults of PV systems."""

from wattos_testkit.faults.model import Parameter
from wattos_testkit.faults.plant.naming import RESTART, on_pv, share

_DAY = 1440
_WARMTH = ("temp_cell_max", "status")
_STAYS_BEHIND = "The register lacks what was not produced, for good; the grid meter draws it instead."

FAULTS = (
    on_pv(
        "inverter-trip",
        "The grid voltage rises at noon, the inverter trips, and somebody resets it two hours later.",
        "No power and status FA while it lasts; then the inverter waits (SB) and ramps up. Cells are some "
        f"kelvin warmer, for nothing is drawn from them. {_STAYS_BEHIND}",
        *RESTART,
        more=_WARMTH,
    ),
    on_pv(
        "curtailment",
        "The grid operator holds the plant below a share of its rating while the feeder is full.",
        "Power and its maximum are cut at the cap, with status CU where that takes something away; below the "
        f"cap nothing changes. Cells get a little warmer by what is not drawn. {_STAYS_BEHIND}",
        share(
            "share", 0.6, "cap over the AC rating (German law: 0.6 without a controllable meter, since 2025)"
        ),
        Parameter(
            name="kw",
            default=0.0,
            meaning="the cap as a power; 0: the share counts",
            unit="kW",
            least=0.0,
            most=1e6,
        ),
        more=_WARMTH,
        lasts=360,
    ),
    on_pv(
        "string-outage",
        "A fuse blows in a combiner box, and nobody notices before the monthly report.",
        "The modules give less by the share of the strings; what the inverter cut off anyway is lost "
        "first, so that around noon of a bright day less is missing, or nothing. The warmest cells are "
        f"those of the dead strings. {_STAYS_BEHIND}",
        share("share", 0.25, "share of the strings that are lost"),
        more=_WARMTH,
        lasts=2 * _DAY,
    ),
    on_pv(
        "soiling",
        "Dust settles through a dry month; the first rain washes it off.",
        "The light is less by a share that grows with every day, and gone at the end; what the inverter "
        f"cut off anyway is lost first. Cells are the cooler. {_STAYS_BEHIND}",
        Parameter(
            name="daily",
            default=0.2,
            meaning="light lost more each day (A. Kimber et al., WCPEC-4 (2006) 2391-2395: 0.1 to 0.3 % in "
            "California)",
            unit="%/day",
            least=0.0,
            most=10.0,
        ),
        Parameter(name="most", default=30.0, meaning="light lost at most", unit="%", least=0.0, most=100.0),
        more=_WARMTH,
        lasts=30 * _DAY,
    ),
    on_pv(
        "snow-cover",
        "Snow lies on the modules for two days and slides off when the sun has warmed the glass.",
        "The light is less by the share covered, all the time but the last part of it, in which it comes "
        f"back. Cells under it are no warmer than the air. {_STAYS_BEHIND}",
        share("share", 1.0, "share of the light that the snow keeps away"),
        share("melting", 0.15, "part of the time, at its end, in which it slides off"),
        more=_WARMTH,
        lasts=2 * _DAY,
    ),
    on_pv(
        "shading",
        "A crane has been put up in the south-east: every clear morning there is a notch in the curve.",
        "Of the direct light a share is lost between two hours of the sun's day, so that it shows on "
        f"clear days and hardly under clouds; the warmest cells are those in the sun, as ever. "
        f"{_STAYS_BEHIND}",
        share("share", 0.6, "share of the direct light that is lost"),
        Parameter(
            name="from_hour",
            default=8.5,
            meaning="mean solar time at which it begins",
            unit="h",
            least=0.0,
            most=24.0,
        ),
        Parameter(
            name="to_hour",
            default=10.5,
            meaning="mean solar time at which it ends",
            unit="h",
            least=0.0,
            most=24.0,
        ),
        more=("status",),
        lasts=14 * _DAY,
    ),
    on_pv(
        "ground-fault",
        "A cable's insulation has a crack: on wet mornings the inverter measures too little and does not "
        "start.",
        "On some mornings no power and status FA until the sun has dried the modules; then all is as ever. "
        f"Cells are a little warmer as long as nothing is drawn. {_STAYS_BEHIND}",
        share("mornings", 0.7, "share of the mornings that are wet; which ones is drawn from the seed"),
        Parameter(
            name="dry_at",
            default=10.0,
            meaning="mean solar time at which it is dry",
            unit="h",
            least=0.0,
            most=24.0,
        ),
        more=_WARMTH,
        lasts=7 * _DAY,
    ),
    on_pv(
        "inverter-overheating",
        "The inverter's fan stands still: on warm days it lowers its power to protect itself.",
        "Power is cut the deeper the warmer the air, with status CU where that takes something away; "
        f"cells get a little warmer by what is not drawn. {_STAYS_BEHIND}",
        Parameter(
            name="above",
            default=15.0,
            meaning="air temperature up to which it gives its rating",
            unit="°C",
            least=-30.0,
            most=60.0,
        ),
        Parameter(
            name="slope",
            default=2.5,
            meaning="share of the rating lost per kelvin above (a sound inverter: 2 to 5 from 45 °C on)",
            unit="%/K",
            least=0.0,
            most=50.0,
        ),
        more=_WARMTH,
        lasts=7 * _DAY,
    ),
    on_pv(
        "export-limit-lost",
        "The wire to the export limiter's transformer is cut: an inverter that must not feed the grid does.",
        "Where a site may not export, the system gives all that its modules can, up to its rating, and "
        "status ON instead of CU; the register gains, for good; the grid meter turns when that is more "
        "than the load. Where export is allowed nothing changes.",
        more=("status",),
        lasts=_DAY,
    ),
)
