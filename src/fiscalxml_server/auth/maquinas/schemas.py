"""Shapes of machines and of their tokens: what is asked for, and what is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

MAX_COMPANIES = 1_000
"""that a machine is limited to"""

Autenticacao = Literal["segredo", "chave"]


class NovaMaquina(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a machine is asked for with. `chave_publica`: a JWK; without it, it gets a secret."""

    nome: str
    escopos: Annotated[list[str], msgspec.Meta(max_length=20)]
    empresas: Annotated[list[str], msgspec.Meta(max_length=MAX_COMPANIES)] | None = None
    teste: bool = False
    chave_publica: dict[str, Any] | None = None


class Maquina(msgspec.Struct, frozen=True, kw_only=True):
    """A machine as it is told."""

    id: UUID
    client_id: str
    nome: str
    escopos: Sequence[str]
    empresas: Sequence[str] | None
    teste: bool
    autenticacao: Autenticacao
    criada_por: str
    criado_em: datetime
    usada_em: datetime | None


class MaquinaCriada(Maquina, frozen=True, kw_only=True):
    """With its secret, which is told this once; null for one that has a key."""

    client_secret: str | None


def with_secret(maquina: Maquina, secret: str | None) -> MaquinaCriada:
    """The machine with its secret."""
    told = {name: getattr(maquina, name) for name in maquina.__struct_fields__}
    return MaquinaCriada(**told, client_secret=secret)


class PaginaDeMaquinas(msgspec.Struct, frozen=True):
    itens: Sequence[Maquina]
    proximo: str | None


class TokenDeAcesso(msgspec.Struct, frozen=True):
    """RFC 6749, 5.1."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
