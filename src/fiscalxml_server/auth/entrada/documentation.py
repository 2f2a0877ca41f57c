"""What the OpenAPI document says of signing in."""

from __future__ import annotations

from fiscalxml_server.auth.entrada.schemas import (
    Confirmacao,
    EntradaPorSenha,
    RespostaDoSegundoFator,
    SegundoFator,
)
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import examples_of, schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            Confirmacao: "A prova de que é a própria pessoa.",
            EntradaPorSenha: "O e-mail e a senha.",
            RespostaDoSegundoFator: "O código do segundo fator.",
            SegundoFator: "A senha está certa, e falta o segundo fator.",
        }
    )


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "Com senha": EntradaPorSenha("ana@padaria.com.br", "pao-quente-as-seis-da-manha"),
            "Com o código do aplicativo": RespostaDoSegundoFator(
                "kq3V0n9sXo2bT7", "totp", "492039"
            ),
            "Com senha e aplicativo": Confirmacao("pao-quente-as-seis-da-manha", "492039"),
        }
    )


COMPONENTS = Components(
    tag={
        "name": "entrada",
        "description": "Entrar: com senha e segundo fator, ou com uma passkey.",
    },
    schemas=_schemas,
    examples=_examples,
)
