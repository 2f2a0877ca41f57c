"""What the OpenAPI document says of changes."""

from __future__ import annotations

from typing import Any

from fiscalxml_server.api.documentos.documentation import COMPONENTS as DOCUMENTOS
from fiscalxml_server.api.documentos.documentation import number
from fiscalxml_server.kit.http.openapi import Components, page_of, schema_ref


def _schemas() -> dict[str, dict[str, Any]]:
    page = page_of(
        "Uma página do que mudou.",
        schema_ref("Documento"),
        "Documentos novos ou mudados, na ordem das mudanças.",
    )
    versao = number("Tudo até ela já se conhece: mande-a em desde da próxima vez.")
    return {
        "PaginaDeMudancas": {
            **page,
            "required": [*page["required"], "versao"],
            "properties": page["properties"] | {"versao": versao},
        }
    }


def _examples() -> dict[str, dict[str, Any]]:
    documento = {**DOCUMENTOS.examples()["documento"]["value"]}
    del documento["eventos"]
    page = {"itens": [documento], "proximo": None, "versao": 812}
    return {"pagina_de_mudancas": {"summary": "A última página", "value": page}}


COMPONENTS = Components(schemas=_schemas, examples=_examples)
