"""What the OpenAPI document says of what was told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from fiscalxml_server.kit.http.openapi import Components, Json, page_of, schema_ref
from fiscalxml_server.kit.http.structs import examples_of, schemas_of
from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.webhooks.entregas.documentation import CORPO
from fiscalxml_server.webhooks.notificacoes.schemas import (
    Destinatario,
    NotificacaoDetalhada,
    NotificacaoFeita,
    PaginaDeNotificacoes,
)

_NOW: Final = datetime(2026, 11, 10, 12, tzinfo=UTC)


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            NotificacaoFeita: "Algo que aconteceu, e de que se avisou.",
            NotificacaoDetalhada: "Algo que aconteceu, o que se disse, e a quem.",
            Destinatario: "Um webhook a que se avisou, e com que resultado.",
        }
    ) | {
        "PaginaDeNotificacoes": page_of(
            "Notificações, da mais nova à mais antiga.",
            schema_ref("NotificacaoFeita"),
            "As notificações desta página.",
        )
    }


def _examples() -> dict[str, Json]:
    notificacao = NotificacaoFeita(
        id=UUID("019a6d9f-1e00-7000-8000-000000000042"),
        tipo=Tipo.DOCUMENTO_PROCESSADO,
        alvo="documento:019a6d9f-1e00-7000-8000-000000000003",
        em=_NOW,
    )
    destinatario = Destinatario(
        webhook=UUID("019a6d9f-1e00-7000-8000-000000000041"),
        situacao="entregue",
        tentativas=1,
        codigo=204,
        terminado_em=_NOW,
    )
    detalhada = NotificacaoDetalhada(
        **msgspec.structs.asdict(notificacao), corpo=msgspec.Raw(CORPO), entregas=[destinatario]
    )
    return examples_of(
        {
            "Entregue a um webhook": detalhada,
            "Uma página": PaginaDeNotificacoes([notificacao], None),
        }
    )


COMPONENTS = Components(
    tag={"name": "notificacoes", "description": "De que se avisou, e a quem."},
    schemas=_schemas,
    examples=_examples,
)
