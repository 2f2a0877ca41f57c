"""What the Auth Service says of itself to OAuth 2 clients (RFC 8414)."""

from __future__ import annotations

from typing import Any, Final

from fiscalxml_server.kit.rbac import DELEGAVEIS
from fiscalxml_server.kit.settings import Settings

TOKENS: Final = "/oauth/token"
ASSERTION_ALGORITHMS: Final = ("ES256", "PS256", "RS256")
"""by which a machine may sign who it is"""


def base_of(settings: Settings) -> str:
    """Where the service is reached from outside."""
    return (settings.public_url or settings.auth_issuer).rstrip("/")


def metadata(settings: Settings) -> dict[str, Any]:
    """The document."""
    base = base_of(settings)
    return {
        "issuer": settings.auth_issuer,
        "token_endpoint": base + TOKENS,
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "scopes_supported": sorted(DELEGAVEIS),
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "private_key_jwt",
        ],
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "service_documentation": f"{base}/docs",
        "ui_locales_supported": ["pt-BR"],
    }
