"""Request limits that were agreed with an organisation, or set for a credential.

The Auth Service writes them into `cotas.limites`; a process reads what changed every few seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.limits.policies import Classe
from fiscalxml_server.kit.quotas.models import limites

_SECONDS: Final = 3.0
_OVERLAP: Final = timedelta(minutes=1)  # a transaction may be seen later than it began
_CLASSES: Final = (Classe.VALIDAR, Classe.LER, Classe.ENVIAR)


class Acordo(msgspec.Struct, frozen=True):
    """What one row says; a class that is not in it is as the installation has it."""

    organizacao: UUID
    credencial: str
    limites: Mapping[Classe, int]


class Acordos:
    """`banco`: None where this process has none, and then nothing is agreed."""

    def __init__(self, banco: Callable[[], Banco | None]) -> None:
        self._banco = banco
        self._newest: datetime | None = None
        self._next = 0.0

    async def changed(self) -> list[Acordo]:
        """Those that are new, now and then; otherwise none. Raises `Indisponivel`."""
        banco = self._banco()
        if banco is None or time.monotonic() < self._next:
            return []
        self._next = time.monotonic() + _SECONDS
        query = select(limites)
        if self._newest is not None:
            query = query.where(limites.c.alterado_em > self._newest - _OVERLAP)
        async with banco.transacao() as conn:
            rows = (await conn.execute(query)).mappings().all()
        for row in rows:
            self._newest = max(row["alterado_em"], self._newest or row["alterado_em"])
        return [
            Acordo(
                row["organizacao"],
                row["credencial"],
                {each: row[each.value] for each in _CLASSES if row[each.value] is not None},
            )
            for row in rows
        ]
