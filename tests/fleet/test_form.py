"""A fleet file is read as its author meant it, or refused with every mistake by its path."""

import json

import pytest
import yaml

from wattos_testkit.errors import FleetError, UsageError
from wattos_testkit.fleet.form import group_form, site_form
from wattos_testkit.fleet.model import Kind
from wattos_testkit.fleet.open import DEFAULT_SEED, open_fleet
from wattos_testkit.fleet.reader import parse
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import Telemetry

SMALL = """
groups:
  - group_id: GROUP009
sites:
  - site_id: SITE0900
    group_id: GROUP009
    latitude: 52.52
    longitude: 13.40
    controllers:
      - unit_controller_id: UC000900
        load: {profile: office, mean_kw: 50}
        meters:
          - resource_id: ME000900
        batteries:
          - {resource_id: BE000900, capacity_kwh: 100, rated_kw: 30}
        pv:
          - {resource_id: PV000900, rated_ac_kw: 40}
"""


def small(**changes):
    """Return the data of the small file, the site's values replaced."""
    data = yaml.safe_load(SMALL)
    data["sites"][0].update(changes)
    return data


def controller(**changes):
    """Return the data of the small file, the unit controller's values replaced."""
    data = yaml.safe_load(SMALL)
    data["sites"][0]["controllers"][0].update(changes)
    return data


def mistakes(data):
    """Return what is said of a file."""
    with pytest.raises(FleetError) as raised:
        parse("mine.json", data if isinstance(data, str) else json.dumps(data, default=str))
    return raised.value.mistakes


def test_fills_in_what_is_left_out():
    """Names, zone, country, climate, orientation and dates follow from the place and the ids."""
    site = parse("mine.yaml", SMALL).sites[0]
    assert (site.name, site.timezone, site.country, site.climate) == (
        "SITE0900",
        "Europe/Berlin",
        "DE",
        "oceanic",
    )
    pv = site.controllers[0].pv[0]
    assert (pv.name, pv.latitude, pv.longitude) == ("PV000900", 52.52, 13.40)
    assert (pv.rated_dc_kw, pv.tilt, pv.azimuth) == (48.0, 35.0, 180.0)
    assert site.controllers[0].meters[0].role == "grid"


def test_the_seed_of_a_file_holds_until_another_is_given(tmp_path):
    """A file may carry its seed; `--seed` wins; the default is for files without one."""
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL, "utf-8")
    assert open_fleet(str(path)).seed == DEFAULT_SEED
    path.write_text(f"seed: 77\n{SMALL}", "utf-8")
    assert open_fleet(str(path)).seed == 77
    assert open_fleet(str(path), seed=0).seed == 0
    assert open_fleet(str(path)).digest != open_fleet(str(path), seed=0).digest


def test_a_fleet_survives_being_written_and_read():
    """What the demo fleet is written as reads back as the same fleet, as YAML and as JSON."""
    fleet = open_fleet()
    data = {
        "groups": [group_form(group) for group in fleet.groups()],
        "sites": [site_form(site) for site in fleet.sites()],
    }
    for text in (json.dumps(data), yaml.safe_dump(data)):
        form = parse("again", text)
        assert list(form.groups) == list(fleet.groups())
        assert list(form.sites) == list(fleet.sites())


def test_text_is_what_the_field_asks_for():
    """YAML's own ideas do not get in the way: Norway is a country, digits are an id, a day is a day."""
    text = (
        SMALL.replace("latitude: 52.52", "latitude: 59.9")
        .replace("longitude: 13.40", "longitude: 10.7\n    country: NO\n    timezone: Europe/Oslo")
        .replace("GROUP009", "00000123")
        .replace("ME000900", "ME000900\n            commissioned: 2021-02-03")
    )
    form = parse("mine.yaml", text)
    assert form.groups[0].group_id == "00000123"
    assert form.sites[0].country == "NO"
    assert form.sites[0].controllers[0].meters[0].commissioned.isoformat() == "2021-02-03"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (small(lattitude=3), "sites[0].lattitude: is not known; did you mean 'latitude'?"),
        (small(latitude=91), "sites[0].latitude: 91 is out of bounds: -90 to 90 degrees"),
        (small(longitude="east"), "sites[0].longitude: 'east' is no number"),
        (small(longitude=True), "sites[0].longitude: True is no number"),
        ('{"groups": [], "sites": [{"latitude": NaN}]}', "sites[0].latitude: nan is no finite number"),
        (small(latitude=10**400), "is no number"),
        (small(site_id="site0900"), "'site0900' is no id: eight of A-Z and 0-9; did you mean 'SITE0900'?"),
        (small(site_id="SITE09001"), "sites[0].site_id: 'SITE09001' is no id"),
        (small(site_id="SITE\u0660900"), "is no id"),
        (small(site_id=12345678), "sites[0].site_id: 12345678 is a number; an id of digits needs quotes"),
        (small(site_id=None), "sites[0].site_id: is missing"),
        (small(group_id="GROUP008"), "there is no group GROUP008; did you mean 'GROUP009'?"),
        (small(timezone="Europe/Berln"), "is no IANA time zone, such as America/Los_Angeles; did you mean"),
        (small(timezone="localtime"), "'localtime' is no IANA time zone"),
        (small(timezone="../etc/passwd"), "is no IANA time zone"),
        (small(country="Germany"), "such as US; did you mean 'DE'?"),
        (small(country="gb"), "did you mean 'GB'?"),
        (small(country=False), 'Norway needs quotes: "NO"'),
        (
            small(latitude=0, longitude=-30),
            "country: is missing, and the time zone Etc/GMT+2 belongs to none",
        ),
        (small(climate="dessert"), "did you mean 'desert'?"),
        (small(altitude=9000), "sites[0].altitude: 9000 is out of bounds: -430 to 6,000 m"),
        (small(name="  "), "sites[0].name: '  ' is no name"),
        (small(name="a\nb"), "holds characters that cannot be printed"),
        (small(name=["x"]), "is no text"),
        (small(controllers={}), "sites[0].controllers: {} is no list"),
        (small(controllers=["x"]), "sites[0].controllers[0]: 'x' is no mapping"),
        (controller(may_export="yes"), "may_export: 'yes' is neither true nor false"),
        (controller(load={"profile": "offices", "mean_kw": 5}), "did you mean 'office'?"),
        (controller(load={"profile": "office"}), "sites[0].controllers[0].load.mean_kw: is missing"),
        (controller(load={"profile": "office", "mean_kw": 0}), "0 is out of bounds: 0.1 to 10,000,000 kW"),
        (
            controller(pv=[{"resource_id": "PV000900", "rated_ac_kw": -4}]),
            "pv[0].rated_ac_kw: -4 is out of",
        ),
        (
            controller(meters=[{"resource_id": "ME000900"}, {"resource_id": "ME000901"}]),
            "sites[0].controllers[0].meters: 2 meters of role 'grid'; a point of common coupling has one",
        ),
        (
            controller(meters=[{"resource_id": "PV000900"}]),
            "pv[0].resource_id: PV000900 is taken by sites[0].controllers[0].meters[0]",
        ),
        (
            controller(meters=[{"resource_id": "ME000900", "commissioned": "2023-02-30"}]),
            "meters[0].commissioned: '2023-02-30' is no day of the calendar",
        ),
        (
            controller(meters=[{"resource_id": "ME000900", "commissioned": "1923-02-03"}]),
            "1923-02-03 is out of bounds: 1980-01-01 to 2099-12-31",
        ),
        (controller(load=None, meters=[{"resource_id": "ME000900", "role": "load"}]), "needs a load"),
        (controller(may_export=False, load=None), "nothing could be generated"),
        (
            controller(may_export=False, load={"profile": "office", "mean_kw": 1}),
            "batteries[0].capacity_kwh: 100 kWh may not export, and the load falls to 0.3 kW: at most",
        ),
        (
            controller(batteries=[{"resource_id": "BE000900", "capacity_kwh": 100, "rated_kw": 5}]),
            "batteries[0].rated_kw: 5 kW do not fit 100 kWh: 20 to 400 kW do",
        ),
        ({"groups": [{"group_id": "GROUP001"}] * 2}, "groups[1].group_id: GROUP001 is taken by groups[0]"),
        ({"seed": -1}, "seed: -1 is no whole number from 0 on"),
        ({"sitees": []}, "sitees: is not known; did you mean 'sites'?"),
        ("[]", "the file: [] is no mapping"),
        ("", "the file: is empty"),
        ("{", "line 1: not JSON"),
        ('{"seed": 1, "seed": 2}', "'seed' stands twice in one mapping"),
        ("seed: 1\nseed: 2", "line 2: not YAML: 'seed' stands twice in one mapping"),
        ("groups: [\n", "line 2: not YAML"),
        ("seed: !!python/object/apply:os.system [x]", "not YAML: could not determine a constructor"),
        ("[" * 3000, "maximum nesting depth"),
        ('{"groups": ' + "[" * 100_000, "nested too deeply"),
    ],
)
def test_says_what_is_wrong_and_where(data, said):
    """Each mistake is named by its path, what was given, and what would be right."""
    found = mistakes(data)
    assert any(said in one for one in found), found


def test_says_everything_at_once():
    """Several mistakes in one file are reported together, in the order of the file."""
    data = small(latitude=200, climate="cold")
    data["groups"].append({"group_id": "x"})
    data["sites"][0]["controllers"][0]["pv"][0]["rated_ac_kw"] = 0
    found = mistakes(data)
    assert [one.split(":")[0] for one in found] == [
        "groups[1].group_id",
        "sites[0].latitude",
        "sites[0].climate",
        "sites[0].controllers[0].pv[0].rated_ac_kw",
    ]


def test_a_file_that_cannot_be_read_is_one_line(tmp_path):
    """A missing file, a folder, and a file that is no text are refused with the reason."""
    for name, content in (("none.yaml", None), ("", None), ("bytes.yaml", b"\xff\xfe\x00")):
        path = tmp_path / name
        if content:
            path.write_bytes(content)
        with pytest.raises(UsageError, match=r"fleet .*: (cannot be read|not a text file)"):
            open_fleet(str(path))


def test_the_smallest_that_is_allowed_has_series(tmp_path):
    """What passes the reader can be simulated: least ratings, least room below the load, odd places."""
    data = controller(
        may_export=False,
        load={"profile": "house", "mean_kw": 2},
        meters=[{"resource_id": "ME000900", "commissioned": "1980-01-01"}],
        batteries=[{"resource_id": "BE000900", "capacity_kwh": 2, "rated_kw": 0.4, "strategy": "arbitrage"}],
        pv=[{"resource_id": "PV000900", "rated_ac_kw": 0.1}, {"resource_id": "PV000901", "rated_ac_kw": 2}],
    )
    data["sites"][0].update(latitude=-90, longitude=180, timezone="Antarctica/McMurdo", altitude=2835)
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(data), "utf-8")
    fleet = open_fleet(str(path))
    telemetry = Telemetry(fleet)
    for kind in Kind:
        for placed in fleet.resources(kind):
            for start in (28_514_880, 28_514_880 + 270 * 1440):
                pieces = telemetry.stream(placed, Window(start, start + 20 * 1440, 1))
                assert sum(len(piece) for piece in pieces) == 20 * 1440
