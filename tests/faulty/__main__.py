"""Run one server of the catalogue by hand: ``python -m tests.faulty NAME [--port N]``; ``list`` shows all."""

import argparse
import contextlib
import sys

from tests.faulty.catalogue import FAULTS, HEALTHY, LEGAL, listening
from tests.faulty.fleet import TOKEN
from tests.faulty.registry import ORDINALS


def main() -> int:
    """Parse, run, and end on Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.faulty", description=__doc__)
    parser.add_argument("name", metavar="NAME", help="healthy, list, or a name that list shows")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    options = parser.parse_args()
    every = FAULTS | LEGAL
    if options.name == "list":
        for case in every.values():
            held = f"{ORDINALS[case.holdout_set]} hold-out " if case.holdout else ""
            print(f"{case.name:40} {held}{type(case).__name__.lower()}, {case.family}: {case.story}")
        return 0
    if options.name != HEALTHY and options.name not in every:
        parser.error(f"there is no server {options.name!r}; 'list' shows all")
    server = listening(options.name, options.port)
    print(f"http://127.0.0.1:{server.server_port} token {TOKEN}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


sys.exit(main())
