"""The catalogue: every server by name, and how to run one."""

import importlib
import logging
import pkgutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from tests.faulty import cases
from tests.faulty.fleet import TOKEN
from tests.faulty.registry import FAULTS, LEGAL, Case
from tests.faulty.server import Healthy

HEALTHY = "healthy"

for _module in pkgutil.iter_modules(cases.__path__, cases.__name__ + "."):
    importlib.import_module(_module.name)

HOLDOUT: dict[str, Case] = {name: case for name, case in (FAULTS | LEGAL).items() if case.holdout}
"""Faults and legal variants on which no rule may be tuned before the first recorded run."""
LATER_HOLDOUTS: dict[int, list[Case]] = {
    which: [case for case in HOLDOUT.values() if case.holdout_set == which]
    for which in sorted({case.holdout_set for case in HOLDOUT.values()} - {1})
}
"""Those that were written after the ones before had been met, by somebody who had not read a rule."""


class _Handler(WSGIRequestHandler):
    # Connections stay open, and answers do not wait for an acknowledgement.
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer one request; unlike the base class, leave the connection open for the next."""
        body, status, headers = run_wsgi_app(self.server.app, self.make_environ(), buffered=True)
        self.send_response(int(status.split()[0]), status.partition(" ")[2])
        for key, value in headers:
            self.send_header(key, value)
        if self.headers.get("Content-Length") or self.headers.get("Transfer-Encoding"):
            self.send_header("Connection", "close")  # a body that nobody read would be the next request
        self.end_headers()
        self.wfile.write(b"".join(body))

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def server_class(name: str) -> type[Healthy]:
    """Return the class of a server; raises KeyError for a name that is not in the catalogue."""
    return Healthy if name == HEALTHY else (FAULTS | LEGAL)[name].server


def listening(name: str, port: int = 0) -> BaseWSGIServer:
    """Return a server that listens, on a free port unless told; nobody serves yet."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return make_server("127.0.0.1", port, server_class(name)().app(), threaded=True, request_handler=_Handler)


@contextmanager
def running(name: str, port: int = 0) -> Iterator[tuple[str, str]]:
    """Run a server of the catalogue (or ``healthy``) in a thread: its URL and its token."""
    server = listening(name, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{server_class(name).prefix}", TOKEN
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
