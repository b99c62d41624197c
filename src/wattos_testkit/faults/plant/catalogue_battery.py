"""The faults of batteries."""

from wattos_testkit.faults.model import Parameter
from wattos_testkit.faults.plant.naming import BATTERY, on_battery, share

_DAY = 1440
_BACK = (
    "Afterwards the battery gives (or takes) less than scheduled until its state of charge is that of the "
    "schedule again: within the next days, of which each can make up for what it moves. The registers lack "
    "what was not moved; the grid meter sees it all."
)

FAULTS = (
    on_battery(
        "battery-offline",
        "A cell voltage is out of range: the battery management opens the contactors.",
        f"No power, status OF, the state of charge stands and the cells cool down. {_BACK}",
        lasts=360,
    ),
    on_battery(
        "cell-overtemperature",
        "The container's air conditioning fails on a working day.",
        "The cells keep the heat of their losses; above a temperature the power is lowered, down to "
        f"nothing at another, and the state of charge moves accordingly less. {_BACK}",
        Parameter(
            name="rise",
            default=120.0,
            meaning="how much warmer the cells would get at full power without an end",
            unit="K",
            least=0.0,
            most=500.0,
        ),
        Parameter(
            name="derate_from",
            default=40.0,
            meaning="cell temperature from which power is lowered (data sheets of stationary systems: 35 "
            "to 45)",
            unit="°C",
            least=-20.0,
            most=60.0,
        ),
        Parameter(
            name="stop_at",
            default=55.0,
            meaning="cell temperature at which it is zero (data sheets: 50 to 60)",
            unit="°C",
            least=-19.5,
            most=65.0,
        ),
        lasts=_DAY,
    ),
    on_battery(
        "capacity-fade",
        "A rack's cells have aged before their time: the battery is empty earlier every evening.",
        "It charges and discharges less, by the share lost, between the same states of charge as ever: each "
        "percent is worth less energy. The cells stay a little cooler. The registers lack what was not "
        "moved, for good; the grid meter sees it all. At the end the rack is replaced.",
        share(
            "share",
            0.2,
            "share of the capacity that is lost (end of life, by usual warranties: 0.2 to 0.4)",
            0.9,
        ),
        Parameter(
            name="days",
            default=0.0,
            meaning="days in which it is lost, evenly; 0: at once, as when a rack is switched off",
            unit="days",
            least=0.0,
            most=400.0,
        ),
        lasts=7 * _DAY,
        fields=tuple(field for field in BATTERY if field != "soc_end"),
    ),
)
