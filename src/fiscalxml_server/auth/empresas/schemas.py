"""Shapes of companies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta


class NomeDeEmpresa(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nome: Annotated[str, Meta(description="O nome da empresa, como a organização a chama.")]


class Empresa(msgspec.Struct, frozen=True):
    inscricao: Annotated[str, Meta(description="O CNPJ ou o CPF, sem pontuação.")]
    nome: Annotated[str, Meta(description="O nome da empresa, como a organização a chama.")]
    criado_em: Annotated[datetime, Meta(tz=True, description="Quando foi incluída.")]
