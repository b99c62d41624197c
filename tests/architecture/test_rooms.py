"""The rooms of the package: what each module says of itself, and what none is called."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "wattos_testkit"
MODULES = sorted(PACKAGE.rglob("*.py"))
CATCH_ALL = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "tools"}


def test_every_module_says_what_it_is_for() -> None:
    """Each module begins with a docstring."""
    silent = [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_no_module_is_a_drawer_for_everything() -> None:
    """No module or room has a name that anything would fit."""
    assert [path for path in MODULES if {path.stem, path.parent.name} & CATCH_ALL] == []
