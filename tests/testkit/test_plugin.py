"""The pytest plugin gives a test a live mock, a fleet and rows in one line, and costs nothing unused."""

import subprocess
import sys
import tomllib
from pathlib import Path

HEAVY = {"numpy", "faker", "httpx", "connexion", "hypothesis", "yaml", "pandas", "click", "rich"}
ROOT = Path(__file__).parents[2]


def test_is_an_entry_point():
    """Pytest finds the plugin where the package is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"wattos": "wattos_testkit.pytest_plugin"}


def test_imports_nothing_before_it_is_used():
    """Loading the plugin loads pytest and this package's head, and nothing else of weight."""
    code = (
        "import sys, pytest; before = set(sys.modules); import wattos_testkit.pytest_plugin; "
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "wattos_testkit" in out.split()
    assert not set(out.split()) & HEAVY


def test_three_fixtures_in_one_line_each(run_tests):
    """A test asks the live mock, and gets the very rows that the fixture computes."""
    result = run_tests(
        """
        def test_rows(wattos_server, wattos_fleet, wattos_rows):
            window = {"start": "2024-03-20T00:00:00Z", "end": "2024-03-21T00:00:00Z", "agg_interval": 15}
            for kind, path in (("pv", "/pv/data"), ("bess", "/bess/data"), ("meter", "/meters/data")):
                first = next(wattos_fleet.resources(kind_of(kind))).resource.resource_id
                answer = wattos_server.client.get(path, params={"resource_id": first, **window})
                assert answer.status_code == 200
                rows = wattos_rows(kind, first, "2024-03-20", "2024-03-21")
                assert answer.json()["datas"] == rows
                assert len(rows) == 96

        def test_again(wattos_server):
            assert wattos_server.url.startswith("http://127.0.0.1:")
            assert wattos_server.client.get("/healthz").status_code == 200

        from wattos_testkit.testkit.fleet import kind_of
        """,
        "-W",
        "error",
    )
    result.assert_outcomes(passed=2)


def test_the_ini_file_says_which_fleet(run_tests):
    """Size, seed, token and further options come from the ini file."""
    result = run_tests(
        """
        import urllib.request, urllib.error, pytest

        def test_fleet(wattos_fleet, wattos_server):
            assert wattos_fleet.seed == 7
            assert len(list(wattos_fleet.sites())) == 60
            assert wattos_server.token == "secret"
            sites = wattos_server.client.get("/sites", params={"group_id": "GR000000"}).json()["sites"]
            assert [one["site_name"] for one in sites] == [s.name for s in wattos_fleet.sites("GR000000")]
            assert wattos_server.client.get("/sites", params={"group_id": "GR000001"}).json()["sites"] == []
            with pytest.raises(urllib.error.HTTPError, match="401"):
                request = urllib.request.Request(
                    wattos_server.url + "/sites?group_id=GR000000", headers={"Authorization": "Bearer demo"}
                )
                urllib.request.urlopen(request)
        """,
        ini="wattos_sites=60\nwattos_seed=7\nwattos_token = secret=GR000000\nwattos_args = --max-rows 9\n",
    )
    result.assert_outcomes(passed=1)


def test_a_marker_says_which_fleet(run_tests, pytester):
    """A marked test has a fleet and a server of its own; tests with equal marks share them."""
    pytester.makefile(".yaml", mine="groups: [{group_id: GROUP777}]\nsites: []\n")
    result = run_tests(
        """
        import pytest
        URLS = {}

        def test_plain(wattos_server, wattos_fleet):
            URLS["plain"] = wattos_server.url
            assert wattos_fleet.seed == 3
            assert wattos_fleet.site("SITE0001")

        @pytest.mark.wattos(sites=5, seed=9)
        def test_marked(wattos_server, wattos_fleet):
            URLS["marked"] = wattos_server.url
            assert wattos_fleet.seed == 9
            assert len(list(wattos_fleet.sites())) == 5
            answer = wattos_server.client.get("/sites", params={"group_id": "GR000000"})
            assert len(answer.json()["sites"]) == 5

        @pytest.mark.wattos(sites=5, seed=9)
        class TestMore:
            def test_marked_too(self, wattos_server):
                assert URLS["marked"] == wattos_server.url

        @pytest.mark.wattos(fleet="mine.yaml")
        def test_file(wattos_fleet):
            assert [one.group_id for one in wattos_fleet.groups()] == ["GROUP777"]

        def test_plain_again(wattos_server):
            assert URLS["plain"] == wattos_server.url != URLS["marked"]
            assert wattos_server.client.get("/healthz").status_code == 200
        """,
        "-p",
        "no:randomly",
        ini="wattos_seed = 3\n",
    )
    result.assert_outcomes(passed=5)


def test_what_is_wrong_is_one_line(run_tests):
    """A wrong id, fleet, option or mark fails its test by one line without our insides."""
    result = run_tests(
        """
        import pytest

        def test_unknown(wattos_rows):
            wattos_rows("pv", "PV00001", "2024-03-20", "2024-03-21")

        def test_other_kind(wattos_rows):
            wattos_rows("meter", "PV000001", "2024-03-20", "2024-03-21")

        def test_time(wattos_rows):
            wattos_rows("pv", "PV000001", "yesterday", "2024-03-21")

        @pytest.mark.wattos(fleet="nowhere.yaml")
        def test_file(wattos_fleet):
            pass

        @pytest.mark.wattos(args="--frobnicate")
        def test_server(wattos_server):
            pass
        """,
        "--tb=short",
    )
    result.assert_outcomes(failed=3, errors=2)
    text = result.stdout.str()
    assert "there is no resource 'PV00001'; there are PV000001" in text
    assert "PV000001 is of type PV, not ME" in text
    assert "start: 'yesterday' is no time; right are '2024-03-20'" in text
    assert "nowhere.yaml: cannot be read: No such file or directory" in text
    assert "the mock did not start: wattos-testkit: No such option" in text
    assert "src/wattos_testkit" not in text
    assert "Traceback" not in text


def test_a_wrong_mark_names_the_right_ones(run_tests):
    """A mark that the plugin does not know ends the run before it begins."""
    result = run_tests(
        """
        import pytest

        @pytest.mark.wattos(site=3)
        def test_it(wattos_fleet):
            pass
        """
    )
    assert result.ret != 0
    text = result.stdout.str() + result.stderr.str()
    assert "@pytest.mark.wattos: site= is not one of fleet, sites, seed, scenario, token, args" in text


def test_says_what_it_has(run_tests):
    """`--markers` and `--fixtures` describe the plugin."""
    assert "@pytest.mark.wattos(fleet=None" in run_tests("", "--markers").stdout.str()
    text = run_tests("", "--fixtures").stdout.str()
    assert all(name in text for name in ("wattos_server", "wattos_fleet", "wattos_rows"))
