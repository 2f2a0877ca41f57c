"""What the OpenAPI document says of second factors."""

from __future__ import annotations

from fiscalxml_server.auth.fatores.schemas import (
    CodigosDeRecuperacao,
    Fatores,
    NomeDePasskey,
    OpcoesDePasskey,
    Passkey,
    PasskeyCriada,
    PedidoDeCodigo,
    PedidoDePasskey,
    RespostaDePasskey,
    TotpProposto,
)
from fiscalxml_server.kit.http.openapi import Components, Json
from fiscalxml_server.kit.http.structs import schemas_of


def _schemas() -> dict[str, Json]:
    return schemas_of(
        {
            CodigosDeRecuperacao: "Códigos para quem perdeu o aparelho.",
            Fatores: "O que a pessoa tem além da senha.",
            NomeDePasskey: "O novo nome.",
            OpcoesDePasskey: "O que a página pede ao navegador.",
            Passkey: "Uma passkey.",
            PasskeyCriada: "A passkey nova.",
            PedidoDeCodigo: "Um código do aplicativo.",
            PedidoDePasskey: "A passkey que o navegador criou.",
            RespostaDePasskey: "A prova por uma passkey.",
            TotpProposto: "O segredo de um aplicativo de códigos.",
        }
    )


COMPONENTS = Components(
    tag={
        "name": "fatores",
        "description": "O que a própria pessoa tem além da senha: códigos, passkeys, recuperação.",
    },
    schemas=_schemas,
)
