"""What docs/howto-tests.md says is so."""

import re
from pathlib import Path

import pytest

from wattos_testkit import pytest_plugin, strategies
from wattos_testkit.testkit.breaking import BREAKS

PAGE = (Path(__file__).parents[2] / "docs" / "howto-tests.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
INI = re.search(r"```ini\n\[pytest\]\n(.*?)```", PAGE, re.DOTALL)[1]


def test_the_examples_pass(run_tests):
    """Every example of the page is a test that passes, all of them in one run."""
    names = [f"test_example_{index}" for index in range(len(EXAMPLES))]
    joined = "\n\n".join(EXAMPLES)
    count = len(re.findall(r"^def test_", joined, re.MULTILINE))
    result = run_tests(joined, "-W", "error")
    result.assert_outcomes(passed=count)
    assert count >= len(names)


def test_the_ini_example_holds(run_tests):
    """The ini example is read: size, seed and token are as it says."""
    result = run_tests(
        """
        def test_it(wattos_server, wattos_fleet):
            assert (wattos_fleet.seed, wattos_server.token) == (7, "secret")
            assert len(list(wattos_fleet.sites())) == 500
            assert wattos_server.client.get("/sites", params={"group_id": "GR000009"}).json()["sites"]
        """,
        ini=INI,
    )
    result.assert_outcomes(passed=1)


def test_the_tables_are_complete():
    """Every strategy, every way to break rows and every option is in a table of the page."""
    for name in strategies.__all__:
        assert name[0].isupper() or f"`{name}(" in PAGE
    table = [f"| `{one.name}` | {one.rule} | {one.what} |" for one in BREAKS.values()]
    assert [line for line in PAGE.splitlines() if re.match(r"\| `[a-z-]+` \| WT", line)] == table
    for name in pytest_plugin._NAMES:  # noqa: SLF001 - the page must not lag behind it
        assert f"| `wattos_{name}` | `{name}` |" in PAGE


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_are_formatted(example):
    """The examples are as wide as the page can show."""
    assert max(map(len, example.splitlines())) <= 110
