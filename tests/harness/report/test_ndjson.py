"""NDJSON, a line at a time."""

import json
from pathlib import Path

from tests.harness.report.runs import FINISHED, OFF_GRID, events, play
from wattos_testkit.harness.report import open_reporters


def test_each_event_is_a_line(tmp_path: Path) -> None:
    """Every event is one JSON object with its kind; the last has the findings with their final counts."""
    play([f"ndjson={tmp_path}/a"], events(), quiet=True)
    lines = [json.loads(line) for line in (tmp_path / "a").read_text().splitlines()]
    assert len(lines) == len(list(events()))
    assert [line["event"] for line in lines[:3]] == ["run_started", "phase_started", "progress"]
    assert lines[-1]["event"] == "run_finished"
    assert [finding["rule"] for finding in lines[-1]["findings"]] == ["WT801", "WT701", "WT301"]
    exchange = next(line for line in lines if line["event"] == "exchange")
    assert exchange["body_bytes"] == 13
    assert "body" not in exchange


def test_a_pipe_is_fed_while_the_run_goes_on(capsys) -> None:
    """With `ndjson=-` a line is there as soon as its event was heard."""
    reporters = open_reporters(["ndjson=-"], quiet=True, strict=False)
    for event in events(FINISHED):
        for reporter in reporters:
            reporter.on(event)
        assert capsys.readouterr().out.count("\n") == 1


def test_a_finding_is_as_in_the_json_report(tmp_path: Path) -> None:
    """One shape of a finding, wherever it is written."""
    play([f"ndjson={tmp_path}/a", f"json={tmp_path}/b"], events(), quiet=True)
    lines = [json.loads(line) for line in (tmp_path / "a").read_text().splitlines()]
    seen = [line["finding"] for line in lines if line["event"] == "finding_seen"]
    whole = json.loads((tmp_path / "b").read_text())["findings"]
    assert next(f for f in seen if f["rule"] == OFF_GRID.rule) == whole[0]
