"""Connexion's router, with a short cut for the paths that have no parameters."""

from http import HTTPStatus

from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware
from connexion.spec import Specification
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send


class Routing(RoutingMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Finds a plain path in a table, and any other as Connexion does.

    It redirects no request to a path that the document does not have.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self._plain: dict[str, dict[str, str]] = {}

    def add_api(self, specification: Specification, *args: object, **kwargs: object) -> None:
        """Register a document."""
        super().add_api(specification, *args, **kwargs)
        for route in self.router.routes:
            route.app.redirect_slashes = False
        base_path = specification.base_path
        for path, item in specification["paths"].items():
            operation_id = item.get("get", {}).get("operationId")
            if operation_id is not None and "{" not in path:
                found = {"api_base_path": base_path, "operation_id": operation_id}
                self._plain[base_path + path] = found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the operation into the scope and pass on."""
        found = self._plain.get(scope["path"]) if scope["type"] == "http" else None
        if found is None or scope["method"] not in {"GET", "HEAD"} or scope.get("root_path"):
            await self._search(scope, receive, send)
            return
        scope.setdefault("extensions", {})[ROUTING_CONTEXT] = dict(found)
        await self.app(scope, receive, send)

    async def _search(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except HTTPException as error:
            allowed = (
                self._allowed(scope["path"]) if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else ()
            )
            if not allowed:
                raise
            # Starlette names the methods of the first route of a path; there may be one for each method.
            raise HTTPException(error.status_code, headers={"Allow": ", ".join(sorted(allowed))}) from None

    def _allowed(self, path: str) -> set[str]:
        methods: set[str] = set()
        for mount in self.router.routes:
            below = path.removeprefix(mount.path)
            for route in mount.app.routes:
                if route.path_regex.match(below):
                    methods |= route.methods
        return methods
