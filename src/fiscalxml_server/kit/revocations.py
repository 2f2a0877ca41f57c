"""What the Auth Service tells the other services of what it has revoked."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from fiscalxml_server.kit.tokens import Claims


class Revogacao(msgspec.Struct, frozen=True):
    """What has this id is not good any more. `tipo`: `sessao`, `maquina`, `chave`."""

    tipo: str
    id: str


class Epoca(msgspec.Struct, frozen=True):
    """The organisation's tokens of an earlier epoch are not good any more."""

    organizacao: UUID
    epoca: int


class Revogacoes(msgspec.Struct, frozen=True):
    """All that may matter to a token or a key that is about."""

    revogacoes: Sequence[Revogacao]
    epocas: Sequence[Epoca]
    chaves: Sequence[dict[str, str | list[str]]]
    """the public keys (JWK) that verify tokens: one of another is not good"""


def revocable(claims: Claims) -> list[Revogacao]:
    """What a token lives by, besides its organisation's epoch."""
    found = []
    if claims.sid is not None:
        found.append(Revogacao("sessao", str(claims.sid)))
    kind, _, id_ = claims.sub.partition(":")
    if kind == "maquina":
        found.append(Revogacao(kind, id_))
    return found
