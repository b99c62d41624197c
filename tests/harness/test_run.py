"""Around a run: interruption, baseline, replay, configuration, and the Python API."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from flask import request

from tests.harness.conftest import serving, smoke
from tests.harness.plant import TOKEN, plant, problem, row
from wattos_testkit.cli import run
from wattos_testkit.errors import UsageError
from wattos_testkit.harness.api import check as api_check
from wattos_testkit.harness.api import finish
from wattos_testkit.harness.engine import check
from wattos_testkit.harness.events import Exchange, FindingSeen, PhaseStarted, RunFinished, RunStarted


def faulty():
    """Return a plant that accepts every interval."""
    return plant(accepts=lambda name, text: name == "agg_interval" and text)


@pytest.fixture(autouse=True)
def token(monkeypatch):
    """Put the token of the plant into the environment."""
    monkeypatch.setenv("WATTOS_TOKEN", TOKEN)


def test_the_events_tell_the_run_in_order(healthy):
    """RunStarted comes first, each phase once it begins, every request as an exchange, RunFinished last."""
    events = list(check(smoke(healthy)))
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], RunFinished)
    phases = [event.name for event in events if isinstance(event, PhaseStarted)]
    assert list(dict.fromkeys(phases)) == ["reach", "discover", "refuse", "mean"]
    assert sum(isinstance(event, Exchange) for event in events) == events[-1].requests


def test_a_finding_is_told_when_it_is_seen():
    """FindingSeen comes while the run goes on, and its finding is in the end with its whole count."""
    with serving(faulty()) as url:
        events = list(check(smoke(url)))
    seen = [event.finding.key for event in events if isinstance(event, FindingSeen)]
    assert seen == list(dict.fromkeys(seen))
    assert set(seen) == {finding.key for finding in events[-1].findings}


def test_the_same_seed_asks_the_same(healthy):
    """Two runs with one seed send the same requests."""
    one, other = (
        [event.url for event in check(smoke(healthy)) if isinstance(event, Exchange)] for _ in range(2)
    )
    assert one == other


def test_an_interruption_still_reports():
    """A Ctrl-C in the middle ends the run with 130 and with what was found until then."""
    with serving(faulty()) as url:
        events = check(smoke(url))
        for event in events:
            if isinstance(event, FindingSeen):
                break
        rest = [events.throw(KeyboardInterrupt), *events]
    end = rest[-1]
    assert isinstance(end, RunFinished)
    assert (end.exit_code, end.reason) == (130, "interrupted")
    assert "WT202" in {finding.rule for finding in end.findings}


@pytest.mark.parametrize("phase", ["refuse", "conform"])
def test_ctrl_c_on_the_command_line(tmp_path, phase):
    """The process ends with 130; the terminal and the report tell what was found."""
    report = tmp_path / "report.json"
    command = [
        sys.executable,
        "-m",
        "wattos_testkit",
        "check",
        "--report",
        f"json={report}",
        "--report",
        "ndjson=-",
    ]
    with serving(faulty()) as url:
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": os.environ}
        with subprocess.Popen([*command, url], **options) as process:
            inside = False
            for line in process.stdout:
                event = json.loads(line)
                inside = inside or event.get("name") == phase
                if (inside and event["event"] == "finding_seen") or (inside and phase == "conform"):
                    process.send_signal(signal.SIGINT)
                    break
            _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    told = json.loads(report.read_text())
    assert told["exit_code"] == 130
    assert "WT202" in {finding["rule"] for finding in told["findings"]}


def test_a_baseline_hides_what_is_known(tmp_path, capsys):
    """Known findings do not fail, new ones do, and those that are gone are said."""
    file = str(tmp_path / "baseline.json")
    options = ["--profile", "smoke", "--select", "WT1,WT2"]
    with serving(faulty()) as url:
        assert run(["check", url, *options, "--baseline", file, "--update-baseline"]) == 0
        assert "3 findings" in capsys.readouterr().err
        assert run(["check", url, *options, "--baseline", file]) == 0
        assert "3 known findings" in capsys.readouterr().err
    with serving(plant()) as url:
        assert run(["check", url, *options, "--baseline", file]) == 0
        err = capsys.readouterr().err
        assert err.count("is no longer found") == 3
        assert "WT202 get_pv_data" in err


def test_a_baseline_does_not_hide_what_is_new(tmp_path, capsys):
    """A finding that the baseline lacks fails the run."""
    file = tmp_path / "baseline.json"
    file.write_text(
        json.dumps({"findings": [{"rule": "WT202", "operation": "get_pv_data", "resource": None}]})
    )
    with serving(faulty()) as url:
        assert run(["check", url, "--profile", "smoke", "--select", "WT202", "--baseline", str(file)]) == 1
    assert "2 findings" in capsys.readouterr().out
    file.write_text("[]")
    with serving(faulty()) as url:
        assert run(["check", url, "--baseline", str(file)]) == 2
    assert "is no baseline" in capsys.readouterr().err


def test_a_finding_is_replayed(tmp_path, capsys):
    """--replay asks the requests of one finding alone: 1 while it is there, 0 when it is gone."""
    report = tmp_path / "report.json"
    asked = []
    app = faulty()
    with serving(app) as url:
        assert run(["check", url, "--profile", "smoke", "--select", "WT2", "--report", f"json={report}"]) == 1
    app = faulty()
    app.before_request(lambda: asked.append(1))
    with serving(app) as url:
        assert run(["check", url, "--replay", f"{report}#WT202"]) == 1
        assert len(asked) == 1
        assert "still there" in capsys.readouterr().err
    with serving(plant()) as url:
        assert run(["check", url, "--replay", f"{report}#2"]) == 0
        assert "no longer seen" in capsys.readouterr().err
        assert run(["check", url, "--replay", f"{report}#99"]) == 2
        assert "#1 WT202" in capsys.readouterr().err
        assert run(["check", url, "--replay", str(report)]) == 2


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"authorised": lambda text: text.startswith("Bearer ") and len(text) > 8}, "WT006"),
        ({"authorised": lambda text: text.startswith("Basic") or text.endswith(TOKEN)}, "WT007"),
        ({"known": lambda _, name: name in {"ME000001", "BE000001", "PV000001"}}, "WT207"),
        ({"known": lambda kind, name: name[:2] in {"ZQ", kind[4:6].upper()}}, "WT206"),
        ({"row": lambda *_: {"resource_id": "PV000001"}}, "WT105"),
        ({"window": lambda *given: given[2] != 15}, "WT208"),
        ({"authorised": lambda text: text == f"Bearer {TOKEN}" or 1 / 0}, "WT001"),
        ({"row": lambda *given: row(*given) | {"unit_controller_id": "UC999999"}}, "WT603"),
        ({"row": lambda *given: row(*given) | {"timestamp": "2024-03-20T00:07:00Z"}}, "WT301"),
        ({"problem": lambda status, detail: (detail, status)}, "WT107"),
        ({"problem": lambda status, _: problem(status, request.headers.get("Authorization"))}, "WT009"),
    ],
)
def test_each_kind_of_finding_can_be_replayed(tmp_path, parts, rule):
    """Findings of every kind, warnings too, are seen again while they are there, and only then."""
    report = tmp_path / "report.json"
    with serving(plant(**parts)) as url:
        run(
            [
                "check",
                url,
                "--profile",
                "standard",
                "--no-fuzz",
                "--select",
                rule[:3],
                "--report",
                f"json={report}",
            ]
        )
        if rule not in {one["rule"] for one in json.loads(report.read_text())["findings"]}:
            pytest.fail(report.read_text())
        assert run(["check", url, "--replay", f"{report}#{rule}"]) == 1
    with serving(plant()) as url:
        assert run(["check", url, "--replay", f"{report}#{rule}"]) == 0


def reported(tmp_path, url, **finding):
    """Write a report with one finding about a day of PV; return what --replay takes."""
    window = "start=2024-03-20T00:00:00Z&end=2024-03-20T02:00:00Z&agg_interval=15"
    address = f"{url}/pv/data?resource_id=PV000001&{window}"
    curl = f"curl -i -H \"Authorization: Bearer $WATTOS_TOKEN\" '{address}'"
    asked = {"method": "GET", "url": address, "curl": curl}
    whole = {"operation": "get_pv_data", "resource": "PV000001", "requests": [asked], **finding}
    (tmp_path / "report.json").write_text(json.dumps({"target": url, "findings": [whole]}))
    return f"{tmp_path / 'report.json'}#1"


@pytest.mark.parametrize(("status", "code"), [(404, 0), (500, 0), (401, 3), (403, 3), (429, 3)])
def test_a_replay_judges_as_the_rule_does(tmp_path, healthy, status, code):
    """WT208 excuses a 404 for no rows and a broken server; who is turned away learns nothing."""
    replayed = reported(tmp_path, healthy, rule="WT208")
    app = plant(problem=lambda *_: problem(status, "no"), window=lambda *_: False)
    with serving(app) as url:
        assert run(["check", url, "--replay", replayed]) == code
    with serving(plant(window=lambda *_: False)) as url:
        assert run(["check", url, "--replay", replayed]) == 1


def test_a_replay_that_cannot_decide_says_so(tmp_path, capsys, healthy):
    """A rule that compares two systems is not decided by the request for one of them: neither 0 nor 1."""
    assert run(["check", healthy, "--replay", reported(tmp_path, healthy, rule="WT807")]) == 3
    out = capsys.readouterr().out
    assert "its requests alone do not decide WT807" in out
    assert "--select WT807" in out


def test_a_configuration_is_found_and_used(tmp_path, monkeypatch, capsys, healthy):
    """The file of the folder, or of one above, says what the options say; an option wins."""
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    (tmp_path / "wattos-testkit.toml").write_text(
        f'target = "{healthy}"\nprofile = "smoke"\nselect = ["WT1"]\nmax-time = "1m"\nrate-limit = 500\n'
        '[severity]\nWT107 = "error"\n[header]\nX-Tenant = "a"\n'
    )
    assert run(["check"]) == 0
    out = capsys.readouterr().out
    assert "profile smoke" in out
    assert run(["check", "--profile", "standard", "--no-fuzz"]) == 0
    assert "profile standard" in capsys.readouterr().out
    (tmp_path / "wattos-testkit.toml").unlink()
    (tmp_path / "pyproject.toml").write_text('[tool.wattos-testkit]\nprofile = "nothing"\n')
    assert run(["check", healthy]) == 2
    assert "tool.wattos-testkit.profile: 'nothing' is none of smoke" in capsys.readouterr().err
    (tmp_path / "pyproject.toml").write_text('[tool.other]\nprofile = "nothing"\n')
    assert run(["check", healthy, "--profile", "smoke", "--select", "WT1"]) == 0


def test_select_ignore_and_severity():
    """Rules are chosen by id, beginning and resource, and weighed by the most exact entry."""
    with serving(plant(problem=lambda status, detail: (detail, status))) as url:
        base = {"profile": "smoke", "select": ["WT0", "WT1"]}
        end = finish(api_check(url, **base))
        assert {one.rule for one in end.findings} == {"WT008", "WT107"}
        assert end.exit_code == 0
        assert finish(api_check(url, strict=True, **base)).exit_code == 1
        assert finish(api_check(url, severity={"WT1": "error"}, **base)).exit_code == 1
        assert finish(api_check(url, severity={"WT1": "error", "WT107": "warning"}, **base)).exit_code == 0
        assert finish(api_check(url, strict=True, ignore=["WT008", "WT107"], **base)).findings == ()


def test_the_api_refuses_what_it_does_not_know(healthy):
    """An unknown option is a usage error before the first event, and so is a wrong value."""
    with pytest.raises(UsageError, match="there is no option colour"):
        api_check(healthy, colour="red")
    with pytest.raises(UsageError, match="duration"):
        api_check(healthy, max_time="soon")


def test_the_command_to_repeat_has_no_secret(healthy, capsys, monkeypatch):
    """The command line in the output leaves the token and header values out."""
    line = [
        "check",
        healthy,
        "--token",
        TOKEN,
        "--header",
        "X-Key: hidden-value",
        "--profile",
        "smoke",
        "--select",
        "WT1",
    ]
    monkeypatch.setattr(sys, "argv", ["wattos-testkit", *line])
    assert run(line) == 0
    (repeat,) = re.findall(r"repeat +(.*)", capsys.readouterr().out)
    assert "--profile smoke" in repeat
    assert TOKEN not in repeat
    assert "hidden-value" not in repeat
