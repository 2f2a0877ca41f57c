"""What the OpenAPI document says of what is asked for again."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import examples_of, schemas_of
from fiscalxml_server.webhooks.reenvios.schemas import PedidoDeReenvio, Reenvio


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            PedidoDeReenvio: "O que se quer que seja entregue de novo.",
            Reenvio: "Um reenvio, e a que ponto chegou.",
        }
    )


def _examples() -> dict[str, Json]:
    since, asked = datetime(2026, 11, 10, 12, tzinfo=UTC), datetime(2026, 11, 10, 18, tzinfo=UTC)
    reenvio = Reenvio(
        id=UUID("019a6d9f-1e00-7000-8000-000000000043"),
        situacao="em_andamento",
        situacoes=["falhou", "retida"],
        tipos=[],
        chegou_a=datetime(2026, 11, 10, 14, tzinfo=UTC),
        ate=asked,
        reenviadas=1000,
        pedido_por="pessoa:019a6d9f-1e00-7000-8000-000000000002",
        pedido_em=asked,
        terminado_em=None,
    )
    return examples_of(
        {
            "Tudo que não chegou desde o meio-dia": PedidoDeReenvio(de=since),
            "A primeira parte está na fila": reenvio,
        }
    )


COMPONENTS = Components(
    tag={"name": "reenvios", "description": "O que se entrega de novo."},
    schemas=_schemas,
    examples=_examples,
)
