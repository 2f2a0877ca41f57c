"""Shapes of members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from fiscalxml_server.kit.rbac import Papel

Limite = Annotated[
    Sequence[str] | None,
    Meta(description="CNPJ e CPF cujos documentos se veem, só os da organização; null para todos."),
]


class AlteracaoDeMembro(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    papel: Annotated[Papel, Meta(description="O papel; sem ele, o que era.")] | UnsetType = UNSET
    empresas: Limite | UnsetType = UNSET


class Membro(msgspec.Struct, frozen=True):
    pessoa: Annotated[UUID, Meta(description="O id da pessoa.")]
    nome: Annotated[str, Meta(description="O nome da pessoa.")]
    email: Annotated[str, Meta(description="O e-mail com que ela entra.")]
    papel: Annotated[Papel, Meta(description="O que ela é na organização.")]
    empresas: Limite
    desde: Annotated[datetime, Meta(tz=True, description="Quando entrou.")]
