"""E-mails and webhooks before a key ends: a month, a week and a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from fiscalxml.documents.facts import BRASILIA
from fiscalxml_server.auth import correio
from fiscalxml_server.auth.chaves import repository
from fiscalxml_server.auth.chaves.people import addresses
from fiscalxml_server.auth.chaves.telling import tell
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.notifying import Tipo

_DAYS: Final = (30, 7, 1)
_AT_A_TIME: Final = 500


def next_reminder(expira_em: datetime, now: datetime) -> datetime | None:
    """When people are to be told next; None when that was the last time."""
    times = (expira_em - timedelta(days=days) for days in _DAYS)
    return min((time for time in times if time > now), default=None)


async def remind(recursos: Recursos) -> None:
    """Tell those whose keys' end is near. Each key by itself: who was told is not told again."""
    async with recursos.banco.transacao() as conn:
        due = await repository.ending(conn, _AT_A_TIME)
    for organizacao, chave in due:
        await _remind_of(recursos, organizacao, chave)


async def _remind_of(recursos: Recursos, organizacao: UUID, chave: UUID) -> None:
    now = datetime.now(UTC)
    async with recursos.banco.transacao(organizacao) as conn:
        row = await repository.lock(conn, organizacao, chave)
        if row is None or row["revogada_em"] is not None:
            return
        if row["avisar_em"] is None or row["avisar_em"] > now:
            return  # rotated a moment ago
        until: datetime = row["expira_em"]
        await repository.change(conn, organizacao, chave, avisar_em=next_reminder(until, now))
        if until <= now:
            return
        await tell(conn, organizacao, Tipo.CHAVE_API_EXPIRANDO, row)
        for address in await addresses(conn, organizacao, row["criada_por"]):
            await correio.enqueue(
                conn,
                recursos.segredos,
                para=address,
                assunto=f"A chave de API {row['nome']} expira em {_how_long(until - now)}",
                texto=(
                    f"A chave de API “{row['nome']}” expira em "
                    f"{until.astimezone(BRASILIA):%d/%m/%Y às %H:%M} (horário de Brasília). "
                    "Depois disso, todo pedido feito com ela é recusado.\n\n"
                    "Se ela ainda é usada, faça a rotação antes, com uma nova validade: a chave "
                    "nova começa a valer na hora e a atual continua valendo pelo tempo que você "
                    "escolher, para a troca. Se não é mais usada, não é preciso fazer nada."
                ),
            )


def _how_long(left: timedelta) -> str:
    days = round(left / timedelta(days=1))
    return f"{days} dias" if days > 1 else "1 dia"
