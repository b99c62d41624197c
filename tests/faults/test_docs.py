"""The page of faults is what the code says, complete, and its commands work."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from tests.server.mock import running
from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Family
from wattos_testkit.faults.scenario.reading import ready_names

DOCS = Path(__file__).parents[2] / "docs"
MOST = 60_000


def generator(name):
    """Return a generator of a page."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page():
    """Return the generator of the page of faults."""
    return generator("faults_page")


def test_the_page_is_up_to_date(page):
    """`make docs` would change nothing of it."""
    assert (DOCS / "faults.md").read_text("utf-8") == page.page()


def test_the_page_of_ready_scenarios_is_up_to_date():
    """Each ready scenario is shown: by its picture, or by what becomes of requests, or by both."""
    shown = generator("scenarios_page")
    assert (DOCS / "ready-scenarios.md").read_text("utf-8") == shown.page()
    recorded = json.loads(shown.FILE.read_text("utf-8"))
    for name in ready_names():
        picture = shown.PICTURES / f"{name}.png"
        assert name in recorded or picture.exists()
        assert not picture.exists() or picture.stat().st_size < MOST


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


@pytest.mark.parametrize("clocked", [False, True])
def test_every_command_of_the_page_works(page, clocked):
    """Each curl line gets an answer in which the fault was applied, with a clock where it needs one."""
    found = re.findall(r"^curl -s (.*)$", (DOCS / "faults.md").read_text("utf-8"), re.MULTILINE)
    assert len(found) == sum(one.family is not Family.WIRE for one in CATALOGUE.values())
    seen = 0
    with running(*(("--now", page.NOW) if clocked else ())) as mock:
        for line in found:
            headers = dict(one.split(": ", 1) for one in re.findall(r"-H '([^']*)'", line))
            name = headers["Prefer"].split("=")[1].split(";")[0]
            if (name in page.CLOCKED) is clocked:
                reply = mock.ask(re.search(r"'http://127.0.0.1:8080(/[^']*)'", line)[1], headers=headers)
                assert reply.status == 200, line
                assert name in reply.headers["Preference-Applied"], line
                seen += 1
    assert seen == (len(page.CLOCKED) if clocked else len(found) - len(page.CLOCKED))
