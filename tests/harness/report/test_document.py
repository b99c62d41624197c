"""The JSON report, as a program reads it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.harness.report.runs import FINISHED, OFF_GRID, REGISTER, events, play, with_findings
from wattos_testkit.harness.events import Evidence, RunFinished
from wattos_testkit.harness.report.document import plain


def read(tmp_path: Path, finished: RunFinished = FINISHED, **options: Any) -> dict[str, Any]:
    """Return the JSON report of a run, read strictly."""
    play([f"json={tmp_path}/a.json"], events(finished), quiet=True, **options)

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads((tmp_path / "a.json").read_text(), parse_constant=refuse)


def test_each_finding_has_what_the_page_promises(tmp_path: Path) -> None:
    """The promised fields are there for every finding, worst first."""
    report = read(tmp_path)
    promised = {"rule", "severity", "operation", "resource", "message", "evidence", "request"}
    assert [finding["rule"] for finding in report["findings"]] == ["WT301", "WT701", "WT801"]
    assert all(promised <= set(finding) for finding in report["findings"])
    first = report["findings"][0]
    assert first["severity"] == "error"
    assert first["request"]["curl"].startswith("curl ")
    assert first["evidence"][0] == {
        "where": "2024-03-20T00:07:00Z",
        "expected": "a multiple of 15 minutes",
        "seen": "00:07",
        "row": OFF_GRID.evidence[0].row,
    }
    assert report["summary"] == {"errors": 2, "warnings": 1, "passed": 2, "skipped": 1}
    assert report["conventions"][1]["pinned"] is True


def test_numbers_that_json_lacks_are_text(tmp_path: Path) -> None:
    """NaN, infinities, bytes, numbers of NumPy and lone surrogates in a row leave the file readable."""
    row = {
        "a": float("nan"),
        "b": -np.inf,
        "c": b"\xff",
        "d": np.float32(1.5),
        "e": np.int64(3),
        "f": "\ud800",
    }
    finding = replace(REGISTER, evidence=(Evidence("x", "y", "z", row),), series={"x": np.arange(2)})
    seen = read(tmp_path, with_findings([finding]))["findings"][0]
    assert seen["evidence"][0]["row"] == {
        "a": "nan",
        "b": "-inf",
        "c": "\ufffd",
        "d": 1.5,
        "e": 3,
        "f": "\ud800",
    }
    assert seen["series"] == {"x": [0, 1]}


def test_a_clean_run_has_an_empty_list(tmp_path: Path) -> None:
    """No findings is an empty list, and a finding without a request has null there."""
    assert read(tmp_path, with_findings([]))["findings"] == []
    assert read(tmp_path, with_findings([replace(OFF_GRID, requests=())]))["findings"][0]["request"] is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.binary() | st.complex_numbers(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.integers() | st.text(), inner, max_size=3)
        ),
        max_leaves=6,
    )
)
@settings(max_examples=100, derandomize=True, deadline=None)
def test_whatever_a_row_holds_becomes_json(value: Any) -> None:
    """For all values: strict JSON can say it."""
    json.dumps(plain(value), allow_nan=False)
