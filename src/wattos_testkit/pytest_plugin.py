"""The pytest plugin: a live mock, a fleet, and rows of it, in one line of a test.

It is loaded by every run of pytest where the testkit is installed, so it imports nothing before a fixture
is used.
"""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from wattos_testkit.testkit.fleet import Fleet
    from wattos_testkit.testkit.live import LiveServer
    from wattos_testkit.testkit.times import Instant

_NAMES = ("fleet", "sites", "seed", "scenario", "token", "args")
_FIXTURE = "_wattos_options"
Rows = Callable[..., list[dict[str, Any]]]


@dataclass(frozen=True)
class WattosOptions:
    """Which fleet a test wants, and how it is served."""

    fleet: str | None = None
    sites: int | None = None
    seed: int | None = None
    scenario: str | None = None
    token: str | None = None
    args: tuple[str, ...] = ()

    def serve_arguments(self) -> list[str]:
        """Return the options of `wattos-testkit serve`."""
        found = list(self.args)
        for name in ("fleet", "sites", "seed", "scenario", "token"):
            value = getattr(self, name)
            if value is not None:
                found += [f"--{name}", str(value)]
        return found

    def __str__(self) -> str:
        """Return what stands in the name of a test."""
        given = {name: getattr(self, name) for name in _NAMES}
        return ",".join(f"{name}={value}" for name, value in given.items() if value not in {None, ()})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the ini options."""
    parser.addini("wattos_fleet", "fleet file of the wattos fixtures, relative to the ini file", default=None)
    parser.addini("wattos_sites", "size of the procedural fleet of the wattos fixtures", default=None)
    parser.addini("wattos_seed", "seed of the wattos fixtures", default=None)
    parser.addini("wattos_scenario", "what goes wrong: a ready scenario, or a file", default=None)
    parser.addini("wattos_token", "the only bearer token that wattos_server accepts", default=None)
    parser.addini("wattos_args", "further options of `wattos-testkit serve` for wattos_server", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "wattos(fleet=None, sites=None, seed=None, scenario=None, token=None, args=()): which fleet the "
        "wattos fixtures of this test have, and how it is served; what is not given is as in the ini file.",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a marked test its own options; tests with equal ones share a server."""
    marker = metafunc.definition.get_closest_marker("wattos")
    if marker is not None and _FIXTURE in metafunc.fixturenames:
        options = _marked(_of_ini(metafunc.config), marker, metafunc.definition.path.parent)
        metafunc.parametrize(_FIXTURE, [options], indirect=True, ids=[str(options)], scope="session")


@pytest.fixture(scope="session", name=_FIXTURE)
def _options(request: pytest.FixtureRequest) -> WattosOptions:
    """Which fleet is wanted: what the marker says, or the ini file."""
    options: WattosOptions = getattr(request, "param", None) or _of_ini(request.config)
    return options


@pytest.fixture(scope="session", name="_wattos_servers")
def _servers() -> Iterator[dict[WattosOptions, "LiveServer"]]:
    """All servers of the session: a test with other options must not end that of the others."""
    running: dict[WattosOptions, LiveServer] = {}
    yield running
    for server in running.values():
        server.stop()


@pytest.fixture(scope="session")
def wattos_server(
    _wattos_options: WattosOptions, _wattos_servers: dict[WattosOptions, "LiveServer"]
) -> "LiveServer":
    """Run a live mock on a free port, one for the whole session: `.url`, `.token`, `.client` (httpx).

    `.freeze()`, `.advance()`, `.fault()`, `.scenario()` change it until the end of the test, or of the
    fixture, that does so; `.requests()` and `.count()` say what it was asked since the test began.
    """
    from wattos_testkit.testkit.live import LiveServer  # noqa: PLC0415 - see the head of the module

    if _wattos_options not in _wattos_servers:
        server = LiveServer(_wattos_options.serve_arguments())
        if _wattos_options.token:
            # T or T=GROUP001,GROUP002: what is sent is T.
            server.token = _wattos_options.token.partition("=")[0]
        with _plainly():
            _wattos_servers[_wattos_options] = server.start()
    return _wattos_servers[_wattos_options]


@pytest.fixture(autouse=True, name="_wattos_chapter")
def _chapter(request: pytest.FixtureRequest) -> Iterator[None]:
    """Undo after a test what it told `wattos_server`; what fixtures of a wider scope told it stays."""
    if "wattos_server" not in request.fixturenames:
        yield
        return
    with request.getfixturevalue("wattos_server").chapter():
        yield


@pytest.fixture(scope="session")
def wattos_fleet(_wattos_options: WattosOptions) -> "Fleet":
    """Return the fleet that `wattos_server` serves."""
    from wattos_testkit.testkit.fleet import Fleet  # noqa: PLC0415 - see the head of the module

    with _plainly():
        options = _wattos_options
        return Fleet(options.fleet, sites=options.sites, seed=options.seed, scenario=options.scenario)


@pytest.fixture(scope="session")
def wattos_rows(wattos_fleet: "Fleet") -> Rows:
    """Return (kind, resource, start, end, interval=15) -> rows as a client of the mock reads them."""

    def rows(
        kind: str,
        resource: str | None,
        start: "Instant",
        end: "Instant",
        interval: int = 15,
    ) -> list[dict[str, Any]]:
        with _plainly():
            return wattos_fleet.series(resource, start, end, interval, kind=kind).rows

    return rows


@contextmanager
def _plainly() -> Iterator[None]:
    """Let a test fail by one line for what its author got wrong: a traceback through us would not help."""
    from wattos_testkit.errors import WattosError  # noqa: PLC0415 - see the head of the module

    try:
        yield
    except WattosError as error:
        pytest.fail(str(error), pytrace=False)


def _of_ini(config: pytest.Config) -> WattosOptions:
    """Return the options of the ini file."""
    file = config.getini("wattos_fleet")
    folder = config.inipath.parent if config.inipath else config.rootpath
    return WattosOptions(
        fleet=str(folder / file) if file else None,
        sites=_whole("wattos_sites", config.getini("wattos_sites")),
        seed=_whole("wattos_seed", config.getini("wattos_seed")),
        scenario=_beside(config.getini("wattos_scenario"), folder),
        token=config.getini("wattos_token") or None,
        args=tuple(shlex.split(config.getini("wattos_args"))),
    )


def _marked(options: WattosOptions, marker: pytest.Mark, folder: Path) -> WattosOptions:
    """Return the options of a marker, the others as they are."""
    unknown = sorted(set(marker.kwargs) - set(_NAMES))
    if unknown or marker.args:
        wrong = f"{unknown[0]}=" if unknown else repr(marker.args[0])
        raise pytest.UsageError(f"@pytest.mark.wattos: {wrong} is not one of {', '.join(_NAMES)}")
    given = {name: value for name, value in marker.kwargs.items() if value is not None}
    # A fleet has one source: a marker that names one puts aside that of the ini file.
    source = {"fleet", "sites"} & set(given)
    found = {name: getattr(options, name) for name in _NAMES if not (source and name in {"fleet", "sites"})}
    if "fleet" in given:
        given["fleet"] = str(folder / given["fleet"])
    if "scenario" in given:
        given["scenario"] = _beside(given["scenario"], folder)
    for name in ("sites", "seed"):
        if name in given:
            given[name] = _whole(f"@pytest.mark.wattos: {name}", given[name])
    if "args" in given:
        args = given["args"]
        given["args"] = tuple(shlex.split(args) if isinstance(args, str) else map(str, args))
    return WattosOptions(**{**found, **given})


def _beside(scenario: str | None, folder: Path) -> str | None:
    """Return a ready scenario as it is, and a file by where it is looked for."""
    if not scenario:
        return None
    file = folder / scenario.partition("@")[0]
    return str(folder / scenario) if file.is_file() else scenario


def _whole(name: str, value: object) -> int | None:
    if value in {None, ""}:
        return None
    try:
        return int(str(value))
    except ValueError:
        raise pytest.UsageError(f"{name}: {str(value)[:40]!r} is no whole number") from None
