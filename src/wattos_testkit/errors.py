"""Every exception that this package raises on purpose.

::

    WattosError                  exit 4   (never raised itself)
    |-- UsageError               exit 2   an argument, a file or a combination of them is wrong
    |   |-- DocumentError        exit 2   the OpenAPI document cannot be read, or binds to nothing
    |   |-- FleetError           exit 2   a fleet file with mistakes; each by its path, all at once
    |   |-- UnknownIdError       exit 2   an id that the fleet does not have; names the nearest
    |   |-- MissingExtraError    exit 2   an optional dependency is absent; says what adds it
    |   |-- ScenarioError        exit 2   a scenario file with mistakes; each by its path, all at once
    |   `-- ConfigError          exit 2   a configuration with mistakes; each by its path, all at once
    |-- TargetError              exit 3   the server under test cannot be tested
    `-- OutputError              exit 2   what was to be written cannot be written

The command line prints the message as one line and exits with `exit_code`; nothing else catches them,
except the server, which answers problems and never lets one through.
"""

from collections.abc import Sequence


class WattosError(Exception):
    """Base of the exceptions that a user is shown as one line."""

    exit_code = 4


class UsageError(WattosError):
    """An argument, a file or a combination of them is wrong."""

    exit_code = 2


class MistakesError(UsageError):
    """A file with mistakes: each is named by its path and reason, all at once."""

    noun = "file"

    def __init__(self, source: str, mistakes: Sequence[str]) -> None:
        self.source = source
        self.mistakes = tuple(mistakes)
        count = len(self.mistakes)
        head = f"{self.noun} {source}: {count} mistake{'s' if count != 1 else ''}"
        super().__init__("\n".join([head, *(f"  {mistake}" for mistake in self.mistakes)]))


class DocumentError(UsageError):
    """The OpenAPI document cannot be read, or lacks what the testkit binds to."""


class FleetError(MistakesError):
    """A fleet file with mistakes."""

    noun = "fleet"


class ScenarioError(MistakesError):
    """A scenario file with mistakes."""

    noun = "scenario"


class ConfigError(MistakesError):
    """A configuration of `check` with mistakes."""

    noun = "configuration"


class UnknownIdError(UsageError):
    """An id that the fleet does not have."""


class MissingExtraError(UsageError):
    """An optional dependency is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional part: pip install 'wattos-testkit[{extra}]'")


class OutputError(WattosError):
    """What was to be written cannot be written."""

    exit_code = 2


class TargetError(WattosError):
    """The server under test cannot be tested: unreachable, refuses us, or has nothing to test."""

    exit_code = 3
