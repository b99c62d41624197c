"""All that a user can say about a run, in one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from wattos_testkit.harness.findings import Selection
from wattos_testkit.harness.limits import Limits
from wattos_testkit.harness.profiles import profile_named
from wattos_testkit.harness.redaction import secrets_in
from wattos_testkit.harness.target import Tls, secrets_in_address

DEFAULT_SEED = 20240320


@dataclass(frozen=True)
class Settings:
    """A run, as asked for."""

    target: str
    """The address; with or without the base path of the document."""
    token: str | None = field(default=None, repr=False)
    token_command: str | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    groups: tuple[str, ...] = ()
    spec: str | None = None
    mapping: str | None = None
    profile: str = "standard"
    seed: int = DEFAULT_SEED
    until: int | None = None
    """The end of the stretch of time to ask about, in UTC minutes; searched for when not said."""
    selection: Selection = field(default_factory=Selection)
    pins: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    tls: Tls = field(default_factory=Tls)
    proxy: str | None = field(default=None, repr=False)
    max_requests: int | None = None
    max_seconds: float | None = None
    max_bytes: int | None = None
    timeout: float | None = None
    answer_seconds: float | None = None
    rate: float | None = None
    bad_methods: bool = False
    fuzz: bool = True
    baseline: str | None = None
    command: str = ""
    """The command line that repeats the run, for the reports."""

    @property
    def secrets(self) -> list[str]:
        """What no output may hold."""
        secrets = [*secrets_in(self.headers), *secrets_in_address(self.proxy)]
        return secrets + ([self.token] if self.token else [])

    @property
    def limits(self) -> Limits:
        """The profile's limits, with what the user said instead."""
        said: dict[str, Any] = {
            "requests": self.max_requests,
            "seconds": self.max_seconds,
            "answer_bytes": self.max_bytes,
            "timeout": self.timeout,
            "answer_seconds": self.answer_seconds,
            "rate": self.rate,
        }
        known = {name: value for name, value in said.items() if value is not None}
        return replace(profile_named(self.profile).limits, **known)
