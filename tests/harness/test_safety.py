"""Safe against production: GET alone, bounded, patient, silent about secrets."""

import itertools
import json
import re
import socket
import sys
import threading
from collections import Counter

import pytest
from flask import Flask, Response, redirect, request

from tests.harness.conftest import finished, serving, smoke
from tests.harness.plant import TOKEN, plant, problem
from wattos_testkit.cli import run
from wattos_testkit.cli.check import _command
from wattos_testkit.harness.clock import SystemClock
from wattos_testkit.harness.engine import check
from wattos_testkit.harness.limits import Budget, Limits, RunOverError
from wattos_testkit.harness.options import settings_of
from wattos_testkit.harness.redaction import Redactor, is_credential, secrets_in
from wattos_testkit.harness.target import Target
from wattos_testkit.harness.transport import TOKEN as HEADER
from wattos_testkit.harness.transport import Transport, UnansweredError

SECRET = "s3cr3t-t0ken-that-must-not-leak"
OTHER = "an0ther-s3cret-of-a-header"


class PatientClock(SystemClock):
    """A clock on which waiting takes no time, and is counted."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self.ahead = 0.0

    def monotonic(self) -> float:
        """Return the time, with what was waited for."""
        return super().monotonic() + self.ahead

    def sleep(self, seconds: float) -> None:
        """Note the wait, and skip it."""
        self.waited.append(seconds)
        self.ahead += seconds


def transport(url, clock=None, **limits):
    """Return a transport with a token."""
    target = Target(url, SECRET, token_given=True, headers=(("X-Key", OTHER),))
    return Transport(target, Budget(Limits(**limits), clock or PatientClock()))


def one_page(answer, rule="/<path:path>"):
    """Return an application that gives one answer to everything."""
    app = Flask("page")
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"]
    app.add_url_rule(rule, "page", lambda **_: answer(), methods=methods)
    return app


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "HEAD", "OPTIONS"])
def test_the_transport_itself_refuses_other_methods(method):
    """Whoever calls, and whatever the configuration, no method but GET reaches the socket."""
    with serving(one_page(lambda: "{}")) as url:
        sender = transport(url)
        with pytest.raises(AssertionError):
            sender._send(method, url + "/sites", HEADER, ())  # noqa: SLF001 - the innermost door
        with pytest.raises(AssertionError):
            sender.probe_method(method, url + "/sites")
        assert sender.budget.requests == 0


def test_a_whole_run_sends_get_alone():
    """A standard run, Schemathesis included, sends nothing but GET."""
    methods = Counter()
    app = plant()
    app.before_request(lambda: methods.update([request.method]))
    with serving(app) as url:
        end = finished(check(smoke(url, profile="standard", max_requests=330)))
    assert set(methods) == {"GET"}
    assert methods["GET"] == end.requests


def test_bad_methods_are_sent_when_allowed():
    """With --bad-methods a server that accepts a DELETE is reported."""
    app = plant()
    app.add_url_rule("/sites", "delete", lambda: ("", 204), methods=["DELETE"])
    with serving(app) as url:
        end = finished(check(smoke(url, bad_methods=True, max_requests=400)))
    (finding,) = [one for one in end.findings if one.rule == "WT011"]
    assert finding.operation == "get_sites"
    assert "-X DELETE" in finding.requests[0].curl


def test_a_redirect_never_carries_the_token_to_another_host():
    """The other host is not even asked; the redirect is a finding, and followed nowhere."""
    asked = []
    with serving(one_page(lambda: asked.append(request.headers) or "{}")) as other:
        app = plant()
        app.before_request(
            lambda: redirect(f"{other}/taken", 307) if request.path == "/bess/data" and request.args else None
        )
        with serving(app) as url:
            end = finished(check(smoke(url)))
    assert asked == []
    assert "WT004" in {one.rule for one in end.findings}


def test_a_request_to_another_host_is_refused():
    """The transport does not send anything to a host that is not the target."""
    with pytest.raises(AssertionError):
        transport("http://127.0.0.1:1").get("http://127.0.0.2:1/sites")


def test_an_endless_answer_is_cut():
    """An answer without an end is cut at --max-bytes and reported; memory stays small."""

    def endless():
        return Response(itertools.repeat(b" " * 65536), mimetype="application/json")

    with serving(one_page(endless)) as url:
        reply = transport(url, answer_bytes=300_000).get(url + "/sites")
    assert reply.cut == "bytes"
    assert len(reply.body) == 300_000


def test_a_bomb_is_cut_after_it_is_unpacked():
    """What counts is the size after decompression."""
    import gzip  # noqa: PLC0415 - one use

    bomb = gzip.compress(b" " * 20_000_000)
    with serving(one_page(lambda: Response(bomb, headers={"Content-Encoding": "gzip"}))) as url:
        reply = transport(url, answer_bytes=1_000_000).get(url + "/sites")
    assert reply.cut == "bytes"
    assert len(reply.body) == 1_000_000


def test_a_slow_answer_is_cut():
    """An answer that drips is given up after --max-answer-time."""
    over = threading.Event()

    def drip():
        while not over.wait(0.02):
            yield b" "

    with serving(one_page(lambda: Response(drip(), mimetype="application/json"))) as url:
        reply = transport(url, SystemClock(), answer_seconds=0.2).get(url + "/sites")
        over.set()
    assert reply.cut == "time"


def test_the_end_of_the_run_is_not_laid_to_the_target():
    """An answer that is under way, or not begun, when --max-time is over ends the run and is no finding."""
    over = threading.Event()

    def drip():
        while not over.wait(0.02):
            yield b" "

    with serving(one_page(lambda: Response(drip(), mimetype="application/json"))) as url:
        with pytest.raises(RunOverError, match="--max-time"):
            transport(url, SystemClock(), seconds=0.3).get(url + "/sites")
        over.set()
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(RunOverError, match="--max-time"):
            transport(url, SystemClock(), seconds=0.3).get(url + "/sites")


def test_oversized_answers_are_reported():
    """A cut answer is a warning of its own rule, and no error of another."""
    with serving(plant()) as url:
        end = finished(check(smoke(url, max_bytes=2_000)))
    assert {one.rule for one in end.findings if one.rule < "WT3"} == {"WT003"}


def test_retry_after_is_honoured():
    """A 429 and a 503 are waited for as long as they ask, then asked again."""
    answers = iter([("429", "7"), ("503", "11")])

    def busy():
        status, seconds = next(answers, ("200", ""))
        return Response("{}", int(status), {"Retry-After": seconds} if seconds else {})

    clock = PatientClock()
    with serving(one_page(busy)) as url:
        reply = transport(url, clock).get(url + "/sites")
    assert reply.status == 200
    assert clock.waited == [7.0, 11.0]


def test_a_very_long_retry_after_is_not_waited_for():
    """A target that asks for an hour is left alone."""
    clock = PatientClock()
    with serving(one_page(lambda: Response("{}", 429, {"Retry-After": "3600"}))) as url:
        assert transport(url, clock).get(url + "/sites").status == 429
    assert clock.waited == []


def test_the_rate_limit_holds():
    """Ten requests at five a second take at least 1.8 s of the clock."""
    clock = PatientClock()
    with serving(one_page(lambda: "{}")) as url:
        sender = transport(url, clock, rate=5.0)
        for _ in range(10):
            sender.get(url + "/sites")
    assert sum(clock.waited) + 0.2 >= 1.8


def test_limits_end_the_run():
    """Requests, seconds and bytes are bounded, each with its own words."""
    with serving(one_page(lambda: "x" * 1000)) as url:
        sender = transport(url, requests=3)
        for _ in range(3):
            sender.get(url + "/sites")
        with pytest.raises(RunOverError, match="--max-requests"):
            sender.get(url + "/sites")
        with pytest.raises(RunOverError, match="--max-time"):
            transport(url, seconds=0.0).get(url + "/sites")
        sender = transport(url, total_bytes=500)
        sender.get(url + "/sites")
        with pytest.raises(RunOverError, match="MiB"):
            sender.get(url + "/sites")


def test_a_limit_still_reports_what_was_found():
    """A run that ends at --max-requests says so, and reports what it has found."""
    with serving(plant(problem=lambda status, detail: problem(status + 100, detail))) as url:
        end = finished(check(smoke(url, max_requests=30)))
    assert end.requests == 30
    assert "--max-requests" in end.reason
    assert "WT001" in {one.rule for one in end.findings}
    assert end.exit_code == 1


def test_the_circuit_breaks_when_the_target_begins_to_fail():
    """A target that worked and then fails at everything is left alone after a few requests."""
    count = itertools.count()
    app = plant()
    app.before_request(lambda: problem(500, "down") if next(count) > 20 else None)
    with serving(app) as url:
        end = finished(check(smoke(url), PatientClock()))
    assert "began to fail" in end.reason
    assert end.requests < 45


def test_one_operation_that_fails_does_not_break_the_circuit():
    """A single broken operation is a finding, not a target that has gone down."""
    app = plant()
    app.before_request(lambda: problem(500, "broken") if request.path == "/bess/data" else None)
    with serving(app) as url:
        end = finished(check(smoke(url, max_requests=500)))
    assert end.reason == ""
    assert {one.operation for one in end.findings if one.rule == "WT001"} == {"get_bess_data"}


def test_a_broken_connection_is_asked_again_and_then_reported():
    """A server that hangs up is asked twice."""
    app = one_page(lambda: request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR) or "")
    with serving(app) as url:
        sender = transport(url)
        with pytest.raises(UnansweredError):
            sender.get(url + "/sites")
    assert sender.budget.requests == 2


HEADERS = {
    "X-Key": OTHER,
    "Cookie": "theme=dark; sid=c00kie-that-is-a-session",
    "X-Forwarded-Authorization": "Bearer t0ken-of-an-inner-proxy",
    "X-Opaque": "eyJhbGciOiJub25lIn0.e30.made-up",
}
"""Headers that open doors, by their name or by their value."""
SECRETS = (SECRET, *HEADERS.values(), "c00kie-that-is-a-session", "t0ken-of-an-inner-proxy", "pr0xy-word")
TENANT = "plant-north-of-the-river"


def test_nothing_secret_in_any_output(tmp_path, capsys, monkeypatch):
    """Tokens and the values of credential headers stand nowhere, also where the server echoes them."""

    def echo(status, detail):
        sent = [request.headers.get(name) for name in ("Authorization", "X-Tenant", *HEADERS)]
        return problem(status, f"{detail}; you sent {sent} and {request.cookies.get('sid')}")

    app = plant(authorised=lambda header: header == f"Bearer {SECRET}", problem=echo)
    names = ("json", "ndjson", "har", "junit", "html", "sarif", "gitlab", "markdown")
    reports = [part for name in names for part in ("--report", f"{name}={tmp_path / name}")]
    headers = [part for name, value in HEADERS.items() for part in ("--header", f"{name}: {value}")]
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(app) as url:
        line = ["check", url, "--profile", "smoke", "--token", SECRET, *headers, f"-HX-Tenant: {TENANT}"]
        line += [*reports, "--report", "github"]
        monkeypatch.setattr(sys, "argv", ["wattos-testkit", *line])
        assert run(line) == 1
        out, err = capsys.readouterr()
        baseline = str(tmp_path / "baseline")
        assert run([*line[: -len(reports) - 2], "--baseline", baseline, "--update-baseline"]) == 0
        out, err = out + capsys.readouterr().out, err + capsys.readouterr().err
    files = sorted(tmp_path.iterdir())
    assert {file.name for file in files} == {*names, "summary", "baseline"}
    for text in (out, err, *(file.read_text("utf-8") for file in files)):
        assert [secret for secret in SECRETS if secret in text] == []
    assert "WT009" in out
    assert out.count("X-Tenant: " + TENANT) > 1
    assert TENANT in (tmp_path / "har").read_text()


def test_the_command_to_repeat_hides_a_secret_wherever_it_stands(monkeypatch):
    """Attached to an option, after an equals sign, in a proxy's address: the command shows none of them."""
    words = [
        f"-HX-Key:{OTHER}",
        "--header=X-Pin: 12",
        f"--token={SECRET}",
        "--proxy=http://me:pr0xy-word@p:1",
    ]
    monkeypatch.setattr(sys, "argv", ["wattos-testkit", "check", *words, "--header", "X-Tenant: north"])
    settings = settings_of(
        {
            "token": SECRET,
            "header": [f"X-Key:{OTHER}", "X-Pin: 12", "X-Tenant: north"],
            "proxy": "http://me:pr0xy-word@p:1",
        }
    )
    shown = _command(settings)
    for secret in (OTHER, "12", SECRET, "pr0xy-word"):
        assert secret not in shown
    assert "'X-Tenant: north'" in shown


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Authorization",
            "Cookie",
            "X-Api-Key",
            "Proxy-Authorization",
            "X-Session-Id",
            "X-Amz-Security-Token",
        ),
        *(
            "Client-Secret",
            "X-Credential",
            "X-Password",
            "X-Signature",
            "Api_Key",
            "X-CSRF",
            "X-OTP",
            "Apikey",
        ),
    ],
)
def test_headers_that_are_credentials(name):
    """A header whose name speaks of credentials is hidden, whatever its value."""
    assert is_credential(name)


@pytest.mark.parametrize("name", ["X-Tenant", "Accept-Language", "X-Request-Id", "WWW-Authenticate", "ETag"])
def test_headers_that_are_none(name):
    """Other headers are shown, so that a run can be repeated as it was."""
    assert not is_credential(name, "plant-north")
    assert Redactor(secrets_in([(name, "plant-north")])).headers([(name, "plant-north")]) == (
        (name, "plant-north"),
    )


def test_the_token_comes_from_a_command(tmp_path, capsys, healthy):
    """--token-command gives the token; it is shown nowhere."""
    script = tmp_path / "token.sh"
    script.write_text(f"echo {TOKEN}\n")
    assert (
        run(["check", healthy, "--token-command", f"sh {script}", "--profile", "smoke", "--select", "WT1"])
        == 0
    )
    assert TOKEN not in capsys.readouterr().out


def test_a_finding_pastes_into_a_shell():
    """Its curl line names the token by its variable, and is one command."""
    with serving(plant(accepts=lambda name, text: name == "agg_interval" and text)) as url:
        end = finished(check(smoke(url)))
    (finding, *_) = [one for one in end.findings if one.rule == "WT202"]
    line = finding.requests[0].curl
    assert '-H "Authorization: Bearer $WATTOS_TOKEN"' in line
    assert re.search(r"agg_interval=(7|0)", line)
    assert TOKEN not in json.dumps(line)
