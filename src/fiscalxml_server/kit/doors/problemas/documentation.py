"""What the OpenAPI document says of errors."""

from __future__ import annotations

from fiscalxml_server.kit.errors import all_problems
from fiscalxml_server.kit.http.openapi import Components, Json, problema, schema_ref


def _schemas(membros: Json) -> dict[str, Json]:
    return {
        "Problema": problema(membros),
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


def of_service(servico: str, membros: Json) -> Components:
    """The errors of one service; `membros`: what those of its own tell besides."""

    def examples() -> dict[str, Json]:
        itens = [problem.explained() for problem in all_problems(servico)]
        return {
            "lista_de_problemas": {
                "summary": "Todos os erros",
                "value": {"itens": itens, "proximo": None},
            }
        }

    return Components(
        tag={"name": "problemas", "description": "O que significa cada erro."},
        schemas=lambda: _schemas(membros),
        examples=examples,
    )
