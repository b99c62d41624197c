"""What is served beside the operations: health, the document, and Swagger UI from files of this machine."""

import json
from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from wattos_testkit import __version__
from wattos_testkit.contract import Contract
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.server.problems import Problem

View = Callable[[Request], Awaitable[Response]]
FILES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
# All from here: a machine without a network shows the same page, and nothing is told to anyone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
_HTML = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" type="image/png" href="docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
SCRIPT = """window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  validatorUrl: null,
  persistAuthorization: true,
  tryItOutEnabled: true,
});
"""


class Pages:
    """The last layer: what the router has found no operation for."""

    def __init__(self, app: ASGIApp, *, contract: Contract, fleet: Fleet) -> None:
        del app
        routes = [Route(path, view) for path, view in _views(contract, fleet).items()]
        self._router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self._router(scope, receive, send)


def html(title: str) -> str:
    """Return the page of Swagger UI, for a document that stands beside it."""
    return _HTML.format(title=escape(title))


def _views(contract: Contract, fleet: Fleet) -> dict[str, View]:
    """Return the views by path."""
    served = contract.served()
    title = str(contract.raw.get("info", {}).get("title", "API"))
    document, text = json.dumps(served, ensure_ascii=False).encode(), contract.served_text().encode()
    health = {"status": "ok", "version": __version__, "seed": fleet.seed, "fleet": fleet.digest}
    fresh = {"Cache-Control": "no-cache"}

    async def docs_file(request: Request) -> Response:
        return _docs_file(request.path_params["name"])

    return {
        "/healthz": _fixed(lambda: JSONResponse(health, headers={"Cache-Control": "no-store"})),
        "/openapi.json": _fixed(lambda: Response(document, headers=fresh, media_type="application/json")),
        "/openapi.yaml": _fixed(lambda: Response(text, headers=fresh, media_type="application/yaml")),
        "/docs": _fixed(
            lambda: Response(
                html(title),
                headers={**fresh, "Content-Security-Policy": POLICY},
                media_type="text/html",
            )
        ),
        "/docs/": _fixed(lambda: RedirectResponse("../docs")),
        "/docs/{name}": docs_file,
    }


def _fixed(make: Callable[[], Response]) -> View:
    async def view(request: Request) -> Response:
        del request
        return make()

    return view


def _docs_file(name: str) -> Response:
    # Loaded here: only who looks at the page needs it.
    from swagger_ui_bundle import swagger_ui_path  # noqa: PLC0415 - see above

    if name == "start.js":
        return Response(SCRIPT, media_type="text/javascript")
    if name not in FILES:
        raise Problem(404, "Swagger UI has no such file here")
    return FileResponse(Path(str(swagger_ui_path)) / name, media_type=FILES[name])
