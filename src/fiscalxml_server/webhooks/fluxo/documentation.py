"""What the OpenAPI document says of fluxos."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from fiscalxml_server.kit.http.openapi import Components, Json, schema_ref
from fiscalxml_server.kit.http.structs import examples_of, schemas_of
from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.notifying.types import VERSAO, Corpo, Documento
from fiscalxml_server.webhooks.fluxo.schemas import Fluxo, LeituraDeFluxo, NovoFluxo

_NOW: Final = datetime(2026, 11, 10, 12, tzinfo=UTC)
_FLUXO: Final = UUID("019a6d9f-1e00-7000-8000-000000000051")
_NOTIFICACAO: Final = UUID("019a6d9f-1e00-7000-8000-000000000052")
_DOCUMENTO: Final = UUID("019a6d9f-1e00-7000-8000-000000000053")


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            NovoFluxo: "O que se quer ler.",
            Fluxo: "Um fluxo: o que acontece, e espera ser lido.",
            LeituraDeFluxo: "O que já foi lido, e quanto se quer esperar pelo resto.",
        }
    ) | {
        "NotificacoesDoFluxo": {
            "type": "object",
            "description": "As mais antigas que esperam.",
            "required": ["itens"],
            "properties": {
                "itens": {
                    "type": "array",
                    "maxItems": 100,
                    "items": _BODY,
                    "description": "Nenhuma, se nada aconteceu enquanto se esperou.",
                }
            },
        }
    }


_BODY: Final[Json] = {
    "type": "object",
    "description": "Uma notificação: o corpo que um webhook entregaria.",
    "required": ["id", "tipo", "versao", "em", "organizacao", "dados"],
    "properties": {
        "id": {"type": "string", "format": "uuid", "description": "O mesmo se ela se repete."},
        "tipo": schema_ref("Tipo"),
        "versao": {"type": "integer", "description": "A dos campos de dados."},
        "em": {"type": "string", "format": "date-time", "description": "Quando aconteceu."},
        "organizacao": {"type": "string", "format": "uuid", "description": "De quem é."},
        "dados": {
            "type": "object",
            "description": "Conforme o tipo; `link` é o caminho na API.",
            "additionalProperties": True,
        },
    },
}


def _examples() -> dict[str, Json]:
    documento = Documento(
        documento=_DOCUMENTO, tipo="nfe", veredito="valido", link=f"/v1/documentos/{_DOCUMENTO}"
    )
    tipo = Tipo.DOCUMENTO_PROCESSADO
    corpo = Corpo(_NOTIFICACAO, tipo, VERSAO, _NOW, _FLUXO, documento)
    fluxo = Fluxo(id=_FLUXO, tipos=[tipo], empresas=[], modelos=[], vereditos=[], criado_em=_NOW)
    return examples_of(
        {
            "Um tipo": NovoFluxo([tipo]),
            "Um fluxo": fluxo,
            "A seguinte": LeituraDeFluxo([_NOTIFICACAO]),
        }
    ) | {
        "notificacoes_do_fluxo": {
            "summary": "Uma notificação",
            "value": {"itens": [msgspec.to_builtins(corpo)]},
        }
    }


COMPONENTS = Components(
    tag={
        "name": "fluxos",
        "description": "O que acontece, lido por quem não tem endereço na internet.",
    },
    schemas=_schemas,
    examples=_examples,
)
