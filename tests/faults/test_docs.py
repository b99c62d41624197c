"""The page of faults is what the code says, complete, and its commands work."""

import importlib.util
import re
from pathlib import Path

import pytest

from tests.server.mock import running
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Family

DOCS = Path(__file__).parents[2] / "docs"
MOST = 60_000


@pytest.fixture(scope="module")
def page():
    """Return the page's generator."""
    spec = importlib.util.spec_from_file_location("faults_page", DOCS / "faults_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def mock():
    """Run a mock."""
    with running() as one:
        yield one


def test_the_page_is_up_to_date(page):
    """`make docs` would change nothing of it."""
    assert (DOCS / "faults.md").read_text("utf-8") == page.page()


@pytest.mark.parametrize("fault", CATALOGUE.values(), ids=lambda fault: fault.name)
def test_each_fault_is_shown(fault, page):
    """Faults of plant and telemetry have a small picture, those of the wire a recorded session."""
    if fault.family is Family.WIRE:
        assert len(page.sessions()[fault.name]) > 1
    else:
        assert 2_000 < (DOCS / "pictures" / "faults" / f"{fault.name}.png").stat().st_size < MOST


def test_no_picture_is_left_over():
    """Each picture belongs to a fault."""
    found = {picture.stem for picture in (DOCS / "pictures" / "faults").iterdir()}
    assert found == {one.name for one in CATALOGUE.values() if one.family is not Family.WIRE}


def test_every_command_of_the_page_works(mock):
    """Each curl line gets an answer in which the fault was applied."""
    lines = re.findall(r"^curl -s (.*)$", (DOCS / "faults.md").read_text("utf-8"), re.MULTILINE)
    assert len(lines) == sum(one.family is not Family.WIRE for one in CATALOGUE.values())
    for line in lines:
        headers = dict(one.split(": ", 1) for one in re.findall(r"-H '([^']*)'", line))
        target = re.search(r"'http://127.0.0.1:8080(/[^']*)'", line)[1]
        reply = mock.ask(target, headers=headers)
        assert reply.status == 200, line
        assert headers["Prefer"].split("=")[1].split(";")[0] in reply.headers["Preference-Applied"], line
