"""Bad input: one clear line that says what to do, the right exit code, never a traceback."""

import json
import socket

import pytest
from flask import Flask, Response, redirect

from tests.harness.certificate import self_signed
from tests.harness.conftest import serving
from tests.harness.plant import TOKEN, plant
from wattos_testkit.cli import run
from wattos_testkit.contract import load_contract


def check(capsys, *arguments, code):
    """Run `check`; return the line that it complains with."""
    got = run(["check", *arguments])
    out, err = capsys.readouterr()
    assert got == code, out + err
    assert "Traceback" not in out + err
    said = (
        err.splitlines() if code == 2 else [line for line in out.splitlines() if "COULD NOT TEST: " in line]
    )
    assert len(said) == 1, out + err
    return said[0]


@pytest.fixture(autouse=True)
def no_token(monkeypatch):
    """No token from the outside, and no configuration of this repository."""
    monkeypatch.delenv("WATTOS_TOKEN", raising=False)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("127.0.0.1:8080", "a scheme is missing"),
        ("ftp://127.0.0.1", "no scheme that can be checked"),
        ("http://", "no host"),
        ("http://127.0.0.1:99999", "cannot be read"),
        ("http://a:b@127.0.0.1", "credentials do not belong in the address"),
        ("http://127.0.0.1/?a=1", "without a query"),
    ],
)
def test_an_address_that_is_none(capsys, address, says):
    """An address with a mistake is a usage error that says what is wrong with it."""
    assert says in check(capsys, address, code=2)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--profile", "huge"], "there are smoke, standard, deep"),
        (["--select", "WT9x"], "a rule is written WT301"),
        (["--ignore", "WT301@pv"], "WT301@PV000001"),
        (["--ignore", "WT999"], "there is no rule WT999"),
        (["--severity", "WT301=fatal"], "RULE=error or RULE=warning"),
        (["--pin", "bucket_label"], "NAME=VALUE"),
        (["--pin", "bucket_lable=start"], "there are bucket_label"),
        (["--proxy", "garbage"], "http://HOST:PORT"),
        (["--proxy", "http://me:pass@:99999"], "http://HOST:PORT"),
        (["--proxy", "socks5://127.0.0.1:1"], "http://HOST:PORT"),
        (["--header", "X-A: b", "--header", "x-a: c"], "more than once"),
        (["--max-time", "soon"], "a duration is needed"),
        (["--max-bytes", "8"], "a size of at least"),
        (["--rate-limit", "fast"], "a rate is needed"),
        (["--until", "yesterday"], "a time is needed"),
        (["--header", "nonsense"], "'Name: value'"),
        (["--header", "Authorization: x"], "use --token"),
        (["--token", ""], "the token is empty"),
        (["--token-command", "false"], "exit code 1"),
        (["--token-command", "no-such-program"], "cannot be run"),
        (["--ca-bundle", "nowhere.pem"], "there is no such file"),
        (["--client-key", __file__], "needs --client-cert"),
        (["--group", "group1"], "--group"),
        (["--report", "pdf=x"], "there is no format"),
        (["--baseline", "nowhere.json"], "--update-baseline makes one"),
        (["--update-baseline"], "needs --baseline"),
        (["--spec", "nowhere.yaml"], "cannot be read"),
        (["--config", "nowhere.toml"], "cannot be read"),
        (["--replay", "nowhere.json"], "cannot be read"),
    ],
)
def test_an_option_that_cannot_be_used(capsys, healthy, options, says):
    """An option with a mistake is a usage error that says what would be right."""
    assert says in check(capsys, healthy, *options, code=2)


def test_nothing_to_check(capsys):
    """Without an address or files the line says what to give."""
    assert "Give a URL" in check(capsys, code=2)


def test_an_unreachable_host(capsys):
    """A port where nothing listens, and a name that nobody knows, are told apart."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "nothing listens" in check(capsys, f"http://127.0.0.1:{port}", code=3)
    assert "there is no host" in check(capsys, "http://no-such-host.invalid", code=3)


def test_a_host_that_is_silent(capsys):
    """A host that takes the connection and says nothing is given up after --timeout."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        line = check(capsys, f"http://127.0.0.1:{mute.getsockname()[1]}", "--timeout", "0.2s", code=3)
    assert "stayed silent" in line


def test_a_host_that_speaks_html(capsys):
    """A web page is not the API, whatever its status."""
    app = Flask("page")
    app.add_url_rule("/sites", "page", lambda: "<!doctype html><html>Welcome</html>")
    with serving(app) as url:
        assert "speaks HTML" in check(capsys, url, code=3)
        assert "is the base path right" in check(capsys, url + "/v2", code=3)


def test_a_host_that_redirects(capsys):
    """A target that has moved is not followed; the line says where it is."""
    app = Flask("moved")
    app.add_url_rule("/sites", "moved", lambda: redirect("https://elsewhere.example/sites", 308))
    with serving(app) as url:
        assert "https://elsewhere.example/sites" in check(capsys, url, code=3)


def test_a_self_signed_certificate(capsys, tmp_path):
    """A certificate that nobody trusts is named with the two ways out, and each of them works."""
    certificate, context = self_signed(tmp_path)
    with serving(plant(), ssl_context=context) as url:
        line = check(capsys, url, "--token", TOKEN, code=3)
        assert "--ca-bundle" in line
        assert "--insecure" in line
        for option in (["--insecure"], ["--ca-bundle", certificate]):
            assert (
                run(["check", url, "--token", TOKEN, "--profile", "smoke", "--select", "WT1", *option]) == 0
            )
            capsys.readouterr()


def test_certificates_that_are_none(capsys, tmp_path, healthy):
    """A file that holds no certificate is named with its option, before anything is sent."""
    (tmp_path / "garbage.pem").write_text("garbage")
    garbage, url = str(tmp_path / "garbage.pem"), healthy.replace("http:", "https:")
    certificate, _ = self_signed(tmp_path)
    for options, says in (
        (["--ca-bundle", garbage], "--ca-bundle"),
        (["--client-cert", garbage], "its key in the same file"),
        (["--client-cert", certificate, "--client-key", garbage], "they must match"),
    ):
        assert says in check(capsys, url, *options, code=2)


def test_a_proxy_of_the_environment_that_is_none(capsys, monkeypatch):
    """The variable is named, and what it holds is not shown."""
    monkeypatch.setenv("HTTP_PROXY", "socks5://me:pr0xy-word@127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "socks5://me:pr0xy-word@127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    line = check(capsys, "http://192.0.2.1", code=2)
    assert "HTTP_PROXY" in line
    assert "pr0xy-word" not in line


def test_plain_http_on_a_tls_port(capsys, healthy):
    """Https to a server that speaks http is told as such."""
    assert "http:// after all" in check(capsys, healthy.replace("http:", "https:"), code=3)


def test_a_wrong_token(capsys, healthy):
    """A token that is refused, and none where one is needed, say what to do."""
    assert "refuses the token" in check(capsys, healthy, "--token", "wrong-token-of-the-test", code=3)
    assert "asks for a token" in check(capsys, healthy, code=3)


def test_a_group_that_does_not_exist(capsys, healthy):
    """A group without sites leaves nothing to test."""
    line = check(capsys, healthy, "--token", TOKEN, "--group", "NOGROUP1", code=3)
    assert "NOGROUP1" in line
    assert "--group" in line


def test_a_deployment_without_the_group_of_the_sample(capsys):
    """Who has not named a group is told that the document's sample was looked for."""
    app = plant(body=lambda name, body: {"sites": []} if name == "get_sites" else body)
    with serving(app) as url:
        line = check(capsys, url, "--token", TOKEN, code=3)
    assert "GROUP001, the sample of the document" in line
    assert "--group ID" in line


def test_an_empty_deployment(capsys):
    """No sites, no resources, and no data are three ways to have nothing to test."""

    def without(name):
        return lambda _, body: {name: []} if name in body else body

    for name, says in (("sites", "no sites"), ("resources", "has a resource"), ("datas", "have data")):
        with serving(plant(body=without(name))) as url:
            assert says in check(capsys, url, "--token", TOKEN, "--profile", "smoke", code=3)


def test_a_document_that_is_not_openapi(capsys, healthy, tmp_path):
    """A document that is none, and one of another version, are usage errors."""
    document = tmp_path / "document.yaml"
    document.write_text("title: a shopping list\n")
    assert "no OpenAPI 3.0 document" in check(capsys, healthy, "--spec", str(document), code=2)
    document.write_text("{")
    assert "neither YAML nor JSON" in check(capsys, healthy, "--spec", str(document), code=2)


def test_a_document_that_cannot_be_bound(capsys, healthy, tmp_path):
    """A document whose operations are called otherwise says which are missing."""
    document = tmp_path / "document.json"
    raw = load_contract().raw
    text = json.dumps(raw).replace('"get_pv_data"', '"pv"')
    document.write_text(text)
    assert "get_pv_data" in check(capsys, healthy, "--spec", str(document), code=2)


def test_a_configuration_with_mistakes(capsys, healthy, tmp_path):
    """Every mistake of a configuration is named by its path, all at once."""
    file = tmp_path / "wattos-testkit.toml"
    file.write_text(
        'profil = "smoke"\nseed = -1\ntoken = "s3cret-in-a-file"\nignore = ["WT301", "wt5"]\n'
        'max-time = "soon"\n[severity]\nWT3 = "fatal"\n'
    )
    code = run(["check", healthy, "--config", str(file)])
    err = capsys.readouterr().err
    assert code == 2
    for part in (
        *("6 mistakes", "profil: ", "did you mean profile?", "seed: -1", "token: ", "WATTOS_TOKEN"),
        *("ignore[1]: 'wt5'", "max-time: ", "severity.WT3: 'fatal'"),
    ):
        assert part in err, part
    assert "s3cret" not in err
    file.write_text("= 1")
    assert "this is no TOML" in check(capsys, healthy, "--config", str(file), code=2)


CURL = {"method": "GET", "url": "http://127.0.0.1/pv/data", "curl": "curl -i 'http://127.0.0.1/pv/data"}


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--baseline", {"findings": [{"rule": "WT301", "operation": ["x"]}]}, "findings[0].operation"),
        ("--baseline", {"findings": [{"rule": 7}]}, "findings[0] names no rule"),
        ("--baseline", [], "is no baseline"),
        ("--replay", [], "is no JSON report"),
        ("--replay", {"target": 5, "findings": [{"rule": 7, "requests": "x"}]}, "no findings of the rules"),
        (
            "--replay",
            {"findings": [{"rule": "WT301", "operation": [], "requests": {}}]},
            "no request of its own",
        ),
        ("--replay", {"findings": [{"rule": "WT301", "requests": [CURL]}]}, "a curl line cannot be read"),
        ("--replay", {"findings": [{"rule": "WT301", "requests": [{"method": "BREW"}]}]}, "is a BREW"),
        ("--replay", {"findings": [{"rule": "WT011", "requests": [{"method": "PUT"}]}]}, "--bad-methods"),
    ],
)
def test_a_file_of_findings_with_mistakes(capsys, healthy, tmp_path, option, value, says):
    """A baseline or report that somebody has edited is refused by the place of its mistake."""
    file = tmp_path / "findings.json"
    file.write_text(json.dumps(value))
    assert says in check(capsys, healthy, option, str(file), code=2)
    file.write_text('{"findings": [')
    assert "no JSON" in check(capsys, healthy, option, str(file), code=2)
    assert "directory" in check(capsys, healthy, option, str(tmp_path), code=2)


def test_two_reports_to_one_file_and_a_folder_that_is_not_there(capsys, healthy, tmp_path):
    """Two reports never share a file, by whatever spelling; a missing folder is made."""
    file = tmp_path / "new" / "folder" / "report"
    same = tmp_path / "new" / "folder" / ".." / "folder" / "report"
    line = check(capsys, healthy, "--report", f"json={file}", "--report", f"junit={same}", code=2)
    assert "give each its own" in line
    assert not file.exists()
    small = ["--token", TOKEN, "--profile", "smoke", "--select", "WT101"]
    assert run(["check", healthy, *small, "--report", f"json={file}"]) == 0
    assert json.loads(file.read_text())["exit_code"] == 0


@pytest.mark.parametrize("content", [b"garbage", b"\0\1\2", b"{", b"[]", b"a,b\n1,2\n"])
@pytest.mark.parametrize("name", ["a.json", "a.har", "a.ndjson", "a.csv", "a.parquet"])
def test_files_of_garbage(capsys, tmp_path, name, content):
    """A file that is none of its kind is reported, and leaves nothing to judge."""
    (tmp_path / name).write_bytes(content)
    assert "nothing to judge" in check(capsys, "--data", str(tmp_path / name), code=3)


def test_a_folder_without_data(capsys, tmp_path):
    """A folder without files that can be read says which those are."""
    (tmp_path / "notes.txt").write_text("nothing")
    assert ".parquet" in check(capsys, "--data", str(tmp_path), code=2)


def test_a_server_that_fails_at_once(capsys):
    """A server whose first answer is a 500 is a finding, and cannot be tested."""
    app = Flask("broken")
    app.add_url_rule("/sites", "broken", lambda: Response("no", 500))
    with serving(app) as url:
        assert run(["check", url, "--profile", "smoke"]) == 3
    out = capsys.readouterr().out
    assert "WT001" in out
    assert "cannot be tested" in out


def test_a_server_that_turns_us_away(capsys):
    """A 503 is waited for as Retry-After says, and then told."""
    app = Flask("busy")
    app.add_url_rule("/sites", "busy", lambda: Response("later", 503, {"Retry-After": "0"}))
    with serving(app) as url:
        assert "turns us away" in check(capsys, url, code=3)
