"""What the OpenAPI document says of sessions."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fiscalxml_server.auth.sessoes.schemas import (
    Credenciais,
    PedidoDeOrganizacao,
    PedidoDeRenovacao,
    SessaoAberta,
    SessoesAbertas,
    Vinculo,
)
from fiscalxml_server.kit.http.openapi import Components, Json, json_answer, schema_ref
from fiscalxml_server.kit.http.structs import examples_of, schemas_of

CREDENCIAIS: Final = json_answer("Os tokens", schema_ref("Credenciais"))


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            Credenciais: "O que se ganha ao entrar.",
            PedidoDeOrganizacao: "A organização em que a sessão fica.",
            PedidoDeRenovacao: "O token de renovação.",
            SessaoAberta: "Uma sessão.",
            SessoesAbertas: "As sessões abertas de quem pede.",
            Vinculo: "Uma organização a que a pessoa pertence.",
        }
    )


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "O token que a última renovação deu": PedidoDeRenovacao("N2AkK7yrXo2bT7"),
            "Uma das suas": PedidoDeOrganizacao(UUID("019a6d9f-1e00-7000-8000-000000000003")),
        }
    )


COMPONENTS = Components(
    tag={
        "name": "sessoes",
        "description": "As sessões de quem entrou: renovar, ver, encerrar, escolher a organização.",
    },
    schemas=_schemas,
    examples=_examples,
)
