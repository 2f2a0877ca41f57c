"""A subscription whose receiver is gone, or does nothing but fail, is disabled, and that is told:
to the organisation's other subscriptions, to the audit log, and by e-mail (`notices`)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, update

from fiscalxml_server.kit.audit import SISTEMA, Acao, Registro, record
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.notifying import Notificacao, Tipo, publish
from fiscalxml_server.kit.notifying.models import assinaturas
from fiscalxml_server.kit.notifying.types import Assinatura
from fiscalxml_server.webhooks.assinaturas.service import address
from fiscalxml_server.webhooks.entregador.subscriptions import ENTREGANDO, Assinante


async def disable(banco: Banco, assinante: Assinante, motivo: str) -> None:
    """Unless somebody paused, resumed or removed it meanwhile. Raises `Indisponivel`."""
    organizacao, id_ = assinante.organizacao, assinante.id
    alvo = f"assinatura:{id_}"
    async with banco.transacao(organizacao) as conn:
        done = await conn.execute(
            _DISABLE.where(
                assinaturas.c.organizacao == organizacao,
                assinaturas.c.id == id_,
                assinaturas.c.alterado_em == assinante.alterado_em,
            ).values(motivo=motivo)
        )
        if not done.rowcount:
            return
        dados = Assinatura(assinatura=id_, link=address(id_), motivo=motivo)
        told = Notificacao(tipo=Tipo.WEBHOOK_DESATIVADO, alvo=alvo, dados=dados)
        await publish(conn, organizacao, lambda: [told], exceto=id_)
        detalhes = {"motivo": motivo}
        await record(conn, organizacao, Registro(SISTEMA, Acao.WEBHOOK_DESATIVADO, alvo, detalhes))


_DISABLE: Final = (
    update(assinaturas)
    .where(assinaturas.c.situacao.in_(sorted(ENTREGANDO)))
    .values(
        situacao="desativada",
        desativada_em=func.now(),
        alterado_em=func.now(),
        retomada_em=None,
        avisada_em=None,
    )
)
