"""The HTML page, as a browser and as a screen reader meet it."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.harness.report.hostile import hostile_run
from tests.harness.report.runs import (
    AT_NIGHT,
    CLEAN,
    FINISHED,
    OFF_GRID,
    REGISTER,
    events,
    play,
    with_findings,
)
from wattos_testkit.harness.events import RunFinished
from wattos_testkit.harness.report.plot import plot

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Reads a page: every tag closed in order, every attribute kept."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs) -> None:
        """Remember a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs) -> None:
        """Remember a tag that closes itself, as those of SVG do."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Remember a text with the tag around it."""
        self.texts.append((self.open[-1] if self.open else "", data))

    def inside(self, tag: str) -> list[str]:
        """Return the texts directly inside a tag."""
        return [text.strip() for around, text in self.texts if around == tag and text.strip()]

    def values(self, *names: str) -> list[str]:
        """Return the values of attributes."""
        return [attributes[name] for _, attributes in self.tags for name in names if name in attributes]


def read(tmp_path: Path, finished: RunFinished | None = FINISHED, **options) -> Page:
    """Return the page of a run."""
    play([f"html={tmp_path}/a.html"], events(finished), quiet=True, **options)
    return Page((tmp_path / "a.html").read_text())


@pytest.mark.parametrize("finished", [FINISHED, CLEAN, hostile_run(), None, with_findings([])])
def test_a_page_is_whole_and_alone(finished: RunFinished | None, tmp_path: Path) -> None:
    """Tags are nested, ids unique, labels lead somewhere; nothing is loaded, nothing runs."""
    page = read(tmp_path, finished)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {label for value in page.values("aria-labelledby") for label in value.split()} <= set(ids)
    assert {value.removeprefix("#") for value in page.values("href")} <= set(ids)
    names = {name for _, attributes in page.tags for name in attributes}
    assert not names & {"src", "srcset", "style", "action", "data", "background", "xlink:href"}
    assert not any(name.startswith("on") for name in names)
    allowed = {"script", "img", "link", "iframe", "object", "form", "b"} & {tag for tag, _ in page.tags}
    assert allowed == set()
    policies = [a["content"] for tag, a in page.tags if tag == "meta" and "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert "url(" not in page.inside("style")[0]


def test_headings_lead_through_the_page(tmp_path: Path) -> None:
    """One first heading, no level left out, rules worst first."""
    page = read(tmp_path)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [text[:5] for text in page.inside("h3") if text.startswith("WT")] == ["WT301", "WT701", "WT801"]
    assert page.inside("h4") == ["get_pv_data PV000001", "get_bess_data BE000001", "get_pv_data PV000002"]


def test_the_proof_is_there_to_see_and_to_paste(tmp_path: Path) -> None:
    """Expected and seen stand side by side, the request and the command in one piece each."""
    page = read(tmp_path)
    assert {"a multiple of 15 minutes", "00:07", "11300 kWh"} <= set(page.inside("td"))
    assert OFF_GRID.requests[0].curl in page.inside("pre")
    assert page.inside("pre")[-1] == "wattos-testkit check http://127.0.0.1:8080 --seed 42"
    assert page.inside("dd") == ["2", "1", "2", "1", "131"]


def test_no_header_of_a_table_is_empty(tmp_path: Path) -> None:
    """A proof without a place is of the answer as a whole, and a screen reader hears so."""
    nowhere = replace(OFF_GRID, evidence=(replace(OFF_GRID.evidence[0], where=""),))
    assert "(the answer)" in read(tmp_path, with_findings([nowhere])).inside("th")


def test_a_plot_has_words_for_those_who_do_not_see_it(tmp_path: Path) -> None:
    """A plot is an image with a name, and its rows follow as a table."""
    page = read(tmp_path)
    plots = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(plots) == 1
    assert plots[0]["role"] == "img"
    assert plots[0]["aria-labelledby"] in page.values("id")
    told = next(text for text in page.inside("title") if "rows" in text)
    assert told == (
        "power_charge_active_avg, energy_charge_active_cum over 8 rows,"
        " from 2024-03-20T10:00:00Z to 2024-03-20T11:45:00Z; 2 marked as proof"
    )
    assert "These rows as a table (8)" in page.inside("summary")


def test_a_plot_shows_gaps_marks_and_quantities() -> None:
    """A missing value breaks the line, proof is circled, power and energy have an axis each."""
    drawn = plot(REGISTER, "x")
    paths = re.findall(r'<path class="line s0" d="([^"]*)"', drawn)
    assert [path.count("M") for path in paths] == [2, 1]
    assert drawn.count('class="proof"') == 4
    assert ">30,000<" in drawn
    assert "NaN" not in drawn


def test_what_was_expected_stands_beside_what_was_seen() -> None:
    """The column `expected` shares the axis of the field before it, and only what was seen is circled."""
    series = {**(REGISTER.series or {}), "expected": [500, 501, 502, 503, 504, 505, 506, 507]}
    del series["power_charge_active_avg"]
    drawn = plot(replace(REGISTER, series=series), "x")
    assert drawn.count("<g transform") == 1
    assert re.findall(r'class="line s(\d)" d=', drawn) == ["0", "1"]
    assert drawn.count('class="proof"') == 2


def test_a_plot_needs_numbers() -> None:
    """Without rows, without numbers or with a single one there is no plot, and no error."""
    for series in (None, {}, {"timestamp": []}, {"timestamp": ["a"], "x": [1]}, {"x": [1, 2]}):
        assert plot(replace(REGISTER, series=series), "x") == ""
    assert plot(replace(REGISTER, series={"timestamp": ["a", "b"], "x": [1, 1]}), "x") != ""


@given(
    stamps=st.lists(
        st.datetimes().map(lambda moment: f"{moment.isoformat()}Z") | st.text(max_size=5), max_size=6
    ),
    values=st.lists(st.floats() | st.none() | st.integers() | st.text(max_size=3), max_size=8),
)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_any_series_can_be_plotted(stamps: list[str], values: list[object]) -> None:
    """For all timestamps and values: well-formed SVG with finite coordinates, or nothing."""
    drawn = plot(replace(REGISTER, series={"timestamp": stamps, "power_x": values, "y": [1, 2, 3]}), "x")
    Page(drawn)
    for number in re.findall(r' (?:[xy][12]?|c[xy])="([^"]*)"', drawn):
        assert -10 <= float(number) <= 2000


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    """Markup of the target is read as words."""
    page = read(tmp_path, hostile_run())
    assert "</script><script>alert(1)</script><img src=x onerror=alert(1)>" in page.inside("td")


def test_a_flood_is_a_page_that_opens(tmp_path: Path) -> None:
    """Of a thousand findings of one rule some are shown, some named, the rest counted."""
    many = [replace(AT_NIGHT, resource=f"PV{n:06}", series=REGISTER.series) for n in range(1000)]
    page = read(tmp_path, with_findings(many))
    assert len(page.inside("h4")) == 8
    assert "992 more of this rule" in page.inside("summary")
    assert "and 792 more, which a JSON report has." in page.inside("p")
    assert (tmp_path / "a.html").stat().st_size < 200_000


def test_a_run_that_could_not_test_says_why(tmp_path: Path) -> None:
    """The reason stands at the top, and nothing looks passed."""
    page = read(tmp_path, replace(CLEAN, exit_code=3, reason="refuses connections"))
    assert page.inside("strong") == ["refuses connections"]
    assert "COULD NOT TEST" in page.inside("span")


def test_every_colour_can_be_read() -> None:
    """In light and in dark, text stands out from what is behind it by 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    style = files("wattos_testkit.harness.report").joinpath("page.css").read_text()
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#\w{6})", part)) for part in style.split("@media (prefers")[:2]
    )
    assert set(light) == set(dark)
    for colours in (light, dark):
        for fore in ("text", "soft", "link", "error", "warning", "good"):
            behind = ["back", "panel"] + [f"{fore}-back"] * (f"{fore}-back" in colours)
            behind += ["code"] * (fore == "text")
            assert min(contrast(colours[fore], colours[back]) for back in behind) >= 4.5, fore
        for line in ("s0", "s1", "s2", "s3"):
            assert contrast(colours[line], colours["panel"]) >= 3, line


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG of two colours written as #rrggbb."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
