"""What the OpenAPI document says of companies."""

from __future__ import annotations

from fiscalxml_server.auth.empresas.schemas import Empresa, NomeDeEmpresa
from fiscalxml_server.kit.http.openapi import Components, Json, page_of, schema_ref
from fiscalxml_server.kit.http.structs import examples_of, schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            NomeDeEmpresa: "O nome de uma empresa.",
            Empresa: "Uma empresa da organização.",
        }
    ) | {
        "PaginaDeEmpresas": page_of(
            "Empresas, pela inscrição.", schema_ref("Empresa"), "As empresas desta página."
        )
    }


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "Uma loja": NomeDeEmpresa("Padaria da Ana, loja 2"),
        }
    )


COMPONENTS = Components(
    tag={"name": "empresas", "description": "As empresas da organização, por CNPJ ou CPF."},
    schemas=_schemas,
    examples=_examples,
)
