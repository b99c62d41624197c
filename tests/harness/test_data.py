"""Files instead of a server: the same rules over captured and generated rows."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.harness.plant import KINDS, RESOURCES, SITES, UNTIL, row
from wattos_testkit.cli import run

DAY = UNTIL - timedelta(days=1)


def rows(operation, interval=15, hours=24, change=None):
    """Return the rows of a day, each changed if asked."""
    step = timedelta(minutes=interval)
    made = [row(operation, DAY + number * step, interval) for number in range(hours * 60 // interval)]
    return [{**one, **(change or {})} for one in made]


def captured(folder, change=None):
    """Write the answers of the small plant as they would be captured."""
    bodies = {"sites.json": {"sites": SITES}, "sites/SITE0001/resources.json": {"resources": RESOURCES}}
    bodies |= {f"{kind}.json": {"datas": rows(operation, change=change)} for operation, kind in KINDS.items()}
    for name, body in bodies.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(body))
    return str(folder)


@pytest.mark.parametrize("kind", ["api", "ndjson", "csv", "parquet"])
def test_what_generate_writes_is_clean(tmp_path, capsys, kind):
    """Two days of the demo fleet's first site have no finding, in each form."""
    command = [sys.executable, "-m", "wattos_testkit", "generate", "--start", "2024-03-20", "--days", "2"]
    command += ["--interval", "15", "--site", "SITE0001", "--format", kind, "--out", str(tmp_path / kind)]
    subprocess.run(command, check=True, capture_output=True)
    assert run(["check", "--data", str(tmp_path / kind), "--strict"]) == 0, capsys.readouterr().out
    assert "no findings" in capsys.readouterr().out


def test_captured_answers_are_clean(tmp_path, capsys):
    """Bodies as the API sends them are read, lists and series."""
    assert run(["check", "--data", captured(tmp_path)]) == 0, capsys.readouterr().out


def test_a_recording_is_read(tmp_path, capsys):
    """A HAR file is read for its answers; refusals in it are passed over."""
    body = json.dumps({"datas": rows("get_pv_data", change={"status": ""})})
    entry = {"request": {"url": "http://a/pv/data"}, "response": {"status": 200, "content": {"text": body}}}
    refused = {"request": {"url": "http://a/pv/data"}, "response": {"status": 400, "content": {}}}
    file = tmp_path / "run.har"
    file.write_text(json.dumps({"log": {"entries": [refused, entry]}}))
    assert run(["check", "--data", str(file), "--select", "WT105"]) == 1
    assert "status" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"power_active_avg": "1"}, "WT105"),
        ({"unit_controller_id": "uc"}, "WT105"),
        ({"agg_interval": 7}, "WT105"),
        ({"timestamp": "2024-03-20T00:07:00Z"}, "WT301"),
    ],
)
def test_a_broken_row_is_reported(tmp_path, capsys, change, rule):
    """A schema that is broken, and a grid that is, are reported as of a server."""
    assert (
        run(["check", "--data", captured(tmp_path, change), "--report", f"json={tmp_path / 'report'}"]) == 1
    )
    report = json.loads((tmp_path / "report").read_text())
    assert rule in {one["rule"] for one in report["findings"]}, capsys.readouterr().out


def test_a_broken_file_is_reported_and_the_others_are_judged(tmp_path, capsys):
    """A file that is cut short is a finding of its own."""
    folder = captured(tmp_path)
    (tmp_path / "PV.json").write_text('{"datas": [{"resource_id": ')
    assert run(["check", "--data", folder]) == 1
    out = capsys.readouterr().out
    assert "WT104" in out
    assert "PV.json" in out


@pytest.mark.parametrize(
    ("make", "code", "says"),
    [
        (lambda folder: folder / "nowhere", 2, "no such file or folder"),
        (lambda folder: folder, 2, "no file in it can be read"),
        (lambda folder: (folder / "a.txt").write_text("x") and folder / "a.txt", 2, "rows can be read from"),
        (lambda folder: (folder / "a.json").write_text("{}") and folder, 3, "there is nothing to judge"),
        (
            lambda folder: (folder / "a.csv").write_text("a,b\n1,2\n") and folder,
            3,
            "there is nothing to judge",
        ),
    ],
)
def test_files_that_cannot_be_judged(tmp_path, capsys, make, code, says):
    """A missing, an empty and a foreign folder each get one line."""
    assert run(["check", "--data", str(make(tmp_path))]) == code
    out, err = capsys.readouterr()
    assert says in (err if code == 2 else out)
    assert "Traceback" not in out + err


def test_one_source_at_a_time(tmp_path, capsys):
    """Files and a server at once are a usage error."""
    assert run(["check", "http://127.0.0.1:1", "--data", str(tmp_path)]) == 2
    assert "one of them at a time" in capsys.readouterr().err
