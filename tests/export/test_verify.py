"""What `verify` finds, and what it lets pass."""

from pathlib import Path

import pytest

from tests.export.running import generate, wattos


@pytest.mark.parametrize("form", ["api", "csv", "ndjson"])
def test_a_fresh_folder_passes(tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What was just written is as its manifest says, also when computed again."""
    out = generate(tmp_path / "out", form, "--site", "SITE0001")
    assert wattos("verify", str(out), "--regenerate") == 0
    assert "the same when computed again" in capsys.readouterr().out


def test_one_changed_byte_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A byte changed in one file makes verify fail, and name that file."""
    out = generate(tmp_path / "out", "csv", "--site", "SITE0001")
    content = bytearray((out / "pv.csv").read_bytes())
    content[-3] ^= 1
    (out / "pv.csv").write_bytes(content)
    assert wattos("verify", str(out)) == 1
    said = capsys.readouterr().out
    assert "pv.csv: its content has changed" in said
    assert "meter.csv" not in said
