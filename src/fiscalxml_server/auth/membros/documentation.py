"""What the OpenAPI document says of members."""

from __future__ import annotations

from fiscalxml_server.auth.membros.schemas import AlteracaoDeMembro, Membro
from fiscalxml_server.kit.http.openapi import Components, Json, page_of, schema_ref
from fiscalxml_server.kit.http.structs import examples_of, schemas_of
from fiscalxml_server.kit.rbac import Papel


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            AlteracaoDeMembro: "O que mudar em um membro.",
            Membro: "Uma pessoa que participa da organização.",
            Papel: "O que uma pessoa é em uma organização; diz o que ela pode.",
        }
    ) | {
        "PaginaDeMembros": page_of(
            "Membros, do que entrou primeiro em diante.",
            schema_ref("Membro"),
            "Os membros desta página.",
        )
    }


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "De uma empresa só": AlteracaoDeMembro(Papel.OPERADOR, ["12345678000195"]),
        }
    )


COMPONENTS = Components(
    tag={"name": "membros", "description": "Quem participa da organização, e o que pode nela."},
    schemas=_schemas,
    examples=_examples,
)
