"""What a process of the Webhook Service works with, opened once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

from fastapi import Depends, Request

from fiscalxml_server.kit.audit.reads import Leituras
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class Recursos:
    """Settings, database, what seals the secrets of subscriptions, the audit of reads."""

    settings: Settings
    banco: Banco
    segredos: Segredos
    leituras: Leituras

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connects when first used. Raises OSError, ValueError for a setting that is not one."""
        if settings.webhooks_secret_file is None:
            raise ValueError("FISCALXML_WEBHOOKS_SECRET_FILE is not set")
        banco = Banco.open(settings)
        segredos = Segredos.read(settings.webhooks_secret_file)
        return cls(settings, banco, segredos, Leituras(banco))

    async def close(self) -> None:
        """End all connections."""
        await self.banco.close()


async def _resources(request: Request) -> Recursos:
    recursos: Recursos = request.app.state.recursos
    return recursos


Meios = Annotated[Recursos, Depends(_resources)]
