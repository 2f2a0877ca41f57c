"""Shapes of signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from fiscalxml_server.auth.fatores.schemas import Fator, RespostaDePasskey

_PASSWORD = Meta(max_length=1024, description="A senha.")


class EntradaPorSenha(msgspec.Struct, forbid_unknown_fields=True):
    """A body that signs in."""

    email: Annotated[str, Meta(max_length=320, description="O e-mail da conta.")]
    senha: Annotated[str, _PASSWORD]


class SegundoFator(msgspec.Struct, frozen=True):
    """The password was right, and is not enough."""

    desafio: Annotated[str, Meta(description="Para POST /v1/sessoes/segundo-fator.")]
    expira_em: Annotated[datetime, Meta(description="Até quando o desafio vale.")]
    fatores: Annotated[
        list[Fator],
        Meta(
            description="O que se pode apresentar: um código do aplicativo (totp), uma passkey (em "
            "POST /v1/sessoes/passkey, que dispensa a senha) ou um código de recuperação."
        ),
    ]


class RespostaDoSegundoFator(msgspec.Struct, forbid_unknown_fields=True):
    """A body that answers it."""

    desafio: Annotated[str, Meta(max_length=2000, description="O que POST /v1/sessoes deu.")]
    fator: Annotated[Literal["totp", "recuperacao"], Meta(description="De onde vem o código.")]
    codigo: Annotated[str, Meta(max_length=100, description="O código.")]


class Confirmacao(msgspec.Struct, forbid_unknown_fields=True):
    """A body by which a person proves again to be there."""

    senha: Annotated[
        Annotated[str, Meta(max_length=1024)] | None, Meta(description="A senha, sem passkey.")
    ] = None
    codigo: Annotated[
        Annotated[str, Meta(max_length=40)] | None,
        Meta(description="O código do aplicativo, de quem tem um; com a senha."),
    ] = None
    passkey: Annotated[
        RespostaDePasskey | None, Meta(description="No lugar da senha e do código.")
    ] = None


class MeiaEntrada(msgspec.Struct, frozen=True):
    """What the challenge of a second factor says: who knew which password."""

    pessoa: UUID
    senha: bytes
