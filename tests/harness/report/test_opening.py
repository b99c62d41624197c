"""Reports are opened before the run, and refused in one line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.report.runs import FINISHED, STARTED, events, play
from wattos_testkit.errors import OutputError, UsageError
from wattos_testkit.harness.report import FORMATS, close_reporters, open_reporters


def test_an_unknown_format_names_the_nearest() -> None:
    """A slip in a format is answered with the format that was meant, and with all there are."""
    with pytest.raises(UsageError, match=r"no format 'jsonn'; did you mean 'json'\? \(formats: "):
        open_reporters(["jsonn=a"], quiet=False, strict=False)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("json", "needs a file: json=FILE"),
        ("json=", "needs a file"),
        ("", "there is no format ''"),
        ("=a", "there is no format ''"),
        ("github=a.txt", "takes no file"),
        ("json=a,har=./a", "both go to ./a"),
        ("json=-,har=-", "both go to standard output"),
    ],
)
def test_a_spec_that_cannot_be_is_refused(spec: str, said: str, tmp_path: Path, monkeypatch) -> None:
    """Every malformed spec is one clear line, and no file appears."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said.replace("?", r"\?")) as caught:
        open_reporters([spec], quiet=False, strict=False)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_written_is_refused_before_the_run(tmp_path: Path) -> None:
    """A file below a file, a folder, or a NUL in a name: refused at once, the other reports taken back."""
    (tmp_path / "file").write_text("kept")
    for path in (tmp_path / "file" / "a.json", tmp_path, "\0"):
        with pytest.raises(OutputError, match=r"report .*: "):
            open_reporters([f"ndjson={tmp_path}/b.ndjson", f"json={path}"], quiet=False, strict=False)
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_several_reports_fit_in_one_option(tmp_path: Path, monkeypatch, capsys) -> None:
    """Commas separate reports, and a comma in a file name does not."""
    monkeypatch.chdir(tmp_path)
    play(["json=a,1.json, JSON=b.json"], events())
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a,1.json", "b.json"]
    assert "FAILED" in capsys.readouterr().out


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    """While a run goes on an earlier report stands untouched; then the new one takes its place."""
    path = tmp_path / "sub" / "a.json"
    path.parent.mkdir()
    path.write_text("earlier")
    reporters = open_reporters([f"json={path}"], quiet=True, strict=False)
    for event in events():
        for reporter in reporters:
            reporter.on(event)
    assert path.read_text() == "earlier"
    close_reporters(reporters)
    assert json.loads(path.read_text())["exit_code"] == 1
    assert [entry.name for entry in path.parent.iterdir()] == ["a.json"]


def test_folders_are_made_and_links_kept(tmp_path: Path) -> None:
    """A missing folder is made, and a symbolic link goes on pointing at what is now the report."""
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    play([f"json={tmp_path}/new/folder/a.json", f"json={tmp_path}/link.json"], events(), quiet=True)
    assert (tmp_path / "new/folder/a.json").exists()
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text())["requests"] == FINISHED.requests


def test_a_report_may_go_to_a_device(tmp_path: Path) -> None:
    """A pipe or a device is written to, not replaced."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    play([f"json={pipe}"], events(), quiet=True)
    assert json.loads(os.read(reader, 65_536))["seed"] == 42
    os.close(reader)


@pytest.mark.parametrize("name", [name for name, kind in FORMATS.items() if kind.to_file])
def test_a_run_that_never_started_leaves_nothing(name: str, tmp_path: Path) -> None:
    """A mistake that stops the run before its first event leaves neither a report nor its beginnings."""
    close_reporters(open_reporters([f"{name}={tmp_path}/a"], quiet=True, strict=False))
    assert list(tmp_path.iterdir()) == []


def test_one_report_that_fails_does_not_take_the_others(tmp_path: Path, capsys) -> None:
    """When one file cannot be written in the end, the rest is, and the failure is said."""
    folder = tmp_path / "gone"
    reporters = open_reporters([f"json={folder}/a.json", f"json={tmp_path}/b.json"], quiet=True, strict=False)
    for event in events():
        for reporter in reporters:
            reporter.on(event)
    for entry in folder.iterdir():
        entry.unlink()
    folder.rmdir()
    with pytest.raises(OutputError, match=r"a\.json: cannot be written"):
        close_reporters(reporters)
    assert json.loads((tmp_path / "b.json").read_text())["findings"]
    assert "FAILED" in capsys.readouterr().out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("name", ["json", "ndjson", "har"])
def test_a_full_disk_is_one_line_at_the_end(name: str, capsys) -> None:
    """A disk that fills up while the run goes on does not end the run; it is said when it is over."""
    with pytest.raises(OutputError, match="/dev/full: cannot be written: No space left"):
        play([f"{name}=/dev/full"], events(), quiet=True)
    assert "FAILED" in capsys.readouterr().out


@pytest.mark.parametrize("name", [name for name, kind in FORMATS.items() if kind.to_file])
def test_a_report_on_standard_output_is_alone_there(name: str, capsysbinary) -> None:
    """With `FORMAT=-` people are told on standard error, and standard output holds the document only."""
    play([f"{name}=-"], events())
    captured = capsysbinary.readouterr()
    assert b"FAILED" in captured.err
    assert b"FAILED \xc2\xb7" not in captured.out
    assert len(captured.out) > 200


def test_a_reader_who_has_gone_costs_no_report(tmp_path: Path) -> None:
    """When nobody reads the terminal any more the run goes on, and the other reports are written."""
    code = (
        "from tests.harness.report.runs import events, play\n"
        f"play(['github', 'json={tmp_path}/a.json'], events())\n"
        f"play(['ndjson={tmp_path}/a.ndjson'], events())\n"
    )
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, check=False, env=environment
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads((tmp_path / "a.json").read_text())["exit_code"] == 1
    assert (tmp_path / "a.ndjson").exists()


def test_a_pipe_that_breaks_is_said_after_the_others_are_written(tmp_path: Path, monkeypatch) -> None:
    """A report on standard output whose reader has gone raises, once the others are whole."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", closefd=False) as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        with pytest.raises(BrokenPipeError):
            play(["json=-", f"markdown={tmp_path}/a.md"], events(), quiet=True)
    os.close(writer)
    assert (tmp_path / "a.md").exists()


def test_opening_imports_only_what_was_asked_for() -> None:
    """The terminal in a pipe needs neither rich nor any other format."""
    code = (
        "import sys; from wattos_testkit.harness.report import open_reporters as o;"
        "o([], quiet=False, strict=False); print(sorted(m for m in sys.modules if m.split('.')[0] in"
        " {'rich', 'xml', 'html'} or m.endswith(('.sarif', '.page'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_first_event_starts_the_record(tmp_path: Path) -> None:
    """A run that broke off after its first event is still a report, and says that it broke off."""
    play([f"json={tmp_path}/a.json"], [STARTED], quiet=True)
    report = json.loads((tmp_path / "a.json").read_text())
    assert (report["exit_code"], report["findings"]) == (4, [])
    assert "broke off" in report["reason"]
