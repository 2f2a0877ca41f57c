"""What the OpenAPI document says of tokens."""

from __future__ import annotations

from typing import Any

from fiscalxml_server.auth.tokens.metadata import metadata
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.settings import Settings

_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "kid": "exemplo",
    "use": "sig",
    "alg": "ES256",
}
"""the one of RFC 7517, A.1"""


def _text(description: str) -> Json:
    return {"type": "string", "description": description}


def _texts(description: str) -> Json:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _schemas() -> dict[str, Json]:
    words = {
        "issuer": _text("Quem assina os tokens (`iss`)."),
        "token_endpoint": _text("Onde uma máquina pede um token."),
        "jwks_uri": _text("Onde estão as chaves públicas."),
        "scopes_supported": _texts("Os escopos que uma máquina pode ter."),
        "response_types_supported": _texts("Nenhum: não há fluxo de autorização por navegador."),
        "grant_types_supported": _texts("Como se pede um token."),
        "token_endpoint_auth_methods_supported": _texts("Como a máquina prova quem é."),
        "token_endpoint_auth_signing_alg_values_supported": _texts(
            "Algoritmos aceitos em private_key_jwt."
        ),
        "service_documentation": _text("A documentação."),
        "ui_locales_supported": _texts("Os idiomas dos textos."),
    }
    key = {
        "kty": _text("Sempre EC."),
        "crv": _text("Sempre P-256."),
        "x": _text("A coordenada x."),
        "y": _text("A coordenada y."),
        "kid": _text("O nome da chave, que os tokens dela dizem."),
        "use": _text("Sempre sig: assina."),
        "alg": _text("Sempre ES256."),
    }
    return {
        "ChavesPublicas": {
            "type": "object",
            "description": "As chaves com que se confere um token (JWKS, RFC 7517).",
            "required": ["keys"],
            "properties": {
                "keys": {
                    "type": "array",
                    "description": "A que assina, a próxima e as que assinaram há pouco.",
                    "items": _object(key),
                }
            },
            "additionalProperties": False,
        },
        "MetadadosOAuth": {
            **_object(words),
            "description": "O que este serviço é para um cliente OAuth 2 (RFC 8414).",
        },
    }


def _object(properties: Json) -> Json:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _examples() -> dict[str, Any]:
    settings = Settings.model_construct(public_url="https://contas.exemplo.com.br")
    return {
        "chaves_publicas": {"summary": "Uma chave", "value": {"keys": [_KEY]}},
        "metadados_oauth": {"summary": "Os metadados", "value": metadata(settings)},
    }


COMPONENTS = Components(
    tag={
        "name": "tokens",
        "description": "Os tokens de acesso: como uma máquina os pede e como se conferem.",
    },
    schemas=_schemas,
    examples=_examples,
)
