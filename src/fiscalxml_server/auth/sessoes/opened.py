"""A session within its transaction: how it begins and ends, and what its person gets of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.fatores.repository import has_factor
from fiscalxml_server.auth.origem import Origem
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.sessoes import repository
from fiscalxml_server.auth.sessoes.renewal import write_token
from fiscalxml_server.auth.sessoes.schemas import Credenciais, VinculoAtual
from fiscalxml_server.auth.tokens.revocations import revoke
from fiscalxml_server.kit.audit import INSTALACAO, Acao, Registro, record
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.tokens import SECONDS

MAXIMO: Final = 50
"""open sessions of a person; the one that was not used for the longest time is ended"""
_SECOND: Final = frozenset({"totp", "passkey", "recuperacao"})


class Aberta(NamedTuple):
    """A session within its transaction; `credentials` makes of it what the caller gets."""

    pessoa: UUID
    id: UUID
    numero: int
    amr: tuple[str, ...]
    autenticado_em: datetime
    expira_em: datetime
    organizacao: VinculoAtual | None
    vinculos: list[VinculoAtual]
    segundo_fator: bool
    """the person has one, and has shown it in this session"""


async def begin(
    conn: AsyncConnection, settings: Settings, pessoa: UUID, amr: tuple[str, ...], origem: Origem
) -> Aberta:
    """A new session in the person's transaction; writes the audit log: the last thing done there.

    Whoever belongs to one organisation only is in it at once.
    """
    now = datetime.now(UTC)
    vinculos = await repository.memberships(conn, pessoa, now)
    organizacao = vinculos[0] if len(vinculos) == 1 else None
    known = [row.id for row in await repository.open_sessions(conn, pessoa)]
    await end(conn, pessoa, only=known[MAXIMO - 1 :])
    sessao = new_id()
    second = await _second_factor(conn, pessoa, amr)
    until = now + _life(settings)
    aberta = Aberta(pessoa, sessao, 0, amr, now, until, organizacao, vinculos, second)
    await repository.insert_session(
        conn,
        {
            "pessoa": pessoa,
            "id": sessao,
            "criado_em": now,
            "autenticado_em": now,
            "usado_em": now,
            "renovado_em": now,
            "expira_em": aberta.expira_em,
            "amr": list(amr),
            "organizacao": organizacao.id if organizacao else None,
            **origem.to_dict(),
        },
    )
    detalhes = {"formas": list(amr), **origem.to_dict()}
    await log(conn, INSTALACAO, pessoa, Acao.SESSAO_ABERTA, sessao, detalhes)
    if organizacao is not None:
        await log(conn, organizacao.id, pessoa, Acao.SESSAO_NA_ORGANIZACAO, sessao, detalhes)
    return aberta


async def credentials(recursos: Recursos, aberta: Aberta) -> Credenciais:
    """After the commit: a token of what was rolled back would still be good."""
    vinculo = aberta.organizacao
    falta = vinculo is not None and vinculo.exige_segundo_fator and not aberta.segundo_fator
    now = datetime.now(UTC)
    acesso = await recursos.emissor.issue(
        f"pessoa:{aberta.pessoa}",
        org=vinculo.id if vinculo else None,
        papel=vinculo.papel if vinculo and not falta else None,
        empresas=vinculo.empresas if vinculo else None,
        epoca=vinculo.epoca if vinculo else 0,
        sid=aberta.id,
        amr=aberta.amr,
        auth_time=int(aberta.autenticado_em.timestamp()),
        sem_segundo_fator=falta,
    )
    return Credenciais(
        sessao=aberta.id,
        acesso=acesso,
        acesso_expira_em=now.replace(microsecond=0) + timedelta(seconds=SECONDS),
        renovacao=write_token(recursos.segredos, aberta.pessoa, aberta.id, aberta.numero),
        renovacao_expira_em=min(aberta.expira_em, now + idle(recursos.settings)),
        organizacao=vinculo.shown() if vinculo else None,
        falta_segundo_fator=falta,
        organizacoes=[each.shown() for each in aberta.vinculos],
    )


async def usable(
    conn: AsyncConnection, settings: Settings, pessoa: UUID, sessao: UUID
) -> Row[Any] | None:
    """The session's row, locked; None when it ended, by time too."""
    row = await repository.lock_session(conn, pessoa, sessao)
    if row is None or row.usado_em + idle(settings) <= datetime.now(UTC):
        return None
    return row


async def opened_again(conn: AsyncConnection, row: Row[Any], **news: Any) -> Aberta:
    """The session of a row, but for what is new; what its person may do is read anew."""
    now = {**row._mapping, **news}
    vinculos = await repository.memberships(conn, row.pessoa, row.criado_em)
    amr = tuple(now["amr"])
    return Aberta(
        row.pessoa,
        row.id,
        now["numero"],
        amr,
        now["autenticado_em"],
        row.expira_em,
        among(vinculos, row.organizacao),
        vinculos,
        await _second_factor(conn, row.pessoa, amr),
    )


def among(vinculos: list[VinculoAtual], organizacao: UUID | None) -> VinculoAtual | None:
    """That one of them; None when it is none."""
    return next((each for each in vinculos if each.id == organizacao), None)


async def end(conn: AsyncConnection, pessoa: UUID, **which: Any) -> list[UUID]:
    """End sessions, and refuse their tokens at once; `which`: as of the repository."""
    ended = await repository.end_sessions(conn, pessoa, **which)
    for sessao in ended:
        await revoke(conn, "sessao", str(sessao))
    return ended


async def log(
    conn: AsyncConnection,
    cadeia: UUID,
    pessoa: UUID,
    acao: Acao,
    sessao: UUID,
    detalhes: Mapping[str, object] | None = None,
) -> None:
    """Write into the audit log, as the last thing of a transaction."""
    entry = Registro(f"pessoa:{pessoa}", acao, f"sessao:{sessao}", detalhes)
    await record(conn, cadeia, entry)


async def _second_factor(conn: AsyncConnection, pessoa: UUID, amr: tuple[str, ...]) -> bool:
    return not _SECOND.isdisjoint(amr) and await has_factor(conn, pessoa)


def idle(settings: Settings) -> timedelta:
    """That a session lives without being used."""
    return timedelta(hours=settings.session_idle_hours)


def _life(settings: Settings) -> timedelta:
    return timedelta(hours=settings.session_hours)
