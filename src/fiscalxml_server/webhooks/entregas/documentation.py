"""What the OpenAPI document says of deliveries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from fiscalxml_server.kit.http.openapi import Components, Json, page_of, schema_ref
from fiscalxml_server.kit.http.structs import examples_of, schemas_of
from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.webhooks.entregas.schemas import (
    Entrega,
    EntregaDetalhada,
    PaginaDeEntregas,
    Periodo,
    SaudeDeWebhook,
    Tentativa,
)

_NOW: Final = datetime(2026, 11, 10, 12, tzinfo=UTC)
_ID: Final = UUID("019a6d9f-1e00-7000-8000-000000000042")
_ORGANIZACAO: Final = "019a6d9f-1e00-7000-8000-000000000001"
_DOCUMENTO: Final = "019a6d9f-1e00-7000-8000-000000000003"
CORPO: Final = msgspec.json.encode(
    {
        "id": str(_ID),
        "tipo": "documento.processado",
        "versao": 1,
        "em": "2026-11-10T12:00:00Z",
        "organizacao": _ORGANIZACAO,
        "dados": {
            "documento": _DOCUMENTO,
            "chave": "35261111222333000181550010000000011000000017",
            "modelo": "55",
            "veredito": "valido",
            "link": f"/v1/documentos/{_DOCUMENTO}",
        },
    }
)
"""of an example"""


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            Entrega: "Uma notificação a um webhook.",
            EntregaDetalhada: "Uma notificação a um webhook, com o que se entrega e as tentativas.",
            Tentativa: "Uma vez em que se tentou entregar.",
            SaudeDeWebhook: "Como um webhook está.",
            Periodo: "As tentativas de um período.",
        }
    ) | {
        "PaginaDeEntregas": page_of(
            "Entregas, da mais nova à mais antiga.",
            schema_ref("Entrega"),
            "As entregas desta página.",
        )
    }


def _examples() -> dict[str, Json]:
    entrega = Entrega(
        notificacao=_ID,
        tipo=Tipo.DOCUMENTO_PROCESSADO,
        alvo=f"documento:{_DOCUMENTO}",
        em=_NOW,
        situacao="pendente",
        tentativas=1,
        codigo=503,
        terminado_em=None,
    )
    tentativa = Tentativa(
        numero=1, em=_NOW, milissegundos=184, codigo=503, erro=None, resposta="Em manutenção"
    )
    detalhada = EntregaDetalhada(
        **msgspec.structs.asdict(entrega),
        corpo=msgspec.Raw(CORPO),
        proxima_em=_NOW + timedelta(minutes=5),
        historico=[tentativa],
    )
    dia = Periodo(
        tentativas=1200,
        entregues=1188,
        falhas=12,
        taxa_de_sucesso=0.99,
        media_milissegundos=96.4,
    )
    saude = SaudeDeWebhook(
        situacao="ativa",
        falhando_desde=None,
        espera_ate=None,
        ultimas_24_horas=dia,
        ultimos_7_dias=dia,
        p95_milissegundos=210,
        pendentes=3,
        estacionadas=0,
        pendente_desde=_NOW,
        falhadas=0,
        retidas=0,
    )
    return examples_of(
        {
            "A segunda tentativa vem em 5 minutos": detalhada,
            "Quase tudo chega": saude,
            "Uma página": PaginaDeEntregas([entrega], None),
        }
    )


COMPONENTS = Components(
    tag={
        "name": "entregas",
        "description": "O que foi entregue a cada webhook, e como.",
    },
    schemas=_schemas,
    examples=_examples,
)
