"""Shapes of organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType


class NomeDeOrganizacao(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nome: Annotated[str, Meta(description="O nome da organização.")]


class AlteracaoDeOrganizacao(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nome: Annotated[str, Meta(description="O nome; sem ele, o que era.")] | UnsetType = UNSET
    exige_segundo_fator: (
        Annotated[bool, Meta(description="Se exige; sem ele, como era.")] | UnsetType
    ) = UNSET


class Organizacao(msgspec.Struct, frozen=True):
    id: Annotated[UUID, Meta(description="O id da organização.")]
    nome: Annotated[str, Meta(description="O nome da organização.")]
    exige_segundo_fator: Annotated[
        bool, Meta(description="Se nada dela se abre a pessoas sem um segundo fator.")
    ]
    criado_em: Annotated[datetime, Meta(tz=True, description="Quando foi aberta.")]
