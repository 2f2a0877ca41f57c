"""What the OpenAPI document says of machines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from fiscalxml_server.auth.chaves.schemas import ESCOPOS
from fiscalxml_server.auth.maquinas.credentials import client_id
from fiscalxml_server.auth.maquinas.oauth import ASSERTION_TYPE, GRANT
from fiscalxml_server.auth.maquinas.schemas import (
    MAX_COMPANIES,
    Maquina,
    PaginaDeMaquinas,
    TokenDeAcesso,
    with_secret,
)
from fiscalxml_server.kit.http.body import FORM
from fiscalxml_server.kit.http.openapi import Components, Json, example_of, page_of, schema_ref

_NOW: Final = datetime(2026, 11, 10, 12, tzinfo=UTC)
_ORGANIZACAO: Final = UUID("019a6d9f-1e00-7000-8000-000000000003")
_ID: Final = UUID("019a6d9f-1e00-7000-8000-000000000004")


def json_body() -> Json:
    """The `requestBody` of the operation that makes one."""
    content = {"application/json": {"schema": schema_ref("NovaMaquina")}}
    return {"required": True, "description": "A máquina que se quer.", "content": content}


def token_body() -> Json:
    """The `requestBody` of the operation that gives a token."""
    content = {FORM: {"schema": schema_ref("PedidoDeToken")}}
    return {"required": True, "description": "O token que se quer.", "content": content}


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


_NOME: Final = _text("Para que pessoas a reconheçam.", minLength=1, maxLength=100)
_ESCOPOS: Final[Json] = {
    "type": "array",
    "items": {"type": "string", "enum": list(ESCOPOS)},
    "minItems": 1,
    "description": "O que ela pode.",
}
_EMPRESAS: Final[Json] = {
    "type": ["array", "null"],
    "items": {"type": "string", "description": "CNPJ ou CPF, sem pontuação."},
    "maxItems": MAX_COMPANIES,
    "description": "As empresas cujos documentos vê; null para todas as de quem a cria.",
}
_TESTE: Final[Json] = {"type": "boolean", "description": "Se é do ambiente de teste."}


def _schemas() -> dict[str, Json]:
    told: Json = {
        "id": _text("O id da máquina.", format="uuid"),
        "client_id": _text("Com que ela se apresenta."),
        "nome": _NOME,
        "escopos": _ESCOPOS,
        "empresas": _EMPRESAS,
        "teste": _TESTE,
        "autenticacao": _text("Como prova quem é.", enum=["segredo", "chave"]),
        "criada_por": _text("Quem a criou."),
        "criado_em": _text("Quando foi criada.", format="date-time"),
        "usada_em": {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "A hora em que pediu um token pela última vez; null se nunca.",
        },
    }
    secret: Json = {
        "client_secret": {
            "type": ["string", "null"],
            "description": "O segredo. Guarde-o: não se mostra de novo. Null com chave_publica.",
        }
    }
    fields = Maquina.__struct_fields__
    return {
        "NovaMaquina": _object(
            "A máquina que se quer.",
            {
                "nome": _NOME,
                "escopos": _ESCOPOS,
                "empresas": _EMPRESAS,
                "teste": {**_TESTE, "default": False},
                "chave_publica": {
                    "type": ["object", "null"],
                    "description": "Uma chave pública JWK, EC P-256 ou RSA de 3072 a 4096 bits.",
                    "additionalProperties": True,
                },
            },
            *("nome", "escopos"),
        ),
        "Maquina": _object("Um sistema que pede os próprios tokens.", told, *fields),
        "MaquinaCriada": _object(
            "Uma máquina nova, com o segredo.", told | secret, *fields, "client_secret"
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
        "TokenDeAcesso": _object(
            "Um token de acesso.",
            {
                "access_token": _text("O token, para Authorization: Bearer."),
                "token_type": _text("Sempre Bearer.", const="Bearer"),
                "expires_in": {"type": "integer", "description": "Por quantos segundos vale."},
                "scope": _text("Os escopos que tem, separados por espaço."),
            },
            *TokenDeAcesso.__struct_fields__,
        ),
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
    values = {
        "maquina": ("Uma máquina", maquina),
        "maquina_criada": ("Uma nova", with_secret(maquina, "fx_maq_exemplo")),
        "pagina_de_maquinas": ("Uma máquina", PaginaDeMaquinas([maquina], None)),
        "token_de_acesso": ("Um token", TokenDeAcesso("eyJ…", "Bearer", 300, "documentos:ler")),
        "pedido_oauth_invalido": (
            "Escopo que a máquina não tem",
            {"error": "invalid_scope", "error_description": "Os escopos desta máquina: …"},
        ),
        "cliente_oauth_invalido": (
            "Segredo errado",
            {"error": "invalid_client", "error_description": "A máquina não provou quem é."},
        ),
    }
    return {
        name: {"summary": summary, "value": msgspec.to_builtins(value)}
        for name, (summary, value) in values.items()
    }


COMPONENTS = Components(
    tag={
        "name": "maquinas",
        "description": "Os sistemas da organização que pedem os próprios tokens.",
    },
    schemas=_schemas,
    examples=_examples,
)
