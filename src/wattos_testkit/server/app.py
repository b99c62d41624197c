"""The application: Connexion loads the document, resolves, routes and shapes problems; the rest is ours."""

from collections.abc import Callable
from functools import partial

from connexion import AsyncApp
from connexion.exceptions import ConnexionException, InvalidSpecification, ProblemException
from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.resolver import Resolver
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from wattos_testkit.contract import Contract, ParameterError, load_contract
from wattos_testkit.errors import DocumentError
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.server.access import Access
from wattos_testkit.server.answer import Tags
from wattos_testkit.server.backstage import Backstage, Notes, Unnoted
from wattos_testkit.server.cache import AnswerCache
from wattos_testkit.server.endpoint import Endpoints, Replies, make_endpoints
from wattos_testkit.server.front import Front
from wattos_testkit.server.live import Lives, Steady
from wattos_testkit.server.naming import OperationNames
from wattos_testkit.server.operations import MAX_ROWS, Operations
from wattos_testkit.server.pages import Pages
from wattos_testkit.server.problems import shape
from wattos_testkit.server.routing import Routing
from wattos_testkit.server.wire.layer import Wire
from wattos_testkit.server.wire.timer import Timer


def create_app(  # noqa: PLR0913 - one argument for each thing that a mock can be told
    fleet: Fleet,
    *,
    contract: Contract | None = None,
    access: Access | None = None,
    max_rows: int = MAX_ROWS,
    cors: bool = True,
    lives: Lives | None = None,
    journal: Notes | None = None,
    control: ASGIApp | None = None,
    timer: Timer | None = None,
    prefer: bool = True,
    query_form: bool = False,
) -> Front:
    """Return the mock as an ASGI application.

    `lives` tells of faults and the clock, `journal` remembers requests, `control` answers under `PREFIX`,
    `timer` lets the faults of the wire wait; a request may ask for faults by `prefer`, and in its query too.

    Raises
    ------
    DocumentError
        If Connexion cannot make an application of the document.
    """
    contract = contract or load_contract()
    cache = AnswerCache()
    replies = Replies(Tags(fleet.digest), cache)
    endpoints = make_endpoints(contract, access or Access(), Operations(fleet, max_rows).handlers, replies)
    app = layered(contract, endpoints, partial(Pages, contract=contract, fleet=fleet))
    # Outside of Connexion: what is kept is answered before Connexion hears of it.
    backstage = Backstage(
        lives=lives or Steady(),
        journal=journal or Unnoted(),
        control=control,
        mischief=Wire(fleet, contract, timer, prefer=prefer, query_form=query_form),
        operation_of=OperationNames(contract).find,
    )
    return Front(app, cache=cache, cors=cors, backstage=backstage)


def layered(
    contract: Contract, endpoints: dict[str, ASGIApp], *below: Callable[[ASGIApp], ASGIApp]
) -> AsyncApp:
    """Return Connexion's application with the layers that a request passes, and the document."""
    app = AsyncApp(__name__, middlewares=[ExceptionMiddleware, Routing, Endpoints, *below])
    for kind in (ProblemException, ParameterError, HTTPException, Exception):
        app.add_error_handler(kind, shape)
    add_document(app, contract, Resolver(_placeholder), endpoints=endpoints)
    return app


def add_document(app: AsyncApp, contract: Contract, resolver: Resolver, **options: object) -> None:
    """Give an application its document.

    Raises
    ------
    DocumentError
        If Connexion refuses it.
    """
    try:
        app.add_api(contract.served(), resolver=resolver, **options)
        # Connexion builds its layers at the first request, and finds only then what it cannot route.
        layers = app.middleware
        layers.app, layers.middleware_stack = layers._build_middleware_stack()  # noqa: SLF001 - no public way
    except InvalidSpecification as error:
        where = "/".join(map(str, error.absolute_path))
        # Of the alternatives that a schema allows, the first is the one that is commonly meant.
        meant = error.context[0] if error.context else error
        raise DocumentError(
            f"{contract.source}: not a valid OpenAPI document: {where}: {meant.message}"
        ) from None
    except (ConnexionException, LookupError, TypeError, ValueError, AssertionError) as error:
        raise DocumentError(
            f"{contract.source}: not a valid OpenAPI document: {type(error).__name__}: {error}"
        ) from None


def _placeholder(operation_id: str) -> Callable[[], None]:
    """Return what Connexion wants to see of an operation: the endpoints answer before it would be called."""
    del operation_id
    return lambda: None
