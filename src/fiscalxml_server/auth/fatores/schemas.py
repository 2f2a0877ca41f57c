"""Shapes of second factors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

Fator = Literal["totp", "passkey", "recuperacao"]
_CODE = Meta(max_length=40, description="Os seis dígitos que o aplicativo mostra.")
_NAME = Meta(description="Um nome para reconhecê-la, como o do aparelho.")
_ANSWER = Meta(description="O que o navegador respondeu, em JSON (toJSON()).")
_CHALLENGE = Meta(max_length=2000, description="O desafio que veio com as opções.")


class PedidoDeCodigo(msgspec.Struct, forbid_unknown_fields=True):
    """A body with a code of the program that makes them."""

    codigo: Annotated[str, _CODE]


class PedidoDePasskey(msgspec.Struct, forbid_unknown_fields=True):
    """A body with a new passkey."""

    desafio: Annotated[str, _CHALLENGE]
    credencial: Annotated[dict[str, Any], _ANSWER]
    nome: Annotated[str, _NAME]


class RespostaDePasskey(msgspec.Struct, forbid_unknown_fields=True):
    """A body that proves by a passkey."""

    desafio: Annotated[str, _CHALLENGE]
    credencial: Annotated[dict[str, Any], _ANSWER]


class NomeDePasskey(msgspec.Struct, forbid_unknown_fields=True):
    """A body that renames a passkey."""

    nome: Annotated[str, _NAME]


class Passkey(msgspec.Struct, frozen=True):
    """One, as its person is shown it."""

    id: Annotated[UUID, Meta(description="O id da passkey.")]
    nome: Annotated[str, Meta(description="O nome que a pessoa lhe deu.")]
    criado_em: Annotated[datetime, Meta(description="Quando foi criada.")]
    usado_em: Annotated[datetime | None, Meta(description="Quando se entrou com ela por último.")]


class Fatores(msgspec.Struct, frozen=True):
    """What a person proves to be there with, besides the password."""

    totp: Annotated[bool, Meta(description="Há um aplicativo de códigos.")]
    passkeys: Annotated[list[Passkey], Meta(description="As passkeys, a mais antiga primeiro.")]
    codigos_de_recuperacao: Annotated[int, Meta(description="Quantos ainda não foram usados.")]


class TotpProposto(msgspec.Struct, frozen=True):
    """What a program that makes codes has to know."""

    segredo: Annotated[str, Meta(description="Para digitar no aplicativo, em base32.")]
    endereco: Annotated[str, Meta(description="O mesmo, para um QR Code (otpauth://).")]


class CodigosDeRecuperacao(msgspec.Struct, frozen=True):
    """Shown once."""

    codigos: Annotated[
        list[str],
        Meta(
            description="Cada um vale uma vez, no lugar do segundo fator. Guarde-os: não serão "
            "mostrados de novo. Vazia quando já havia."
        ),
    ]


class PasskeyCriada(msgspec.Struct, frozen=True):
    """A new one, and codes for who loses it."""

    passkey: Annotated[Passkey, Meta(description="A passkey.")]
    codigos: Annotated[
        list[str],
        Meta(description="Códigos de recuperação, quando ainda não havia; só agora são mostrados."),
    ]


class OpcoesDePasskey(msgspec.Struct, frozen=True):
    """What a page gives to the browser."""

    desafio: Annotated[
        str, Meta(description="Mande-o com a resposta do navegador. Vale 5 minutos.")
    ]
    opcoes: Annotated[
        dict[str, Any],
        Meta(
            description="Para navigator.credentials, depois de "
            "PublicKeyCredential.parseCreationOptionsFromJSON() ou parseRequestOptionsFromJSON()."
        ),
    ]
