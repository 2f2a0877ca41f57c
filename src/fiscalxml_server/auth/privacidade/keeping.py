"""What is done every day for the privacy of all: retention of what is ours, work for the workers.

The Auth Service knows the organisations; the workers reach their documents.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping, exists, select

from fiscalxml_server.auth.auditoria.service import apagar_detalhes
from fiscalxml_server.auth.privacidade import closing, repository, retention
from fiscalxml_server.auth.privacidade.certificates import sign_new
from fiscalxml_server.auth.privacidade.incidents import forget_old
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit import custody
from fiscalxml_server.kit.audit import INSTALACAO, SISTEMA, registros

PERIOD: Final = 24 * 3600.0
_DETAILS: Final = timedelta(days=5 * 365)
"""that the details of the audit log are kept"""
_AT_ONCE: Final = 500


async def keep(recursos: Recursos) -> None:
    """The daily round."""
    after: UUID | None = None
    await _forget_details(recursos, INSTALACAO)
    while True:
        async with recursos.banco.transacao() as conn:
            found = await repository.organisations(conn, after, _AT_ONCE)
        for each in found:
            await _keep(recursos, each)
        if len(found) < _AT_ONCE:
            return
        after = found[-1]["id"]


async def _keep(recursos: Recursos, found: RowMapping) -> None:
    for organizacao in (found["id"], found["teste"]):
        async with recursos.banco.transacao(organizacao) as conn:
            await repository.forget_answered(conn, organizacao)
            await forget_old(conn, organizacao)
            await retention.forget_of_organisation(conn, organizacao)
            await custody.ask_for_job(conn, organizacao, custody.ELIMINAR)
            await custody.ask_for_job(conn, organizacao, custody.RESELAR)
        await _forget_details(recursos, organizacao)
        await sign_new(recursos, organizacao)
    await closing.carry_on(recursos, found)


async def _forget_details(recursos: Recursos, organizacao: UUID) -> None:
    """Entries of the audit log stay for good; what names a person in them, for five years."""
    before = datetime.now(UTC) - _DETAILS
    old = exists().where(
        registros.c.organizacao == organizacao,
        registros.c.quando < before,
        registros.c.detalhes.is_not(None),
    )
    async with recursos.banco.transacao(organizacao) as conn:
        if await conn.scalar(select(old)):
            await apagar_detalhes(conn, organizacao, SISTEMA, antes=before)
