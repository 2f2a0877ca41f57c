"""Sessions: renewed, put into an organisation, shown to their person and ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.avisos import tell
from fiscalxml_server.auth.origem import Origem
from fiscalxml_server.auth.people import Pessoa
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.sessoes import repository
from fiscalxml_server.auth.sessoes.opened import (
    Aberta,
    among,
    credentials,
    end,
    idle,
    log,
    opened_again,
    usable,
)
from fiscalxml_server.auth.sessoes.renewal import judge, no_renewal, read_token
from fiscalxml_server.auth.sessoes.schemas import Credenciais, SessaoAberta, SessoesAbertas
from fiscalxml_server.kit.audit import INSTALACAO, Acao
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.settings import Settings

_COPIED: Final = (
    "Uma sessão foi encerrada por segurança",
    "Um token de renovação que já tinha sido usado voltou, o que acontece quando alguém o copia. "
    "A sessão foi encerrada: entre de novo.",
)


async def renew(recursos: Recursos, token: str) -> Credenciais:
    """Another access token, and another renewal token. Raises `RenovacaoInvalida`."""
    pessoa, sessao, numero = read_token(recursos.segredos, token)
    async with recursos.banco.transacao(pessoa=pessoa) as conn:
        row = await usable(conn, recursos.settings, pessoa, sessao)
        if row is None:
            raise no_renewal()
        now = datetime.now(UTC)
        aberta: Aberta | None = None
        uso = judge(numero, row.numero, row.renovado_em, now)
        if uso == "novo":
            news = {"numero": numero + 1, "renovado_em": now, "usado_em": now}
            await repository.update_session(conn, pessoa, sessao, **news)
            aberta = await opened_again(conn, row, **news)
        elif uso == "de novo":
            aberta = await opened_again(conn, row)
        else:
            await end(conn, pessoa, only=[sessao])
            await tell(conn, recursos.segredos, pessoa, *_COPIED)
            await log(conn, INSTALACAO, pessoa, Acao.SESSAO_REUTILIZADA, sessao)
    if aberta is None:
        raise no_renewal()
    return await credentials(recursos, aberta)


async def choose(
    recursos: Recursos, pessoa: Pessoa, organizacao: UUID | None, origem: Origem
) -> Credenciais:
    """Put the session into another organisation of the person. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        row = await usable(conn, recursos.settings, pessoa.id, pessoa.sessao)
        if row is None:
            raise no_renewal()
        aberta = await opened_again(conn, row)
        chosen = among(aberta.vinculos, organizacao)
        if organizacao is not None and chosen is None:
            raise NaoEncontrado(
                "Esta organização não é uma das suas, ou encerrou esta sessão: então entre de novo."
            )
        await repository.update_session(conn, pessoa.id, pessoa.sessao, organizacao=organizacao)
        if organizacao is not None:
            details = {"formas": list(aberta.amr), **origem.to_dict()}
            action = Acao.SESSAO_NA_ORGANIZACAO
            await log(conn, organizacao, pessoa.id, action, pessoa.sessao, details)
    return await credentials(recursos, aberta._replace(organizacao=chosen))


async def prove_again(
    conn: AsyncConnection, settings: Settings, pessoa: Pessoa, amr: tuple[str, ...], origem: Origem
) -> Aberta:
    """The person proved to be there, now; in the person's transaction, as the last thing there.

    The renewal token of before makes way for another, as when it is used.

    Raises `RenovacaoInvalida` when the session has ended.
    """
    row = await usable(conn, settings, pessoa.id, pessoa.sessao)
    if row is None:
        raise no_renewal()
    now = datetime.now(UTC)
    formas = tuple(dict.fromkeys([*row.amr, *amr]))
    news = {
        "autenticado_em": now,
        "usado_em": now,
        "amr": list(formas),
        "numero": row.numero + 1,
        "renovado_em": now,
    }
    await repository.update_session(conn, pessoa.id, pessoa.sessao, **news)
    aberta = await opened_again(conn, row, **news)
    details = {"formas": list(amr), **origem.to_dict()}
    await log(conn, INSTALACAO, pessoa.id, Acao.SESSAO_CONFIRMADA, pessoa.sessao, details)
    return aberta


async def list_open(recursos: Recursos, pessoa: Pessoa) -> SessoesAbertas:
    """The person's open sessions."""
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        rows = await repository.open_sessions(conn, pessoa.id)
    life = idle(recursos.settings)
    return SessoesAbertas(
        [
            SessaoAberta(
                id=row.id,
                atual=row.id == pessoa.sessao,
                criado_em=row.criado_em,
                usado_em=row.usado_em,
                expira_em=min(row.expira_em, row.usado_em + life),
                formas=tuple(row.amr),
                aparelho=row.aparelho,
                endereco=row.endereco,
                organizacao=row.organizacao,
            )
            for row in rows
            if row.usado_em + life > datetime.now(UTC)
        ]
    )


async def end_one(recursos: Recursos, pessoa: Pessoa, sessao: UUID) -> None:
    """Raises `NaoEncontrado` unless it is an open session of the person."""
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        if not await end(conn, pessoa.id, only=[sessao]):
            raise NaoEncontrado("Esta sessão não existe, ou já terminou.")
        await log(conn, INSTALACAO, pessoa.id, Acao.SESSAO_ENCERRADA, sessao)


async def end_others(recursos: Recursos, pessoa: Pessoa) -> None:
    """All of the person's but the one that asks."""
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        ended = await end_all(conn, pessoa.id, except_=pessoa.sessao)
        details = {"sessoes": [str(each) for each in ended]}
        action = Acao.SESSAO_ENCERRADA
        await log(conn, INSTALACAO, pessoa.id, action, pessoa.sessao, details)


async def end_all(
    conn: AsyncConnection, pessoa: UUID, *, except_: UUID | None = None
) -> list[UUID]:
    """In a transaction of the person: every session, or all but one, and their tokens at once."""
    return await end(conn, pessoa, except_=except_)
