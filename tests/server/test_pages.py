"""What is served beside the operations."""

import re

import pytest

from tests.server.mock import Mock
from wattos_testkit import __version__
from wattos_testkit.fleet.open import open_fleet


def test_health(mock: Mock):
    """/healthz says that the server answers, and for which fleet, without a credential."""
    reply = mock.ask("/healthz", headers={})
    fleet = open_fleet()
    assert reply.status == 200
    assert reply.json() == {"status": "ok", "version": __version__, "seed": 1, "fleet": fleet.digest}
    assert reply.headers["Cache-Control"] == "no-store"


def test_swagger_ui_needs_no_network(mock: Mock):
    """/docs and all that it loads come from this server, and its policy forbids anything else."""
    page = mock.ask("/docs", headers={})
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "http" not in policy
    assert "connect-src 'self'" in policy
    text = page.body.decode()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert len(loaded) == 4
    for one in loaded:
        assert "//" not in one
        reply = mock.ask(f"/{one}", headers={})
        assert reply.status == 200
        assert reply.body
    script = mock.ask("/docs/start.js", headers={}).body.decode()
    assert 'url: "openapi.json"' in script
    assert "validatorUrl: null" in script
    assert mock.ask("/docs/", headers={}).headers["Location"] == "../docs"


@pytest.mark.parametrize(
    "name", ["../pages.py", "..%2fpages.py", "index.html", "swagger-ui.js.map", "%2e%2e/x"]
)
def test_no_other_file_is_served(mock: Mock, name: str):
    """Only the four files of the page are served, whatever is asked for."""
    assert mock.ask(f"/docs/{name}", headers={}).status == 404


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/openapi.json", "/openapi.yaml", "/docs/start.js"])
def test_pages_have_manners_too(mock: Mock, path: str):
    """HEAD is answered, another method is a 405, an origin may read them."""
    assert mock.ask(path, "HEAD", headers={}).status == 200
    assert mock.ask(path, "POST", headers={}).headers["Allow"] == "GET, HEAD"
    assert mock.ask(path, headers={"Origin": "http://x"}).headers["Access-Control-Allow-Origin"] == "*"
