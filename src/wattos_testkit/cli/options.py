"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
MOST_SITES = 100_000
_MOST_SEED = 2**63 - 1


def fleet_options(command: F) -> F:
    """Add `--fleet FILE`, `--sites N` and `--seed S`: passed on as `fleet_file`, `sites` and `seed`.

    `seed` is None where it was not given: a file may carry its own. `Fleet.seed` is the one in use.
    """
    for option in (
        click.option(
            "--seed",
            type=click.IntRange(0, _MOST_SEED),
            metavar="S",
            help="Seed of every series: another one, other weather and habits (default 1, or the file's).",
        ),
        click.option(
            "--sites",
            type=click.IntRange(1, MOST_SITES),
            metavar="N",
            help=f"A procedural fleet of so many sites, up to {MOST_SITES:,}.",
        ),
        click.option(
            "--fleet",
            "fleet_file",
            metavar="FILE",
            help="Your own fleet, YAML or JSON; `wattos-testkit fleet --format yaml` shows the form.",
        ),
    ):
        command = option(command)
    return command
