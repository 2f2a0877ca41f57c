"""What a process of the services works with, opened once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage import Objetos


@dataclass(frozen=True, slots=True)
class Recursos:
    """Settings, database and objects of this process."""

    settings: Settings
    banco: Banco
    objetos: Objetos

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connects when first used."""
        return cls(settings, Banco.open(settings), Objetos.open(settings))

    async def close(self) -> None:
        """End all connections."""
        await self.banco.close()
