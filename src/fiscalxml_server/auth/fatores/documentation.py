"""What the OpenAPI document says of second factors."""

from __future__ import annotations

from typing import Final

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
from fiscalxml_server.kit.http.structs import examples_of, schemas_of

_DESAFIO: Final = "kq3V0n9sXo2bT7"
_CREDENCIAL: Final = "AQIDBAUGBwgJCgsMDQ4PEA"


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


def _examples() -> dict[str, Json]:
    return examples_of(
        {
            "Os seis dígitos de agora": PedidoDeCodigo("492039"),
            "O que o navegador criou": PedidoDePasskey(
                _DESAFIO,
                {
                    "id": _CREDENCIAL,
                    "rawId": _CREDENCIAL,
                    "type": "public-key",
                    "clientExtensionResults": {},
                    "response": {
                        "clientDataJSON": "eyJ0eXBlIjoi…",
                        "attestationObject": "o2NmbXRk…",
                    },
                },
                "Celular da Ana",
            ),
            "Outro nome": NomeDePasskey("Celular novo"),
            "O que o navegador assinou": RespostaDePasskey(
                _DESAFIO,
                {
                    "id": _CREDENCIAL,
                    "rawId": _CREDENCIAL,
                    "type": "public-key",
                    "clientExtensionResults": {},
                    "response": {
                        "clientDataJSON": "eyJ0eXBlIjoi…",
                        "authenticatorData": "SZYN5YgO…",
                        "signature": "MEUCIQDK…",
                    },
                },
            ),
        }
    )


COMPONENTS = Components(
    tag={
        "name": "fatores",
        "description": "O que a própria pessoa tem além da senha: códigos, passkeys, recuperação.",
    },
    schemas=_schemas,
    examples=_examples,
)
