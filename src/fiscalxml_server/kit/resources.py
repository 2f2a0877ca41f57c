"""What a process of the services works with, opened once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Self

from fiscalxml_server.kit.audit.reads import Leituras
from fiscalxml_server.kit.db import Banco, GravacaoIncerta
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import Objetos


@dataclass(frozen=True, slots=True)
class Recursos:
    """Settings, database, objects, and the audit of reads, of this process."""

    settings: Settings
    banco: Banco
    objetos: Objetos
    leituras: Leituras

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connects when first used."""
        banco = Banco.open(settings)
        return cls(settings, banco, Objetos.open(settings), Leituras(banco))

    def limited_to(self, empresas: Collection[str] | None) -> Self:
        """The same, whose database shows only what is of these companies; None: all."""
        return self if empresas is None else replace(self, banco=self.banco.limited_to(empresas))

    @asynccontextmanager
    async def kept_with_its_row(self, objeto: str) -> AsyncIterator[None]:
        """A block that writes the row of a new object: where it fails, the object is deleted.

        Where it cannot be told whether the row was written (`GravacaoIncerta`), the object stays.
        """
        try:
            yield
        except GravacaoIncerta:
            raise
        except Exception:
            await self.objetos.discard([objeto])
            raise

    async def close(self) -> None:
        """End all connections."""
        await self.banco.close()
