"""What the OpenAPI document says of subscriptions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from fiscalxml_server.kit.http.openapi import Components, Json, page_of, schema_ref
from fiscalxml_server.kit.http.structs import examples_of, schemas_of
from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.webhooks.assinaturas.schemas import (
    MudancaDeWebhook,
    NovoWebhook,
    PaginaDeWebhooks,
    SegredoDeWebhook,
    TesteDeWebhook,
    TrocaDeSegredo,
    Webhook,
    WebhookCriado,
)

_NOW: Final = datetime(2026, 11, 10, 12, tzinfo=UTC)


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            NovoWebhook: "O webhook que se quer.",
            MudancaDeWebhook: "O que muda; o que não vem fica como está.",
            Webhook: "Um webhook: a quem se avisa, e do quê.",
            WebhookCriado: "Um webhook, com o segredo.",
            SegredoDeWebhook: "Por que as entregas de um webhook são conferidas.",
            TrocaDeSegredo: "Como se troca o segredo.",
            TesteDeWebhook: "O teste que foi pedido.",
            Tipo: "O que aconteceu.",
        }
    ) | {
        "PaginaDeWebhooks": page_of(
            "Webhooks, do mais novo ao mais antigo.",
            schema_ref("Webhook"),
            "Os webhooks desta página.",
        )
    }


def _examples() -> dict[str, Json]:
    tipos = [Tipo.DOCUMENTO_CANCELADO, Tipo.DOCUMENTO_PROCESSADO]
    url = "https://erp.exemplo.com.br/fiscal"
    webhook = Webhook(
        id=UUID("019a6d9f-1e00-7000-8000-000000000041"),
        url=url,
        descricao="ERP",
        tipos=tipos,
        empresas=[],
        modelos=[],
        vereditos=[],
        cabecalhos=[],
        por_minuto=600,
        simultaneas=10,
        ordenada=False,
        situacao="ativa",
        motivo=None,
        falhando_desde=None,
        desativada_em=None,
        chave_publica="whpk_y8Nk4QzIi5iJE2RzYl5q0v2sBrRxg6sFPr6ceT1fFT0=",
        segredo_criado_em=_NOW,
        anterior_vale_ate=None,
        criada_por="pessoa:019a6d9f-1e00-7000-8000-000000000002",
        criado_em=_NOW,
        alterado_em=_NOW,
    )
    # Of the words of the Standard Webhooks specification; it signs nothing here.
    segredo = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAAAAAAAAAAA="
    criado = WebhookCriado(**msgspec.structs.asdict(webhook), segredo=segredo)
    teste = UUID("019a6d9f-1e00-7000-8000-000000000042")
    return examples_of(
        {
            "Dois tipos, até 600 por minuto": NovoWebhook(url, "ERP", tipos, por_minuto=600),
            "Em ordem, uma por vez": MudancaDeWebhook(ordenada=True),
            "Um webhook": webhook,
            "Um webhook novo": criado,
            "O segredo atual": SegredoDeWebhook(segredo, webhook.chave_publica, _NOW),
            "Com dois dias para a troca": TrocaDeSegredo(48),
            "O id do que vai chegar": TesteDeWebhook(teste),
            "Uma página": PaginaDeWebhooks([webhook], None),
        }
    )


COMPONENTS = Components(
    tag={
        "name": "webhooks",
        "description": "A quem se avisa do que acontece, e do quê.",
    },
    schemas=_schemas,
    examples=_examples,
)
