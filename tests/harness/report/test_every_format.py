"""What holds of every report, whatever its format."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness.report.hostile import hostile_run, leaky_run
from tests.harness.report.runs import CLEAN, OFF_GRID, TOKEN, events, exchange, play, with_findings
from wattos_testkit.harness.events import Exchange, PhaseStarted, Progress
from wattos_testkit.harness.report import FORMATS

FILES = [name for name, kind in FORMATS.items() if kind.to_file]


@pytest.fixture
def every(tmp_path: Path, monkeypatch, capsys) -> Callable[..., dict[str, str]]:
    """Return a function that plays a run to every reporter at once and returns what each wrote."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))

    def written(stream, **options) -> dict[str, str]:
        play([*(f"{name}={tmp_path}/{name}" for name in FILES), "github"], stream, **options)
        captured = capsys.readouterr()
        texts = {name: (tmp_path / name).read_text("utf-8") for name in FILES}
        return texts | {"screen": captured.out + captured.err, "summary": (tmp_path / "summary").read_text()}

    return written


def test_no_report_holds_the_token(every) -> None:
    """A target that echoes the token everywhere gets it into none of the reports."""
    leak = replace(
        exchange(f"/sites?token={TOKEN}", f"<p>{TOKEN}</p>".encode()),
        request_headers=(("Authorization", f"Bearer {TOKEN}"), ("X-Echo", TOKEN)),
        response_headers=(("Set-Cookie", f"session={TOKEN}"), ("Location", f"/?{TOKEN}")),
    )
    stream = [*events(leaky_run(), [leak])]
    stream[1:1] = [PhaseStarted("reach", TOKEN), Progress("reach", 1, TOKEN)]
    texts = every(stream, secrets=[TOKEN])
    assert [name for name, text in texts.items() if TOKEN in text] == []
    assert all("[redacted]" in text or "redacted" in text for text in texts.values())


def test_credentials_are_hidden_even_if_nobody_named_them(every) -> None:
    """What stands where credentials stand is taken out without being told what it is."""
    leak = replace(
        exchange(),
        request_headers=(("authorization", "Bearer abcdef123"), ("Cookie", "sid=abcdef123")),
        response_headers=(("Set-Cookie", "sid=abcdef123"),),
    )
    finding = replace(
        OFF_GRID, message='sent {"Authorization": "Bearer abcdef123"} to https://me:abcdef123@host/'
    )
    texts = every(events(with_findings([finding]), [leak]))
    assert [name for name, text in texts.items() if "abcdef123" in text] == []


def test_hostile_text_reaches_no_reader_raw(every) -> None:
    """Whatever the target sends, no control character but the line break is in any file."""
    hostile = exchange("/x", b"\x00\x1b[2J</script>")
    for name, text in every(events(hostile_run(), [hostile])).items():
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\u2029\ufffe\ud800-\udfff]", text), (
            name
        )


def test_a_clean_run_and_an_empty_one_are_reports_too(every) -> None:
    """Neither a run without findings nor one without anything breaks a reporter."""
    for finished in (CLEAN, replace(CLEAN, outcomes=(), conventions=())):
        assert all(text for name, text in every(events(finished)).items() if name != "screen")


def test_an_interrupted_run_tells_what_was_found(every) -> None:
    """After Ctrl-C, and even after a run that broke off, what was found is in every report."""
    for stream in (
        events(None),
        events(replace(with_findings([OFF_GRID]), exit_code=130, reason="interrupted")),
    ):
        texts = every(stream)
        assert [name for name, text in texts.items() if "WT301" not in text and name != "har"] == []


def test_notes_are_told(every) -> None:
    """What else is to be said of a run stands in every report that is about the run and not its findings."""
    texts = every(events(replace(CLEAN, notes=("3 known <findings>",))))
    assert {name for name, text in texts.items() if "3 known" in text} == {
        "html",
        "json",
        "junit",
        "markdown",
        "ndjson",
        "summary",
    }


def test_an_unknown_rule_is_no_failure(every) -> None:
    """Without any rule metadata every report is still written."""
    assert all("WT701" in text for name, text in every(events(), rules={}).items() if name != "har")


def test_the_same_run_gives_the_same_bytes(every, tmp_path: Path) -> None:
    """Reports can be compared: nothing of the clock or of the order of a set is in them."""
    first = every(events())
    (tmp_path / "summary").unlink()
    assert every(events()) == first


def test_a_thousand_findings_stay_readable_for_people(every) -> None:
    """Of a flood, what people read is bounded; what programs read has all of it."""
    many = [replace(OFF_GRID, resource=f"PV{n:06}", message="y" * 500) for n in range(1000)]
    texts = every(events(with_findings(many)))
    assert len(texts["markdown"]) < 60_000
    assert len(texts["summary"]) < 60_000
    for name in ("json", "sarif", "gitlab"):
        assert "PV000999" in texts[name]


def test_streams_keep_nothing(tmp_path: Path) -> None:
    """Four thousand exchanges of 4 kB leave no trace in the memory of those who stream them."""
    import tracemalloc  # noqa: PLC0415 - measures only here

    body = b"x" * 4096

    def flood() -> list[Exchange]:
        return [exchange(body=body)] * 4_000

    tracemalloc.start()
    play([f"har={tmp_path}/a.har", f"ndjson={tmp_path}/a.ndjson"], events(CLEAN, flood()), quiet=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tmp_path / "a.har").stat().st_size > 16_000_000
    assert peak < 1_000_000


@given(text=st.text(max_size=30), name=st.sampled_from(FILES))
@settings(
    max_examples=80,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_text_can_be_reported(text: str, name: str, tmp_path: Path) -> None:
    """For all texts and formats: a report is written."""
    finding = replace(OFF_GRID, rule=text, family=text, operation=text, resource=text, message=text)
    play([f"{name}={tmp_path}/a"], events(with_findings([finding])), quiet=True)
    assert (tmp_path / "a").read_bytes().decode("utf-8")
