"""What a machine does to get a token."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from services.auth.chaves.casa import Casa

TOKENS = "/oauth/token"
GRANT = {"grant_type": "client_credentials"}
ASSERTION = {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}


def new(casa: Casa, *, token: str = "", **asked: Any) -> dict[str, Any]:
    """A machine that was made; with the scope to read unless others are asked for."""
    body = {"nome": "ERP", "escopos": ["documentos:ler"], **asked}
    answer = casa.portal.request("POST", "/v1/maquinas", token=token or casa.token(), json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def ask(casa: Casa, form: dict[str, str] | None = None, **options: Any) -> httpx2.Response:
    """A request for a token."""
    return casa.portal.request("POST", TOKENS, data={**GRANT, **(form or {})}, **options)


def by_secret(casa: Casa, maquina: dict[str, Any], **form: str) -> httpx2.Response:
    basic = (maquina["client_id"], maquina["client_secret"])
    return ask(casa, form, auth=httpx2.BasicAuth(*basic))


def assertion(
    casa: Casa, client_id: str, key: ECKey | RSAKey, alg: str = "ES256", **claims: Any
) -> str:
    now = int(time.time())
    told = {
        "iss": client_id,
        "sub": client_id,
        "aud": casa.portal.recursos.settings.auth_issuer,
        "iat": now,
        "exp": now + 60,
        "jti": str(uuid4()),
        **claims,
    }
    told = {name: value for name, value in told.items() if value is not None}
    return jwt.encode({"alg": alg}, told, key, algorithms=[alg])


def by_assertion(casa: Casa, text: str, **form: str) -> httpx2.Response:
    return ask(casa, {**ASSERTION, "client_assertion": text, **form})
