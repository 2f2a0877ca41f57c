"""What the OpenAPI document says of signing in."""

from __future__ import annotations

from fiscalxml_server.auth.entrada.schemas import (
    Confirmacao,
    EntradaPorSenha,
    RespostaDoSegundoFator,
    SegundoFator,
)
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            Confirmacao: "A prova de que é a própria pessoa.",
            EntradaPorSenha: "O e-mail e a senha.",
            RespostaDoSegundoFator: "O código do segundo fator.",
            SegundoFator: "A senha está certa, e falta o segundo fator.",
        }
    )


COMPONENTS = Components(
    tag={
        "name": "entrada",
        "description": "Entrar: com senha e segundo fator, ou com uma passkey.",
    },
    schemas=_schemas,
)
