"""What a process of the Auth Service works with, opened once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self

from fastapi import Depends, Request

from fiscalxml_server.auth.correio.delivery import Entrega, delivery
from fiscalxml_server.auth.throttle import Freio
from fiscalxml_server.auth.tokens.issuer import Emissor
from fiscalxml_server.auth.tokens.keyring import Chaveiro
from fiscalxml_server.auth.verifying import Verificador
from fiscalxml_server.kit.audit.reads import Leituras
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.kit.service_identity import Servicos
from fiscalxml_server.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class Recursos:
    """Settings, database, secrets, signing keys, the services that may ask, what counts attempts,
    how e-mails leave, the audit of reads."""

    settings: Settings
    banco: Banco
    segredos: Segredos
    chaveiro: Chaveiro
    emissor: Emissor
    verificador: Verificador
    servicos: Servicos
    freio: Freio
    entrega: Entrega
    leituras: Leituras

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connects when first used. Raises OSError, ValueError for a setting that is not one."""
        if settings.auth_secret_file is None:
            raise ValueError("FISCALXML_AUTH_SECRET_FILE is not set")
        banco = Banco.open(settings)
        segredos = Segredos.read(settings.auth_secret_file)
        chaveiro = Chaveiro(banco, segredos)
        return cls(
            settings,
            banco,
            segredos,
            chaveiro,
            Emissor(settings.auth_issuer, chaveiro),
            Verificador(settings.auth_issuer, chaveiro, banco),
            Servicos.read(settings.services_file, settings.auth_issuer),
            Freio.open(settings, segredos),
            delivery(settings),
            Leituras(banco),
        )

    async def close(self) -> None:
        """End all connections."""
        await self.freio.close()
        await self.banco.close()


async def _resources(request: Request) -> Recursos:
    recursos: Recursos = request.app.state.recursos
    return recursos


Meios = Annotated[Recursos, Depends(_resources)]
