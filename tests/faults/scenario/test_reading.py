"""What a scenario says is placed, and what it cannot say is told by path and reason."""

import pickle
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.scenario.private import CATALOGUE, DEMO, read
from wattos_testkit.errors import ScenarioError, UsageError
from wattos_testkit.faults.scenario.moments import written
from wattos_testkit.faults.scenario.reading import open_scenario, placements_of
from wattos_testkit.faults.wire import ALWAYS
from wattos_testkit.fleet.model import Kind
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.telemetry.existence import first_minute

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute(text: str) -> int:
    """Return a UTC minute."""
    return int((datetime.fromisoformat(text) - _EPOCH).total_seconds()) // 60


def mistakes(text: str) -> tuple[str, ...]:
    """Return the mistakes of a text."""
    with pytest.raises(ScenarioError) as caught:
        read(text)
    return caught.value.mistakes


def test_local_time():
    """A time of day is on the clock of the site, on the scenario's day, summer time included."""
    (one,) = read("- {fault: cloudy, on: PV000001, from: 10:12, for: 95min}").placements
    assert (written(one.start), one.end - one.start) == ("2024-03-20T17:12:00Z", 95)
    assert (one.name, one.targets, dict(one.values), one.seed) == ("1-cloudy", ("PV000001",), {}, 7)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("00:00", "2024-03-20T07:00:00Z"),
        ("24:00", "2024-03-21T07:00:00Z"),
        ("+1d 10:12", "2024-03-21T17:12:00Z"),
        ("-30d", "2024-02-19T08:00:00Z"),
        ("2024-06-21", "2024-06-21T07:00:00Z"),
        ("2024-06-21 10:12", "2024-06-21T17:12:00Z"),
        ("2024-06-21T10:12", "2024-06-21T17:12:00Z"),
        ("2024-06-21T10:12:00Z", "2024-06-21T10:12:00Z"),
        ("2024-06-21T10:12+02:00", "2024-06-21T08:12:00Z"),
    ],
)
def test_forms_of_times(said, meant):
    """Each form of a time means what the page says."""
    (one,) = read(f"- {{fault: cloudy, on: PV000001, from: '{said}', for: 1h}}").placements
    assert written(one.start) == meant


def test_every_place_has_its_own_clock():
    """The same time of day strikes sites of different zones at different instants."""
    found = read("- {fault: silent, on: all, from: 12:00, for: 1h}").placements
    assert len(found) > 5
    for one in found:
        for name in one.targets:
            zone = DEMO.resource(name).site.timezone
            assert datetime.fromtimestamp(one.start * 60, UTC).astimezone(_zone(zone)).hour == 12


def _zone(name):
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - one test asks

    return ZoneInfo(name)


def test_places_stand_for_their_resources():
    """A site, a group and a unit controller stand for the resources of theirs that the fault strikes."""
    found = {
        name: set().union(*(one.targets for one in read(_on(name)).placements))
        for name in ("SITE0002", "GROUP001", "UC000002")
    }
    assert found["SITE0002"] == {"PV000002", "PV000003", "PV000004"}
    assert found["UC000002"] == {"PV000002", "PV000003"}
    assert found["GROUP001"] == {
        one.resource.resource_id for one in DEMO.resources(Kind.PV, frozenset({"GROUP001"}))
    }


def _on(what: str) -> str:
    return f"- {{fault: cloudy, on: {what}, from: 12:00, for: 1h}}"


def test_a_point_of_coupling_is_struck_as_a_whole():
    """A fault of unit controllers strikes those of the places that are named."""
    (one,) = read("- {fault: dark, on: SITE0002, from: 12:00, for: 1h}").placements
    assert one.targets == ("UC000002", "UC000003")


@given(share=st.floats(0.01, 1.0), seed=st.integers(0, 10**9))
@settings(max_examples=25, derandomize=True, deadline=None)
def test_share(share, seed):
    """A share chooses so many of those that are there, the same ones every time, one at least."""
    head = f"scenario: x\nday: 2024-03-20\nseed: {seed}\nfaults:\n"
    text = (
        head
        + f"- {{fault: cloudy, on: {{kind: pv, group: GROUP001, share: {share:.6f}}}, from: 12:00, for: 1h}}"
    )
    first, second = read(text), read(text)
    assert [one.identity for one in first.placements] == [one.identity for one in second.placements]
    there = [
        one
        for one in DEMO.resources(Kind.PV, frozenset({"GROUP001"}))
        if first_minute(one) < first.placements[0].end
    ]
    struck = [name for one in first.placements for name in one.targets]
    assert len(struck) == max(1, int(round(share, 6) * len(there) + 0.5))


def test_each_site_and_at_most():
    """A choice can be made in each site on its own, and a share can be limited."""
    found = read(_on("{kind: pv, count: 1, each: site}")).placements
    sites = [DEMO.resource(name).site.site_id for one in found for name in one.targets]
    assert sorted(set(sites)) == sorted(sites)
    assert len(sites) > 10
    few = read(_on("{kind: pv, share: 0.9, count: 2}")).placements
    assert sum(len(one.targets) for one in few) == 2


def test_another_seed_chooses_others():
    """The choice depends on the seed."""
    texts = [
        f"scenario: x\nday: 2024-03-20\nseed: {seed}\nfaults:\n{_on('{kind: pv, share: 0.3}')}"
        for seed in range(5)
    ]
    assert len({tuple(sorted(t for p in read(text).placements for t in p.targets)) for text in texts}) > 1


@given(
    times=st.integers(1, 30), least=st.integers(1, 20), more=st.integers(0, 20), seed=st.integers(0, 10**9)
)
@settings(max_examples=40, derandomize=True, deadline=None)
def test_random_strikes(times, least, more, seed):
    """Strikes at random lie within from and to, last as long as was said, and never touch."""
    text = (
        f"scenario: x\nday: 2024-03-20\nseed: {seed}\nfaults:\n- {{fault: cloudy, on: PV000001, "
        f"from: 00:00, to: +1d, times: {times}, for: {least}min..{least + more}min}}"
    )
    found = read(text).placements
    day = minute("2024-03-20T07:00:00Z"), minute("2024-03-21T07:00:00Z")
    assert len(found) == times
    assert len({one.name for one in found}) == times
    assert all(least <= one.end - one.start <= least + more for one in found)
    assert day[0] <= found[0].start
    assert found[-1].end <= day[1]
    assert all(one.end < other.start for one, other in pairwise(found))


def test_repetition_follows_the_clock():
    """What strikes every day strikes at the same time of the clock, through its change."""
    text = "- {fault: cloudy, on: PV000010, from: 2024-03-30 12:00, to: 2024-04-02, every: 1d, for: 1h}"
    zone = _zone(DEMO.resource("PV000010").site.timezone)
    found = read(text).placements
    hours = [datetime.fromtimestamp(one.start * 60, UTC).astimezone(zone).hour for one in found]
    assert hours == [12, 12, 12]
    assert {other.start - one.start for one, other in pairwise(found)} == {1380, 1440}


def test_wire():
    """A fault of the wire strikes all operations at all times unless told otherwise; its clock is UTC."""
    always, some = read("- fault: slow\n- {fault: slow, on: get_pv_data, from: 10:00, for: 1h}").placements
    assert (always.start, always.end) == ALWAYS
    assert len(always.targets) == 5
    assert (some.targets, written(some.start)) == (("get_pv_data",), "2024-03-20T10:00:00Z")


def test_parameters():
    """Parameters that are told are kept in the type of their default; those like it are left out."""
    text = (
        "- {fault: cloudy, on: PV000001, from: 12:00, with: {share: 1, count: 3, shape: steep, deep: true}}"
    )
    (one,) = read(text).placements
    assert dict(one.values) == {"share": 1.0, "shape": "steep", "deep": True}
    assert one.end - one.start == 30


def test_all_mistakes_at_once():
    """Every mistake of a file is told, each by its path, with what would be right."""
    text = """\
- {fault: clody, onn: 3}
- {fault: cloudy, on: [BE000001, PV00001, PV000099, SITE0020], from: 10:12, to: 09:00}
- {fault: dark, on: PV000001, from: 12:70}
- {fault: slow, on: get_pvdata}
- {fault: cloudy, on: {kind: bess, shre: 1}, from: 2024-01-01, to: 2026-01-01, with: {share: 2, cnt: 1}}
- {fault: cloudy, on: {kind: pv, each: site, group: GROUP009}, from: 12:00, for: 1h, to: 13:00}
- {fault: cloudy}
- {fault: cloudy, on: PV000001, from: 12:00, times: 30, to: 13:00, for: 5min}
- {fault: cloudy, on: PV000001, from: 12:00, every: 1h, for: 2h}
- {fault: cloudy, on: PV000001, from: 12:00, for: 401d}
- {fault: cloudy, on: PV000001, from: 2001-01-01, for: 1h}
"""
    found = "\n".join(mistakes(text))
    for expected in (
        "faults[0].fault: there is no 'clody'; did you mean 'cloudy'?",
        "faults[0].onn: is not known; did you mean 'on'?",
        "faults[1].on[0]: BE000001 is a battery system; cloudy strikes a PV system",
        "faults[1].on[1]: 'PV00001' is no id: eight of A-Z and 0-9",
        "faults[1].on[2]: there is no PV000099; the nearest are ",
        "faults[1].to: 09:00 is not after 10:12; +1d 09:00 is a day later",
        "faults[2].from: '12:70' is on no clock; right are ",
        "faults[2].on: dark strikes unit controllers; PV000001 stands behind UC000001",
        "faults[3].on: 'get_pvdata' is no operation; slow strikes get_sites, ",
        "faults[4].on.kind: cloudy strikes PV systems only",
        "faults[4].on.shre: is not known; did you mean 'share'?",
        "faults[4].with.share: '2' is out of bounds: 0 to 1",
        "faults[4].with.cnt: is not known; did you mean 'count'?",
        "faults[4].to: lasts 731 days; a fault lasts 400 at most",
        "faults[5].on.each: says of what share or count are chosen; say how many of each site",
        "faults[5].on.group: there is no group GROUP009; the nearest are ",
        "faults[5].for: to and for both say when it ends: give one of them",
        "faults[6].from: is missing; ",
        "faults[6].on: is missing; ",
        "faults[7].times: 30 strikes do not fit between ",
        "faults[8].to: is missing: every strikes again and again up to then",
        "faults[8].for: lasts 120 min, which is longer than every, 60 min",
        "faults[9].for: '401d' is too long: at most 400 days",
        "faults[10].on: has no rows before 2021-03-01T08:00:00Z, when this is over",
    ):
        assert expected in found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file: is empty"),
        ("[1, 2]", "the file: ['1', '2'] is no mapping"),
        ("scenario: x\nfaults: 3", "faults: '3' is no list"),
        ("scenario: x", "faults: is missing or empty: a list of what strikes whom, and when"),
        ("scenario: X y\nfaults: []", "scenario: 'X y' is no name: a-z, 0-9 and -, up to 64"),
        ("scenario: x\nscenario: y", "line 2: not YAML: 'scenario' stands twice in one mapping"),
        ("scenario: [", "not YAML"),
        ("a: &a [*a]", "a: is not known"),
        ("{" * 3, "not JSON"),
        ("[" * 5000, "nest"),
        (
            "scenario: x\nday: 2024-02-30\nfaults:\n- {fault: x}",
            "day: '2024-02-30' is no day of the calendar",
        ),
        (
            "scenario: x\nfaults:\n- {fault: cloudy, on: all, from: 10:00}",
            "faults[0].from: a time of day, and no day",
        ),
        ("scenario: x\nday: 2024-01-01\nfaults:\n- 7", "faults[0]: '7' is no mapping"),
    ],
)
def test_broken_files(text, reason, tmp_path):
    """What is no scenario at all is told in one line, too."""
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        open_scenario(str(file), DEMO, catalogue=CATALOGUE)
    assert any(reason in one for one in caught.value.mistakes), caught.value.mistakes


def test_files_that_are_none(tmp_path):
    """A file that is not there, not text, or far too large is refused in one line."""
    binary, large = tmp_path / "binary", tmp_path / "large"
    binary.write_bytes(b"\xff\xfe\x00")
    large.write_bytes(b"#" * 1_000_001)
    for spec, reason in (
        ("no-such-thing", "is neither a file nor one of"),
        (str(tmp_path / "none.yaml"), "cannot be read: No such file"),
        (str(binary), "not a text file in UTF-8"),
        (str(large), "larger than 1,000,000 bytes"),
        ("bad-day@2024-13-01", "the day behind @: '2024-13-01' is no day of the calendar"),
    ):
        with pytest.raises(UsageError, match="scenario") as caught:
            open_scenario(spec, DEMO)
        assert reason in str(caught.value)
        assert "\n" not in str(caught.value)


def test_the_day(tmp_path):
    """The day that is asked for comes first, then that of the clock, then the file's own."""
    file = tmp_path / "mine.yaml"
    file.write_text(f"day: 2024-03-20\nfaults:\n{_on('PV000001')}")
    now = minute("2023-06-01T02:00:00Z")  # in Los Angeles still the last of May

    def day(spec: str, at: int | None) -> str:
        (one,) = open_scenario(spec, DEMO, at, CATALOGUE).placements
        return written(one.start)[:10]

    assert day(str(file), None) == "2024-03-20"
    assert day(str(file), now) == "2023-05-31"
    assert day(f"{file}@2024-06-21", now) == "2024-06-21"
    opened = open_scenario(f"{file}@2024-06-21", DEMO, None, CATALOGUE)
    assert (opened.name, opened.day, opened.asked_day) == ("mine", date(2024, 6, 21), date(2024, 6, 21))


def test_a_choice_of_none_is_a_note():
    """A choice that finds nobody is told, and is no mistake: ready scenarios fit every fleet."""
    found = read("- {fault: cloudy, on: {kind: pv, share: 0.2}, from: 2001-01-01, for: 1h}")
    assert found.placements == ()
    assert found.notes == ("faults[0].on: cloudy strikes nobody: no PV system is there at that time",)
    assert not found.plan()


def test_large_fleets():
    """A choice works on a procedural fleet, and ids of it are found without going through it."""
    fleet = open_fleet(sites=400)
    first = next(fleet.resources(Kind.PV)).resource.resource_id
    text = f"- {{fault: cloudy, on: [{first}, {{kind: pv, count: 5}}], from: 12:00, for: 1h}}"
    names = {name for one in read(text, fleet).placements for name in one.targets}
    assert first in names
    assert len(names) in {5, 6}


def test_a_single_fault():
    """One fault can be placed from an item alone, as a control API or a header gives it."""
    item = {
        "fault": "cloudy",
        "on": "PV000001",
        "from": "2024-03-20T10:00:00Z",
        "for": "1h",
        "with": {"share": 0.25},
    }
    (one,) = placements_of(item, DEMO, name="prefer", catalogue=CATALOGUE)
    assert (one.name, dict(one.values), one.number("share")) == ("prefer", {"share": 0.25}, 0.25)
    with pytest.raises(ScenarioError, match=r"with.share: 7 is out of bounds"):
        placements_of({**item, "with": {"share": 7}}, DEMO, name="prefer", catalogue=CATALOGUE)
    with pytest.raises(ScenarioError, match="is no mapping"):
        placements_of("cloudy", DEMO, name="prefer", catalogue=CATALOGUE)


def test_names_are_unique():
    """Two items cannot have one name: what is random is drawn from it."""
    text = "- {fault: slow, name: a}\n- {fault: slow, name: a}"
    assert mistakes(text) == ("faults[1].name: 'a' is taken by faults[0]",)


def test_pairs():
    """A fault between two is placed on pairs of one kind: in the order of a list, neighbours of a choice."""
    (one,) = read("- {fault: crossed, on: [ME000001, ME000003], from: 12:00, for: 1h}").placements
    assert one.targets == ("ME000001", "ME000003")
    found = read("- {fault: crossed, on: {group: GROUP001}, from: 12:00, for: 10min..60min}").placements
    assert len(found) > 3
    for one in found:
        first, second = (DEMO.resource(name) for name in one.targets)
        assert first.kind is second.kind
        assert first.site.timezone == second.site.timezone
    names = [name for one in found for name in one.targets]
    assert len(names) == len(set(names))
    assert mistakes("- {fault: crossed, on: ME000001, from: 12:00, for: 1h}") == (
        "faults[0].on: crossed is between two of one kind: name them in pairs",
    )
    assert mistakes("- {fault: crossed, on: [ME000001, PV000001], from: 12:00, for: 1h}") == (
        "faults[0].on: ME000001 and PV000001 are no pair: crossed is between two of one kind",
    )


def test_scenarios_travel():
    """What is placed reaches another process as it is."""
    found = read(_on("PV000001"))
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own
