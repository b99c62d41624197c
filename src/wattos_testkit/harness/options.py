"""Makes settings of options by name, wherever they were written: command line, file, or Python."""

from collections.abc import Iterable, Mapping
from typing import Any

from wattos_testkit.errors import UsageError
from wattos_testkit.harness.findings import Selection
from wattos_testkit.harness.settings import DEFAULT_SEED, Settings
from wattos_testkit.harness.spans import bytes_of, minute_in, rate_of, seconds_of
from wattos_testkit.harness.target import Tls, header_of, token_of
from wattos_testkit.harness.words import ignored, levels, pinned, rules

_PARSE = {"until": minute_in, "max_bytes": bytes_of, "rate_limit": rate_of}


def settings_of(
    options: Mapping[str, Any], *, command: str = "", environment_token: str | None = None
) -> Settings:
    """Return settings; names are those of the options of `check`, with underscores.

    Raises
    ------
    UsageError
        If a value cannot be used.
    """
    get = options.get
    headers = get("header", ())
    if isinstance(headers, Mapping):
        headers = [f"{name}: {value}" for name, value in headers.items()]
    selection = Selection(
        rules(_several(get("select")), "--select"),
        ignored(_several(get("ignore"))),
        levels(get("severity") or ()),
    )
    return Settings(
        target=get("target") or "",
        token=token_of(get("token"), get("token_command"), environment_token),
        headers=_headers(headers),
        groups=_several(get("group")),
        spec=get("spec"),
        mapping=get("spec_map"),
        profile=get("profile", "standard"),
        seed=get("seed", DEFAULT_SEED),
        until=_span(options, "until"),
        selection=selection,
        pins=pinned(get("pin") or ()),
        strict=bool(get("strict")),
        tls=Tls(get("ca_bundle"), bool(get("insecure")), get("client_cert"), get("client_key")),
        proxy=get("proxy"),
        max_requests=get("max_requests"),
        max_seconds=_span(options, "max_time"),
        max_bytes=_span(options, "max_bytes"),
        timeout=_span(options, "timeout"),
        answer_seconds=_span(options, "max_answer_time"),
        rate=_span(options, "rate_limit"),
        bad_methods=bool(get("bad_methods")),
        fuzz=get("fuzz", True),
        # A baseline that is to be written anew hides nothing.
        baseline=None if get("update_baseline") else get("baseline"),
        command=command,
    )


def _headers(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return headers by name; of two of one name only one would be sent."""
    headers = tuple(header_of(text) for text in texts)
    names = [name.lower() for name, _ in headers]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--header {name}: it is given more than once")
    return headers


def _several(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _span(options: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - a number of a kind that the name says
    value = options.get(name)
    if not isinstance(value, str):
        return value
    return _PARSE.get(name, seconds_of)(value, "--" + name.replace("_", "-"))
