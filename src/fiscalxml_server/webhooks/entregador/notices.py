"""E-mails about disabled subscriptions, by the Auth Service, which knows people."""

from __future__ import annotations

from typing import Final, Self
from urllib.parse import urlsplit
from uuid import uuid5

from sqlalchemy import func, select, update

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.notifying.models import assinaturas
from fiscalxml_server.kit.service_identity import Identidade
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.tls import inside
from fiscalxml_server.kit.verifying.contas import Contas
from fiscalxml_server.webhooks.entregador.disabling import MOTIVOS
from fiscalxml_server.webhooks.entregador.keeping import every

_LOOK_SECONDS: Final = 5.0
_AT_A_TIME: Final = 20


class Avisos:
    """Those that the Auth Service has not taken yet. It may be asked twice: it tells once."""

    def __init__(self, banco: Banco, contas: Contas) -> None:
        self._banco = banco
        self._contas = contas

    @classmethod
    def open(cls, settings: Settings, banco: Banco) -> Self | None:
        """None where there is no Auth Service. Raises OSError, ValueError."""
        if not settings.auth_url or settings.service_key_file is None:
            return None
        identidade = Identidade.read(settings.service_key_file, settings.auth_issuer)
        contas = Contas(settings.auth_url, identidade, context=inside(settings))
        return cls(banco, contas)

    async def tell_on(self) -> None:
        """Until cancelled."""
        await every(_LOOK_SECONDS, self.tell)

    async def tell(self) -> None:
        """All that are due. Raises `Indisponivel`: those that are left are told later."""
        table = assinaturas.c
        async with self._banco.transacao() as conn:
            rows = (await conn.execute(_DUE)).all()
        for row in rows:
            parts = urlsplit(row.url)
            await self._contas.tell(
                {
                    "id": uuid5(row.id, row.desativada_em.isoformat()),
                    "organizacao": row.organizacao,
                    "assinatura": row.id,
                    "motivo": "sumiu" if row.motivo == MOTIVOS["sumiu"] else "falhas",
                    "onde": f"{parts.scheme}://{parts.netloc}",
                }
            )
            async with self._banco.transacao() as conn:
                await conn.execute(
                    update(assinaturas)
                    .where(
                        table.organizacao == row.organizacao,
                        table.id == row.id,
                        table.desativada_em == row.desativada_em,
                    )
                    .values(avisada_em=func.now())
                )

    async def close(self) -> None:
        """End the connections."""
        await self._contas.close()


_DUE: Final = (
    select(
        assinaturas.c.organizacao,
        assinaturas.c.id,
        assinaturas.c.url,
        assinaturas.c.motivo,
        assinaturas.c.desativada_em,
    )
    .where(assinaturas.c.situacao == "desativada", assinaturas.c.avisada_em.is_(None))
    .order_by(assinaturas.c.desativada_em)
    .limit(_AT_A_TIME)
)
