"""How long what has ended is kept: credentials, sessions, codes, invitations.

What is not good for anything any more is kept as long as somebody may ask what it was: the audit
log alone remembers it after that. `docs/dados-pessoais.md` tells it from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Table, case, delete, func
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.chaves.models import chaves_api, segredos_de_chaves
from fiscalxml_server.auth.fatores.models import codigos_de_recuperacao, totps
from fiscalxml_server.auth.organizacoes.models import convites
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.sessoes.models import sessoes


class Prazo(NamedTuple):
    """A row goes so many days after its end; one without an end stays."""

    tabela: Table
    fim: ColumnElement[Any]
    dias: int
    contado: str
    """from what on, for the page"""


DE_ORGANIZACOES: Final[Sequence[Prazo]] = (
    Prazo(convites, convites.c.expira_em, 30, "de o convite expirar"),
    Prazo(segredos_de_chaves, segredos_de_chaves.c.expira_em, 90, "de o segredo deixar de valer"),
    Prazo(
        chaves_api,
        func.least(chaves_api.c.revogada_em, chaves_api.c.expira_em),
        365,
        "de a chave ser revogada ou expirar",
    ),
)
"""removed in a transaction of each; the secrets of a key go with it"""
DE_PESSOAS: Final[Sequence[Prazo]] = (
    Prazo(sessoes, func.least(sessoes.c.encerrado_em, sessoes.c.expira_em), 30, "do fim da sessão"),
    Prazo(codigos_de_recuperacao, codigos_de_recuperacao.c.usado_em, 30, "de o código ser usado"),
    Prazo(
        totps,
        case((totps.c.confirmado_em.is_(None), totps.c.criado_em)),
        1,
        "de o segredo ser proposto, se ninguém o confirma",
    ),
)
"""whoever's they are: the policy of each table shows those that ended as long ago"""


async def forget_of_people(recursos: Recursos) -> None:
    """Periodic: remove what ended long ago of anybody."""
    async with recursos.banco.transacao() as conn:
        for prazo in DE_PESSOAS:
            await conn.execute(delete(prazo.tabela).where(_ended(prazo)))


async def forget_of_organisation(conn: AsyncConnection, organizacao: UUID) -> None:
    """The same of an organisation, in its transaction."""
    for prazo in DE_ORGANIZACOES:
        own = prazo.tabela.c.organizacao == organizacao
        await conn.execute(delete(prazo.tabela).where(own, _ended(prazo)))


def _ended(prazo: Prazo) -> ColumnElement[bool]:
    ended: ColumnElement[bool] = prazo.fim < func.now() - func.make_interval(0, 0, 0, prazo.dias)
    return ended
