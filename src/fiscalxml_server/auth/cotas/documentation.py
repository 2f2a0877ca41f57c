"""What the OpenAPI document says of limits and quotas."""

from __future__ import annotations

from fiscalxml_server.auth.cotas.schemas import Cota, CotaDaOrganizacao, NovaCota
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import examples_of, schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            NovaCota: "Os limites que a chave passa a ter.",
            Cota: "Os limites de uma chave, e o que ela usou; null: o da instalação.",
            CotaDaOrganizacao: "Os limites da organização, e o que ela usou; null: nenhum.",
        }
    )


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "Uma chave que valida pouco": NovaCota(validar=60, documentos=1000),
        }
    )


COMPONENTS = Components(
    tag={"name": "cotas", "description": "Requisições por minuto e documentos por mês."},
    schemas=_schemas,
    examples=_examples,
)
