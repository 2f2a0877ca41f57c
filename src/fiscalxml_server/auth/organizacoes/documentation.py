"""What the OpenAPI document says of organisations."""

from __future__ import annotations

from fiscalxml_server.auth.organizacoes.schemas import (
    AlteracaoDeOrganizacao,
    NomeDeOrganizacao,
    Organizacao,
)
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import examples_of, schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            AlteracaoDeOrganizacao: "O que muda de uma organização.",
            NomeDeOrganizacao: "O nome de uma organização.",
            Organizacao: "Uma organização: quem guarda documentos, e ninguém mais os vê.",
        }
    )


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "Uma padaria": NomeDeOrganizacao("Padaria da Ana"),
            "Todos com um segundo fator": AlteracaoDeOrganizacao(exige_segundo_fator=True),
        }
    )


COMPONENTS = Components(
    tag={
        "name": "organizacao",
        "description": "A organização, o seu nome e o que exige; o fim dela.",
    },
    schemas=_schemas,
    examples=_examples,
)
