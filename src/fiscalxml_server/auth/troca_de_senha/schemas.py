"""Shapes of a new password."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

_NEW = Meta(
    max_length=1024, description="De 12 a 256 caracteres, quaisquer; não pode ser uma já vazada."
)


class TrocaDeSenha(msgspec.Struct, forbid_unknown_fields=True):
    """A body that changes it."""

    nova: Annotated[str, _NEW]
    atual: Annotated[
        Annotated[str, Meta(max_length=1024)] | None,
        Meta(description="A de agora, de quem tem uma."),
    ] = None


class SenhaEsquecida(msgspec.Struct, forbid_unknown_fields=True):
    """A body that asks for a code."""

    email: Annotated[str, Meta(max_length=320, description="O e-mail da conta.")]


class SenhaNova(msgspec.Struct, forbid_unknown_fields=True):
    """A body that uses it."""

    codigo: Annotated[str, Meta(max_length=2000, description="O código do e-mail.")]
    senha: Annotated[str, _NEW]


class Redefinicao(msgspec.Struct, frozen=True):
    """What a code says: whose it is, and a hash of the e-mail and the password that it is for."""

    pessoa: UUID
    senha: bytes
