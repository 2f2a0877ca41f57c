"""What the OpenAPI document says of sessions."""

from __future__ import annotations

from typing import Final

from fiscalxml_server.auth.sessoes.schemas import (
    Credenciais,
    PedidoDeOrganizacao,
    PedidoDeRenovacao,
    SessaoAberta,
    SessoesAbertas,
    Vinculo,
)
from fiscalxml_server.kit.http.openapi import Components, Json, json_answer, schema_ref
from fiscalxml_server.kit.http.structs import schemas_of

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


COMPONENTS = Components(
    tag={
        "name": "sessoes",
        "description": "As sessões de quem entrou: renovar, ver, encerrar, escolher a organização.",
    },
    schemas=_schemas,
)
