"""A notificação that is told to one subscription, because its owner wants to see one arrive."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fiscalxml_server.kit.audit import Acao
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.notifying import Notificacao, Tipo
from fiscalxml_server.kit.notifying.filtering import Filtro
from fiscalxml_server.kit.notifying.publishing import Assinante, write
from fiscalxml_server.kit.notifying.types import Assinatura
from fiscalxml_server.webhooks.assinaturas.service import address, record_about, require
from fiscalxml_server.webhooks.resources import Recursos


class WebhookInativo(Problema):
    status, codigo, titulo = 409, "webhook_inativo", "O webhook não está entregando"
    explicacao = (
        "O webhook foi pausado ou desativado, e nada lhe é entregue. POST …/retomar o faz entregar "
        "de novo."
    )

    @classmethod
    def of(cls, situacao: str) -> Self:
        """Of a webhook that is so."""
        return cls(f"O webhook está {situacao}; POST …/retomar o faz entregar de novo.")


async def try_out(recursos: Recursos, sujeito: Sujeito, assinatura: UUID) -> UUID:
    """Have one delivered; gives its id. Raises `NaoEncontrado`, `WebhookInativo`."""
    dados = Assinatura(assinatura=assinatura, link=address(assinatura))
    teste = Notificacao(tipo=Tipo.WEBHOOK_TESTE, alvo=f"assinatura:{assinatura}", dados=dados)
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        row = await require(conn, sujeito, assinatura)
        if row["situacao"] not in ("ativa", "retomando"):
            raise WebhookInativo.of(row["situacao"])
        alone = Assinante(assinatura, row["fatia"], True, row["ordenada"], Filtro())
        (id_,) = await write(conn, sujeito.organizacao, [alone], [teste])
        await record_about(conn, sujeito, Acao.WEBHOOK_TESTADO, row, notificacao=id_)
    return id_
