"""What the OpenAPI document says of the audit log."""

from __future__ import annotations

from typing import Any

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.http.openapi import Components, Json, page_of, schema_ref
from fiscalxml_server.kit.http.structs import schemas_of

_NUMERO = "0192f0c1-7b1e-7c55-8d8a-4f7a1b2c3d4e"


def lines_answer() -> Json:
    """The answer that is an export."""
    return {
        "description": "Uma linha cabecalho, uma linha registro para cada um, uma linha prova",
        "content": {
            "application/jsonl": {
                "schema": {
                    "type": "string",
                    "description": "Linhas JSON, como docs/auditoria.md as descreve.",
                }
            }
        },
    }


def _text(description: str, **more: Any) -> Json:
    return {"type": "string", "description": description, **more}


def _schemas() -> dict[str, dict[str, Any]]:
    return schemas_of({Acao: "Uma ação; docs/auditoria.md diz o que cada uma é."}) | {
        "RegistroDeAuditoria": {
            "type": "object",
            "description": "Uma ação, de quem e sobre o quê.",
            "required": ["numero", "quando", "ator", "acao", "elo"],
            "properties": {
                "numero": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "O lugar na cadeia da organização.",
                },
                "quando": _text("O instante.", format="date-time"),
                "ator": _text("Quem: pessoa:<id>, chave:<id>, maquina:<id>, sistema ou endereco."),
                "acao": schema_ref("Acao"),
                "alvo": _text("Sobre o quê: documento:<id>, lote:<id>…; ausente quando nada."),
                "detalhes": {
                    "type": "object",
                    "additionalProperties": True,
                    "description": "O que mais se sabe, como a consulta que foi feita.",
                },
                "detalhes_apagados": {
                    "type": "boolean",
                    "description": "Presente quando os detalhes existiram e foram apagados.",
                },
                "elo": _text("SHA-256 que encadeia o registro ao anterior, em hexadecimal."),
            },
            "additionalProperties": False,
        },
        "PaginaDeAuditoria": page_of(
            "Uma página da auditoria.",
            schema_ref("RegistroDeAuditoria"),
            "Registros, do mais novo ao mais antigo.",
        ),
        "ChavesDaAuditoria": {
            "type": "object",
            "description": "As chaves que assinam os pontos de controle.",
            "required": ["keys", "ultimo"],
            "properties": {
                "keys": {
                    "type": "array",
                    "description": "Chaves públicas (JWK), da mais antiga à mais nova.",
                    "items": {
                        "type": "object",
                        "description": "Uma chave pública P-256.",
                        "additionalProperties": True,
                    },
                },
                "ultimo": {
                    "type": ["string", "null"],
                    "description": "O último ponto de controle (JWS), se já há um.",
                },
            },
            "additionalProperties": False,
        },
    }


def _examples() -> dict[str, dict[str, Any]]:
    registro = {
        "numero": 812,
        "quando": "2026-11-10T12:30:15.123456Z",
        "ator": f"pessoa:{_NUMERO}",
        "acao": "documento.xml_lido",
        "alvo": f"documento:{_NUMERO}",
        "detalhes": {"chave": "35261112345678000195550010000000111123456780"},
        "elo": "9f2c" * 16,
    }
    page = {"itens": [registro], "proximo": None}
    key = {
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        "kid": "dW5hIGNoYXZl",
        "use": "sig",
        "alg": "ES256",
    }
    return {
        "pagina_de_auditoria": {"summary": "A última página", "value": page},
        "chaves_da_auditoria": {
            "summary": "Antes do primeiro ponto",
            "value": {"keys": [key], "ultimo": None},
        },
    }


COMPONENTS = Components(
    tag={
        "name": "auditoria",
        "description": "Quem leu e quem fez o quê, encadeado: nada se altera sem que se descubra.",
    },
    schemas=_schemas,
    examples=_examples,
)
