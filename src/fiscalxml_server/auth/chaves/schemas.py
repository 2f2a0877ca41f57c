"""Shapes of API keys: what is asked for, and what is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Literal, get_args
from uuid import UUID

import msgspec

from fiscalxml_server.kit.rbac import DELEGAVEIS

MAX_DAYS: Final = 730
"""that a key is good for"""
MAX_OVERLAP_HOURS: Final = 7 * 24
"""that the secret before goes on working after a rotation"""
MAX_COMPANIES: Final = 1_000
"""that a key is limited to"""

ESCOPOS: Final = tuple(sorted(DELEGAVEIS))

Situacao = Literal["ativa", "expirada", "revogada"]
SITUACOES: Final = get_args(Situacao)
AoVazar = Literal["revogar", "avisar"]
AO_VAZAR: Final = get_args(AoVazar)

Dias = Annotated[int, msgspec.Meta(ge=1, le=MAX_DAYS)]


class NovaChave(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a key is asked for with. `empresas`: left out, those of who asks."""

    nome: str
    escopos: Annotated[list[str], msgspec.Meta(max_length=20)]
    empresas: Annotated[list[str], msgspec.Meta(max_length=MAX_COMPANIES)] | None = None
    validade_dias: Dias = 365
    teste: bool = False


class NovoNome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nome: str


class Rotacao(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`horas`: that the secret before goes on working; `validade_dias`: from now, if it changes."""

    horas: Annotated[int, msgspec.Meta(ge=0, le=MAX_OVERLAP_HOURS)] = 24
    validade_dias: Dias | None = None


class Politica(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done with a key that leaked."""

    ao_vazar: AoVazar


class Segredo(msgspec.Struct, frozen=True):
    """What may be told of a secret."""

    prefixo: str
    criado_em: datetime
    expira_em: datetime
    usado_em: datetime | None


class Chave(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is told; `segredos` are those that work, the newest first."""

    id: UUID
    nome: str
    escopos: Sequence[str]
    empresas: Sequence[str] | None
    teste: bool
    situacao: Situacao
    criada_por: str
    criado_em: datetime
    expira_em: datetime
    revogada_em: datetime | None
    vazada_em: datetime | None
    usada_em: datetime | None
    segredos: Sequence[Segredo]


class ChaveCriada(Chave, frozen=True, kw_only=True):
    """With the key itself, which is told this once."""

    chave: str


class PaginaDeChaves(msgspec.Struct, frozen=True):
    itens: Sequence[Chave]
    proximo: str | None
