"""Runs pytest inside pytest."""

from importlib.metadata import entry_points

import pytest


@pytest.fixture
def run_tests(pytester):
    """Return a function that writes a test module, runs it with the plugin, and returns the outcome."""
    # An installation that is older than the entry point does not know it yet.
    known = any(one.name == "wattos" for one in entry_points(group="pytest11"))
    extra = () if known else ("-p", "wattos_testkit.pytest_plugin")

    def run(source, *arguments, ini="", files=()):
        pytester.makeini(f"[pytest]\n{ini}")
        for name, text in dict(files).items():
            (pytester.path / name).write_text(text)
        pytester.makepyfile(source)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *extra, *arguments)

    return run
