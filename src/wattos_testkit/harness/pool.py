"""The connections to a target: as many as are used at a time, through its proxy, with its certificates."""

import ssl
from typing import Any
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError

from wattos_testkit.errors import UsageError
from wattos_testkit.harness.target import Target, origin


def pool_of(target: Target) -> urllib3.PoolManager:
    """Return the connections to a target, by its proxy and with its certificates."""
    options: dict[str, Any] = {"maxsize": 6, "block": False}
    if target.base.startswith("https:"):
        options["ssl_context"] = _tls(target)
    named = "--proxy" if target.proxy else f"{origin(target.base)[0].upper()}_PROXY"
    proxy = target.proxy or _environment_proxy(target.base)
    if proxy is None:
        return urllib3.PoolManager(**options)
    try:
        parsed = urllib3.util.parse_url(proxy)
        headers = urllib3.make_headers(proxy_basic_auth=parsed.auth) if parsed.auth else None
        return urllib3.ProxyManager(parsed._replace(auth=None).url, proxy_headers=headers, **options)
    except HTTPError:
        # Not shown: it may hold a password.
        raise UsageError(f"{named}: this is no address of a proxy; write http://HOST:PORT") from None


def _environment_proxy(base: str) -> str | None:
    scheme, host, _ = origin(base)
    return None if proxy_bypass(host) else getproxies().get(scheme)


def _tls(target: Target) -> ssl.SSLContext:
    tls = target.tls
    context = ssl.create_default_context() if tls.ca_bundle is None else _trusting(tls.ca_bundle)
    if tls.client_cert:
        try:
            context.load_cert_chain(tls.client_cert, tls.client_key)
        except (ssl.SSLError, OSError):
            key = f"--client-key {tls.client_key}" if tls.client_key else "its key in the same file"
            raise UsageError(
                f"--client-cert {tls.client_cert}: a certificate in PEM and {key} are needed; they must match"
            ) from None
    if tls.insecure:
        # The user has said so; a warning with each request would drown what is found.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _trusting(bundle: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=bundle)
    except (ssl.SSLError, OSError):
        raise UsageError(f"--ca-bundle {bundle}: no certificate in PEM can be read from it") from None
