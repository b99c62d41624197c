"""The rules of access as a security handler of Connexion."""

from collections.abc import Awaitable, Callable
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.security import AbstractSecurityHandler

from wattos_testkit.server.access import Access

Verify = Callable[[ConnexionRequest], Awaitable[dict[str, Any]]]


def security_map(access: Access) -> dict[str, type[AbstractSecurityHandler]]:
    """Return Connexion's handlers for every type of scheme that a document may name."""

    class Handler(AbstractSecurityHandler):  # type: ignore[misc]  # Connexion ships no types
        """Asks `Access`, whatever the scheme is called."""

        def get_fn(self, security_scheme: object, required_scopes: object) -> Verify:
            del security_scheme, required_scopes

            async def verify(request: ConnexionRequest) -> dict[str, Any]:
                header = request.headers.get("Authorization")
                grant = access.admit(header.encode("latin-1") if header is not None else None)
                return {"sub": "token", "grant": grant}

            return verify

    return dict.fromkeys(("basic", "bearer", "apiKey", "oauth2", "openIdConnect"), Handler)
