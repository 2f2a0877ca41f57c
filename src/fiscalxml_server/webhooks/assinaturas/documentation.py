"""What the OpenAPI document says of subscriptions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from fiscalxml_server.kit.http.openapi import Components, Json, example_of, page_of, schema_ref
from fiscalxml_server.kit.http.structs import schemas_of
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


def body(kind: type, description: str, example: str) -> Json:
    """The `openapi_extra` of an operation that reads this struct."""
    content = {"schema": schema_ref(kind.__name__), "examples": {example: example_of(example)}}
    return {
        "requestBody": {
            "required": True,
            "description": description,
            "content": {"application/json": content},
        }
    }


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
    novo = {
        "url": "https://erp.exemplo.com.br/fiscal",
        "descricao": "ERP",
        "tipos": ["documento.cancelado", "documento.processado"],
        "por_minuto": 600,
    }
    webhook = Webhook(
        id=UUID("019a6d9f-1e00-7000-8000-000000000041"),
        url="https://erp.exemplo.com.br/fiscal",
        descricao="ERP",
        tipos=[Tipo.DOCUMENTO_CANCELADO, Tipo.DOCUMENTO_PROCESSADO],
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
    shown = SegredoDeWebhook(segredo, webhook.chave_publica, _NOW)
    values = {
        "novo_webhook": ("Dois tipos, até 600 por minuto", novo),
        "mudanca_de_webhook": ("Em ordem, uma por vez", {"ordenada": True}),
        "webhook": ("Um webhook", webhook),
        "webhook_criado": ("Um webhook novo", criado),
        "segredo_de_webhook": ("O segredo atual", shown),
        "troca_de_segredo": ("Com dois dias para a troca", {"validade_anterior": 48}),
        "teste_de_webhook": (
            "O id do que vai chegar",
            TesteDeWebhook(UUID("019a6d9f-1e00-7000-8000-000000000042")),
        ),
        "pagina_de_webhooks": ("Um webhook", PaginaDeWebhooks([webhook], None)),
    }
    return {
        name: {"summary": summary, "value": msgspec.to_builtins(value)}
        for name, (summary, value) in values.items()
    }


COMPONENTS = Components(
    tag={
        "name": "webhooks",
        "description": "A quem se avisa do que acontece, e do quê.",
    },
    schemas=_schemas,
    examples=_examples,
)
