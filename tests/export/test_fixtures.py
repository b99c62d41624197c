"""The golden data of `fixtures/` is what the generator writes today, byte for byte."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.export.running import contents, wattos

FIXTURES = Path(__file__).parents[2] / "fixtures"


def load_rebuild() -> ModuleType:
    """Return the script that makes the golden data."""
    spec = importlib.util.spec_from_file_location("rebuild", FIXTURES / "rebuild.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REBUILD = load_rebuild()
BUILT = sorted(path.parent.name for path in FIXTURES.glob("*/datapackage.json"))


@pytest.mark.skipif(not BUILT, reason="no golden data yet: make fixtures")
@pytest.mark.parametrize("name", sorted(REBUILD.SETS))
def test_golden_data_is_what_is_written_today(tmp_path: Path, name: str) -> None:
    """Written again, each set has the very bytes that are kept; a change is a version of the data."""
    assert REBUILD.build(name, tmp_path / name) == 0
    assert contents(FIXTURES / name) == contents(tmp_path / name), (
        "make fixtures rebuilds it: see docs/generate.md"
    )


@pytest.mark.parametrize("name", BUILT)
def test_golden_data_passes_verify(name: str) -> None:
    """Each set is as its own manifest says, and there is no set that the script does not make."""
    assert name in REBUILD.SETS
    assert wattos("verify", str(FIXTURES / name)) == 0
