"""The command line: parses, calls one room, sets the exit code.

Each command lives in a module of its own that is imported only when it is asked for, so that `--help`
stays instant. Exit codes: 0 done, 1 findings, 2 usage, 3 target cannot be tested, 4 internal error,
130 interrupted.
"""

import os
import sys
from importlib import import_module

import click

from wattos_testkit import __version__
from wattos_testkit.errors import WattosError

# command -> (module below wattos_testkit.cli, one line for --help); the object has the command's name.
COMMANDS = {
    "serve": ("serve", "Run the mock server."),
    "generate": ("generate", "Write fixture data of any window of a fleet."),
    "verify": ("verify", "Check a folder of fixture data against its manifest."),
    "check": ("check", "Contract-test a server, down to what its numbers mean."),
    "rules": ("rules", "List the rules of `check`."),
    "explain": ("explain", "Explain one rule of `check`."),
    "faults": ("faults", "List what can go wrong on purpose, and the ready scenarios."),
    "scenario": ("scenario", "Check a scenario, and say what it does."),
    "fleet": ("fleet", "Print the fleet: who exists."),
}


class LazyGroup(click.Group):
    """A group that imports a command when it is run, and not to list it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"wattos_testkit.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, cmd_name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module.__name__}.{cmd_name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, importing none."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="wattos-testkit", message="%(prog)s %(version)s")
def wattos_testkit() -> None:
    """Mock server, fixture data and contract tests for the Wattos EMS REST API."""


def main(argv: list[str] | None = None) -> None:
    """Run the command line and exit; a mistake of the user is one line, never a traceback."""
    sys.exit(run(argv))


def run(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    try:
        code = wattos_testkit.main(args=argv, prog_name="wattos-testkit", standalone_mode=False)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "wattos-testkit"
        return _complain(f"{error.format_message()} (see `{where} --help`)", error.exit_code)
    except click.ClickException as error:
        return _complain(error.format_message(), error.exit_code)
    except WattosError as error:
        return _complain(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return _complain("interrupted", 130)
    except BrokenPipeError:
        # The reader of a pipe has gone (`... | head`): nothing is wrong, but Python must not flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # a traceback shown to a user is a defect
        if os.environ.get("WATTOS_DEBUG"):
            raise
        return _complain(
            f"internal error: {type(error).__name__}: {error} (WATTOS_DEBUG=1 shows where)",
            WattosError.exit_code,
        )
    return code if isinstance(code, int) else 0


def _complain(message: str, code: int) -> int:
    sys.stderr.write(f"wattos-testkit: {message}\n")
    return code
