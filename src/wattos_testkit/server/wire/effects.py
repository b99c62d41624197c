"""What each fault of the wire does; where several strike, a request meets them in this order."""

from collections.abc import Mapping
from types import MappingProxyType

from wattos_testkit.server.wire import garbled, gateway, service, shaping
from wattos_testkit.server.wire.strike import Effect

EFFECTS: Mapping[str, Effect] = MappingProxyType(
    {
        "latency": shaping.latency,
        "slow-bytes": shaping.slow_bytes,
        "truncated-body": shaping.truncated_body,
        "stalled-connection": shaping.stalled_connection,
        "dropped-connection": shaping.dropped_connection,
        "broken-cors": gateway.broken_cors,
        "wrong-content-type": gateway.wrong_content_type,
        "broken-coding": gateway.broken_coding,
        "garbled-json": garbled.garbled_json,
        "maintenance-page": gateway.maintenance_page,
        "login-redirect": gateway.login_redirect,
        "redirect-loop": gateway.redirect_loop,
        "rate-limit": service.rate_limit,
        "token-expiry": service.token_expiry,
        "error-share": service.error_share,
        "soft-error": service.soft_error,
        "stale-answer": gateway.stale_answer,
    }
)
ORDER: Mapping[str, int] = MappingProxyType({name: place for place, name in enumerate(EFFECTS)})
