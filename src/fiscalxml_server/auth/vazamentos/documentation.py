"""What the OpenAPI document says of keys that were found."""

from __future__ import annotations

import hashlib

import msgspec

from fiscalxml_server.auth.vazamentos.schemas import MAX_PLACE, Retorno
from fiscalxml_server.kit.api_keys import PATTERN
from fiscalxml_server.kit.http.openapi import Components, Json, example_of, schema_ref


def request_body() -> Json:
    """The `requestBody`: by anybody, or by GitHub."""
    schema = {"oneOf": [schema_ref("ChaveVazada"), schema_ref("AlertasDoGitHub")]}
    return {
        "required": True,
        "description": f"A chave que se achou. Uma chave tem a forma `{PATTERN}`.",
        "content": {
            "application/json": {
                "schema": schema,
                "examples": {"chave_vazada": example_of("chave_vazada")},
            }
        },
    }


def _text(description: str) -> Json:
    return {"type": "string", "description": description}


def _schemas() -> dict[str, Json]:
    alert = {
        "token": _text("O texto que se achou."),
        "type": _text("O nome do tipo, como registrado no GitHub."),
        "url": _text("Onde se achou."),
        "source": _text("Em que parte do GitHub."),
    }
    returned = {
        "token_hash": _text("SHA-256 do texto, em hexadecimal."),
        "token_type": _text("O tipo que veio."),
        "label": {
            "type": "string",
            "enum": ["true_positive", "false_positive"],
            "description": "Se era uma chave deste serviço.",
        },
    }
    return {
        "ChaveVazada": {
            "type": "object",
            "description": "Uma chave que alguém achou.",
            "required": ["chave"],
            "properties": {
                "chave": _text("O texto inteiro da chave."),
                "onde": {**_text("Onde se achou."), "maxLength": MAX_PLACE},
            },
            "additionalProperties": False,
        },
        "AlertasDoGitHub": {
            "type": "array",
            "description": "O que o secret scanning do GitHub manda.",
            "items": {
                "type": "object",
                "description": "Um texto que se achou.",
                "required": ["token", "type"],
                "properties": alert,
                "additionalProperties": True,
            },
        },
        "RetornosAoGitHub": {
            "type": "array",
            "description": "O que era cada um, na ordem em que vieram.",
            "items": {
                "type": "object",
                "description": "O que era um deles.",
                "required": list(returned),
                "properties": returned,
                "additionalProperties": False,
            },
        },
    }


def _examples() -> dict[str, Json]:
    digest = hashlib.sha256(b"exemplo").hexdigest()
    retorno = Retorno(digest, "fiscalxml_api_key", "false_positive")
    return {
        "chave_vazada": {
            "summary": "Em um repositório público",
            "value": {
                "chave": "fx_live_00000000_00000000000000000000000vJ9J8",
                "onde": "https://github.com/exemplo/repositorio/blob/main/.env",
            },
        },
        "retornos_ao_github": {
            "summary": "Não era uma chave",
            "value": [msgspec.to_builtins(retorno)],
        },
    }


COMPONENTS = Components(
    tag={"name": "vazamentos", "description": "Para quem acha uma chave onde não devia estar."},
    schemas=_schemas,
    examples=_examples,
)
