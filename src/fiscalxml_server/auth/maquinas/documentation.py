"""What the OpenAPI document says of machines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from fiscalxml_server.auth.maquinas.credentials import client_id
from fiscalxml_server.auth.maquinas.oauth import ASSERTION_TYPE, GRANT
from fiscalxml_server.auth.maquinas.schemas import (
    Maquina,
    MaquinaCriada,
    NovaMaquina,
    PaginaDeMaquinas,
    TokenDeAcesso,
    with_secret,
)
from fiscalxml_server.kit.http.body import FORM
from fiscalxml_server.kit.http.openapi import Components, Json, example_of, page_of, schema_ref
from fiscalxml_server.kit.http.structs import examples_of, schemas_of

_NOW: Final = datetime(2026, 11, 10, 12, tzinfo=UTC)
_ORGANIZACAO: Final = UUID("019a6d9f-1e00-7000-8000-000000000003")
_ID: Final = UUID("019a6d9f-1e00-7000-8000-000000000004")


def token_operation() -> Json:
    """What FastAPI cannot tell of the operation that gives a token: its body, its credentials."""
    name = "pedido_de_token"
    content = {"schema": schema_ref("PedidoDeToken"), "examples": {name: example_of(name)}}
    return {
        "requestBody": {
            "required": True,
            "description": "O token que se quer.",
            "content": {FORM: content},
        },
        "security": [{"cliente": []}, {}],
    }


def oauth_error(description: str, example: str) -> Json:
    """A refusal in the words of OAuth 2."""
    content = {"schema": schema_ref("ErroOAuth"), "examples": {example: example_of(example)}}
    return {"description": description, "content": {"application/json": content}}


def _text(description: str, **more: Any) -> Json:
    return {"type": "string", "description": description, **more}


def _object(description: str, properties: Json, *required: str) -> Json:
    return {
        "type": "object",
        "description": description,
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


def _schemas() -> dict[str, Json]:
    return {
        **schemas_of(
            {
                NovaMaquina: "A máquina que se quer.",
                Maquina: "Um sistema que pede os próprios tokens.",
                MaquinaCriada: "Uma máquina nova, com o segredo.",
                TokenDeAcesso: "Um token de acesso.",
            }
        ),
        "PaginaDeMaquinas": page_of(
            "Máquinas, da mais nova à mais antiga.",
            schema_ref("Maquina"),
            "As máquinas desta página.",
        ),
        **_of_oauth(),
    }


def _of_oauth() -> dict[str, Json]:
    return {
        "PedidoDeToken": {
            **_object(
                "Um pedido de token (RFC 6749, 4.4).",
                {
                    "grant_type": _text("Como se pede.", const=GRANT),
                    "scope": _text("Os escopos que se quer, separados por espaço; sem ele, todos."),
                    "client_id": _text("O client_id, quando não vem em Basic."),
                    "client_secret": _text("O segredo, quando não vem em Basic."),
                    "client_assertion_type": _text("Com client_assertion.", const=ASSERTION_TYPE),
                    "client_assertion": _text("Um JWT assinado pela chave da máquina (RFC 7523)."),
                },
                "grant_type",
            ),
            "additionalProperties": True,
        },
        "ErroOAuth": _object(
            "Um erro do OAuth 2 (RFC 6749, 5.2).",
            {
                "error": _text("O código do erro."),
                "error_description": _text("O que há de errado."),
            },
            *("error", "error_description"),
        ),
    }


def _examples() -> dict[str, Json]:
    maquina = Maquina(
        id=_ID,
        client_id=client_id(_ORGANIZACAO, _ID),
        nome="ERP",
        escopos=["documentos:escrever", "documentos:ler"],
        empresas=None,
        teste=False,
        autenticacao="segredo",
        criada_por="pessoa:019a6d9f-1e00-7000-8000-000000000002",
        criado_em=_NOW,
        usada_em=None,
    )
    bodies = examples_of(
        {
            "Que só lê, com um segredo": NovaMaquina("ERP", ["documentos:ler"]),
            "Uma máquina": maquina,
            "Uma nova": with_secret(maquina, "fx_maq_exemplo"),
            "Uma página": PaginaDeMaquinas([maquina], None),
            "Um token": TokenDeAcesso("eyJ…", "Bearer", 300, "documentos:ler"),
        }
    )
    return bodies | {
        "pedido_de_token": {
            "summary": "Só para ler; a máquina vem em Basic",
            "value": {"grant_type": GRANT, "scope": "documentos:ler"},
        },
        "pedido_oauth_invalido": {
            "summary": "Escopo que a máquina não tem",
            "value": {
                "error": "invalid_scope",
                "error_description": "Os escopos desta máquina: documentos:ler.",
            },
        },
        "cliente_oauth_invalido": {
            "summary": "Segredo errado",
            "value": {
                "error": "invalid_client",
                "error_description": "A máquina não provou quem é.",
            },
        },
    }


COMPONENTS = Components(
    tag={
        "name": "maquinas",
        "description": "Os sistemas da organização que pedem os próprios tokens.",
    },
    schemas=_schemas,
    examples=_examples,
    credentials={
        "cliente": {
            "type": "http",
            "scheme": "basic",
            "description": "O client_id e o client_secret de uma máquina.",
        }
    },
)
