"""What the OpenAPI document says of limits and quotas."""

from __future__ import annotations

from typing import Any

from fiscalxml_server.auth.cotas.schemas import Cota, CotaDaOrganizacao, NovaCota
from fiscalxml_server.kit.http.openapi import Components
from fiscalxml_server.kit.http.structs import schemas_of


def _schemas() -> dict[str, dict[str, Any]]:
    return schemas_of(
        {
            NovaCota: "Os limites que a chave passa a ter.",
            Cota: "Os limites de uma chave, e o que ela usou; null: o da instalação.",
            CotaDaOrganizacao: "Os limites da organização, e o que ela usou; null: nenhum.",
        }
    )


COMPONENTS = Components(
    tag={"name": "cotas", "description": "Requisições por minuto e documentos por mês."},
    schemas=_schemas,
)
