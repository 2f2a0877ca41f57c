"""What the OpenAPI document says of errors."""

from __future__ import annotations

from typing import Any

from fiscalxml_server.kit.errors import all_problems
from fiscalxml_server.kit.http.openapi import PROBLEMA, Components, schema_ref


def _schemas() -> dict[str, dict[str, Any]]:
    return {
        "Problema": PROBLEMA,
        "ProblemaExplicado": {
            "type": "object",
            "description": "Quando um erro acontece e o que fazer.",
            "required": ["codigo", "titulo", "status", "explicacao"],
            "properties": {
                "codigo": {"type": "string", "description": "Nome estável do erro."},
                "titulo": {"type": "string", "description": "O erro em poucas palavras."},
                "status": {"type": "integer", "description": "O status da resposta."},
                "explicacao": {"type": "string", "description": "Quando acontece e o que fazer."},
            },
            "additionalProperties": False,
        },
        "ListaDeProblemas": {
            "type": "object",
            "description": "Todos os erros da API.",
            "required": ["itens", "proximo"],
            "properties": {
                "itens": {
                    "type": "array",
                    "description": "Por status e código.",
                    "items": schema_ref("ProblemaExplicado"),
                },
                "proximo": {"type": "null", "description": "A lista vem inteira."},
            },
        },
    }


def of_service(servico: str) -> Components:
    """The errors of one service."""

    def examples() -> dict[str, dict[str, Any]]:
        itens = [problem.explained() for problem in all_problems(servico)]
        return {
            "lista_de_problemas": {
                "summary": "Todos os erros",
                "value": {"itens": itens, "proximo": None},
            }
        }

    return Components(
        tag={"name": "problemas", "description": "O que significa cada erro."},
        schemas=_schemas,
        examples=examples,
    )
