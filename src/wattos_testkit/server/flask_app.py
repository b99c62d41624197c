"""The same handlers on Connexion's FlaskApp and its own validators.

For those who test with a client in process; and the oracle of the fast path, which must give the same
status and body for the same request, except where it is stricter (`docs/server.md` lists it).
"""

import flask
from connexion import FlaskApp
from connexion.exceptions import ProblemException
from connexion.resolver import Resolver
from starlette.exceptions import HTTPException

from wattos_testkit.contract import Contract, Operation, ParameterError, load_contract
from wattos_testkit.contract.parameters import Value
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.server.access import EVERYTHING, Access
from wattos_testkit.server.answer import Tags, matches
from wattos_testkit.server.app import add_document
from wattos_testkit.server.guard import INSTANTS
from wattos_testkit.server.live import QUIET
from wattos_testkit.server.operations import MAX_ROWS, Handler, Operations
from wattos_testkit.server.problems import Problem, shape
from wattos_testkit.server.security import security_map
from wattos_testkit.server.window import utc_minute


def create_flask_app(
    fleet: Fleet,
    *,
    contract: Contract | None = None,
    access: Access | None = None,
    max_rows: int = MAX_ROWS,
) -> FlaskApp:
    """Return the mock as a Flask application below Connexion's stock middlewares.

    Raises
    ------
    DocumentError
        If Connexion cannot make an application of the document.
    """
    contract, access = contract or load_contract(), access or Access()
    views = _Views(contract, access, Operations(fleet, max_rows).handlers, Tags(fleet.digest))
    app = FlaskApp(__name__, strict_validation=True, security_map=security_map(access))
    for kind in (ProblemException, ParameterError, HTTPException, Exception):
        app.add_error_handler(kind, shape)
    add_document(app, contract, Resolver(views.view))
    return app


class _Views:
    """Flask's views of the operations."""

    def __init__(self, contract: Contract, access: Access, handlers: dict[str, Handler], tags: Tags) -> None:
        self._contract = contract
        self._access = access
        self._handlers = handlers
        self._tags = tags

    def view(self, operation_id: str) -> object:
        """Return the view of an operation of the document."""
        operation = self._contract.by_operation_id.get(operation_id)

        def view(**given: Value) -> flask.Response:
            if operation is None:
                raise Problem(501, "The testkit cannot answer this operation")
            return self._answer(operation, given)

        return view

    def _answer(self, operation: Operation, given: dict[str, Value]) -> flask.Response:
        header = flask.request.headers.get("Authorization")
        grant = EVERYTHING
        if operation.secured:
            grant = self._access.admit(header.encode("latin-1") if header is not None else None)
        known = {parameter.name for parameter in operation.parameters}
        values = {name: _value(name, value) for name, value in given.items() if name in known}
        answer = self._handlers[operation.name](values, grant, QUIET)
        tag = self._tags.tag(answer, "")
        headers = {"ETag": tag.decode(), "Cache-Control": "private, no-cache"}
        if matches(flask.request.headers.get("If-None-Match", "").encode("latin-1"), tag):
            return flask.Response(status=304, headers=headers)
        return flask.Response(answer.pieces(), headers=headers, content_type="application/json")


def _value(name: str, value: Value) -> Value:
    if name not in INSTANTS:
        return value
    try:
        return utc_minute(str(value))
    except ValueError as error:
        raise ParameterError(name, f"'{value}' {error}") from None
