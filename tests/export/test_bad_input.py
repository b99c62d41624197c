"""One clear line for each mistake, exit code 2, and nothing written."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.export.running import process, wattos

DAY = ("--start", "2024-02-29", "--days", "1")
CSV = (*DAY, "--format", "csv")
MISTAKES = [
    (
        ("--start", "2024-02-29", "--days", "1", "--format", "xlsx"),
        "there is no 'xlsx'; there are api, ndjson",
    ),
    ((*CSV, "--interval", "7"), "--interval: there is no '7'; there are 1, 5, 15, 30"),
    ((*CSV, "--interval", "+15"), "--interval: there is no '+15'"),
    ((*CSV, "--interval", "\u0661\u0665"), "--interval: there is no"),
    (("--start", "2024-03-02", "--end", "2024-03-01", "--format", "csv"), "is not after --start 2024-03-02"),
    (("--start", "2024-03-01", "--end", "2024-03-01", "--format", "csv"), "is not after --start"),
    (("--start", "2024-03-01T00:00:30Z", "--days", "1", "--format", "csv"), "is no time; right are"),
    (("--start", "2024-02-30", "--days", "1", "--format", "csv"), "is not in the calendar"),
    (("--start", "yesterday", "--days", "1", "--format", "csv"), "is no time; right are"),
    (("--start", "1969-12-31", "--days", "1", "--format", "csv"), "outside the years 1970 to 2099"),
    (("--start", "2099-12-31", "--days", "9", "--format", "csv"), "beyond the year 2099"),
    (("--start", "2024-02-29", "--format", "csv"), "one of --end, --days or --duration"),
    ((*CSV, "--end", "2024-03-01"), "one of --end, --days or --duration"),
    ((*CSV, "--duration", "1d"), "give one of them"),
    (("--start", "2024-02-29", "--duration", "1m", "--format", "csv"), "is no span of time; right are 90min"),
    (("--start", "2024-02-29", "--duration", "P0D", "--format", "csv"), "is no span of time"),
    (("--start", "2024-02-29", "--duration", "10min", "--format", "csv"), "shorter than --interval 15"),
    ((*CSV, "--kind", "wind"), "--kind: there is no 'wind'; there are"),
    ((*DAY, "--format", "influx", "--kind", "sites"), "influx has no place for sites"),
    ((*CSV, "--resource", "PV00000l"), "is no id; an id is eight of A-Z and 0-9"),
    ((*CSV, "--resource", "PV009001"), "the fleet has no 'PV009001'; the nearest are PV0000"),
    ((*CSV, "--site", "SITE9999"), "the fleet has no 'SITE9999'; the nearest are SITE00"),
    ((*CSV, "--group", "GROUP999"), "the fleet has no 'GROUP999'; the nearest are GROUP00"),
    ((*CSV, "--kind", "meter", "--resource", "PV000001"), "of type PV, which --kind leaves out"),
    ((*CSV, "--partition", "month"), "csv files are not cut"),
    ((*DAY, "--format", "parquet", "--partition", "year"), "--partition: there is no 'year'"),
    ((*CSV, "--engine", "spark"), "--engine: there is no 'spark'; there are processes, dask"),
    ((*CSV, "--scheduler", "tcp://127.0.0.1:8786"), "--scheduler goes with --engine dask"),
    ((*CSV, "--engine", "dask", "--scheduler", "somewhere"), "no Dask scheduler answers at 'somewhere'"),
    ((*CSV, "--fleet", "no-such-file.yaml"), "no-such-file.yaml"),
    ((*CSV, "--workers", "0"), "--workers"),
    ((*CSV, "--force", "--resume"), "give one of them"),
]


@pytest.mark.parametrize(("options", "reason"), MISTAKES)
def test_a_mistake_is_one_line_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], reason: str
) -> None:
    """Each mistake is said in one line that names what is wrong and what would be right."""
    out = tmp_path / "out"
    assert wattos("generate", *options, "--out", str(out)) == 2
    said = capsys.readouterr().err
    assert said.startswith("wattos-testkit: ")
    assert said.count("\n") == 1
    assert reason in said
    assert not out.exists()


def test_a_fleet_with_three_mistakes_names_all_three(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All mistakes of a fleet file are said at once, and nothing is written."""
    file = tmp_path / "fleet.yaml"
    file.write_text("groups: [{group_id: short, name: 7}]\nsites: nowhere\ncolour: red\n")
    assert wattos("generate", *CSV, "--fleet", str(file), "--out", str(tmp_path / "out")) == 2
    said = capsys.readouterr().err.splitlines()
    assert "3 mistakes" in said[0]
    assert len(said) == 4
    assert not (tmp_path / "out").exists()


def test_a_scheduler_that_does_not_answer_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A port where nothing listens is said to have no scheduler; nothing is written."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        options = ("--engine", "dask", "--scheduler", address, "--out", str(tmp_path / "out"))
        assert wattos("generate", *CSV, *options) == 2
    said = capsys.readouterr().err
    assert f"no Dask scheduler answers at '{address}'" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file in the place of the folder is said to be one, also as a parent."""
    (tmp_path / "file").write_text("mine")
    assert wattos("generate", *CSV, "--out", str(tmp_path / "file")) == 2
    assert "this is a file; a folder is needed" in capsys.readouterr().err
    assert wattos("generate", *CSV, "--out", str(tmp_path / "file" / "out")) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without leave to write is said to be so."""
    (tmp_path / "closed").mkdir(mode=0o500)
    assert wattos("generate", *CSV, "--out", str(tmp_path / "closed" / "out")) == 2
    assert "cannot be written" in capsys.readouterr().err


HIDING = """
import sys
for name in ("pyarrow", "duckdb", "distributed", "dask", "polars", "pandas"):
    sys.modules[name] = None
from wattos_testkit.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("options", "extra"),
    [
        (("--format", "parquet"), "arrow"),
        (("--format", "arrow"), "arrow"),
        (("--format", "duckdb"), "duckdb"),
        (("--format", "csv", "--engine", "dask"), "dask"),
    ],
)
def test_a_missing_extra_is_named_with_the_command_that_adds_it(
    tmp_path: Path, options: tuple[str, ...], extra: str
) -> None:
    """Without an optional library the message says how to install it; nothing is written."""
    args = ["generate", *DAY, *options, "--out", str(tmp_path / "out")]
    said = subprocess.run([sys.executable, "-c", HIDING, *args], capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert f"pip install 'wattos-testkit[{extra}]'" in said.stderr
    assert said.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_text_formats_need_no_optional_library(tmp_path: Path) -> None:
    """CSV, NDJSON, SQL, line protocol, bodies and SQLite are written by a bare installation."""
    for form in ("csv", "ndjson", "sql", "influx", "api", "sqlite"):
        args = ["generate", *DAY, "--format", form, "--site", "SITE0001", "--out", str(tmp_path / form)]
        subprocess.run([sys.executable, "-c", HIDING, *args], capture_output=True, check=True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "has no datapackage.json"),
        ("{", "is no JSON"),
        ("[]", "is no data package"),
        ('{"resources": 3}', "is no data package"),
    ],
)
def test_verify_says_what_is_no_data_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, reason: str
) -> None:
    """A folder without a sound manifest is one line and exit code 2."""
    if content is not None:
        (tmp_path / "datapackage.json").write_text(content)
    assert wattos("verify", str(tmp_path)) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "missing.csv"])
def test_verify_looks_at_nothing_outside_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    """A manifest that names files elsewhere, or files that are not there, fails with the path."""
    (tmp_path / "datapackage.json").write_text(f'{{"resources": [{{"path": "{path}", "bytes": 1}}]}}')
    assert wattos("verify", str(tmp_path)) == 1
    assert path in capsys.readouterr().out


def test_help_is_instant_and_says_every_option() -> None:
    """`generate --help` needs none of the heavy parts and names the formats."""
    said = process("generate", "--help")
    assert said.returncode == 0
    for word in ("--start", "--format", "--resume", "--scheduler", "parquet", "influx"):
        assert word in said.stdout
