"""A defect of the mock is a problem too, and never a traceback."""

import warnings

import pytest

from wattos_testkit.fleet.model import Site
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.server.app import create_app


class _Failing:
    """A fleet whose sites cannot be looked up; all else is the demo fleet's."""

    def __init__(self) -> None:
        self._fleet = open_fleet()

    def __getattr__(self, name: str) -> object:
        return getattr(self._fleet, name)

    def site(self, site_id: str) -> Site | None:
        """Fail."""
        raise ZeroDivisionError(site_id)


def test_a_defect_is_a_500_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    """The client gets a problem that tells nothing, stderr gets one line, and the server goes on."""
    monkeypatch.delenv("WATTOS_DEBUG", raising=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient  # noqa: PLC0415 - it warns when it is imported

    client = TestClient(create_app(_Failing()), headers={"Authorization": "Bearer x"})  # type: ignore[arg-type]
    reply = client.get("/sites/SITE0001/resources", headers={"Origin": "http://x"})
    assert reply.status_code == 500
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.json()["title"] == "Internal Server Error"
    assert "SITE0001" not in reply.text
    assert "Traceback" not in reply.text
    error = capsys.readouterr().err
    assert error == "wattos-testkit: internal error: ZeroDivisionError: SITE0001\n"
    assert client.get("/sites?group_id=GROUP001").status_code == 200
