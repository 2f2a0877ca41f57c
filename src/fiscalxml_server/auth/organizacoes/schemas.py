"""Shapes of organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta


class NomeDeOrganizacao(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nome: Annotated[str, Meta(description="O nome da organização.")]


class Organizacao(msgspec.Struct, frozen=True):
    id: Annotated[UUID, Meta(description="O id da organização.")]
    nome: Annotated[str, Meta(description="O nome da organização.")]
    criado_em: Annotated[datetime, Meta(tz=True, description="Quando foi aberta.")]
