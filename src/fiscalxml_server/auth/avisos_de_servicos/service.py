"""E-mails to those who look after an organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth import correio
from fiscalxml_server.auth.avisos_de_servicos.schemas import WebhookDesativado
from fiscalxml_server.auth.organizacoes.models import membros
from fiscalxml_server.auth.pessoas.models import pessoas
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.rbac import Papel

_WHY: Final[Mapping[str, str]] = {
    "sumiu": "O receptor respondeu 410, que diz que ele não existe mais",
    "falhas": "Durante dias, nenhuma tentativa de entrega deu certo",
}


async def tell_disabled(recursos: Recursos, aviso: WebhookDesativado) -> None:
    """Owners and administrators are told, once however often this is asked for."""
    async with recursos.banco.transacao(aviso.organizacao) as conn:
        for address in await _responsible(conn, aviso.organizacao):
            await correio.enqueue(
                conn,
                recursos.segredos,
                para=address,
                assunto="Um webhook foi desativado",
                texto=(
                    f"O webhook que entrega em {aviso.onde} foi desativado. "
                    f"{_WHY[aviso.motivo]}, e nada mais é entregue a ele.\n\n"
                    "O que aconteceu desde então está guardado. Quando o receptor estiver de "
                    f"volta, POST /v1/webhooks/{aviso.assinatura}/retomar entrega o que ficou "
                    "retido, em ordem, e o que vier depois."
                ),
                id_=uuid5(aviso.id, address),
            )


async def _responsible(conn: AsyncConnection, organizacao: UUID) -> Sequence[str]:
    papeis = (Papel.DONO.value, Papel.ADMIN.value)
    rows = await conn.execute(
        select(pessoas.c.email)
        .join(membros, membros.c.pessoa == pessoas.c.id)
        .where(membros.c.organizacao == organizacao, membros.c.papel.in_(papeis))
        .order_by(pessoas.c.email)
    )
    return rows.scalars().all()
