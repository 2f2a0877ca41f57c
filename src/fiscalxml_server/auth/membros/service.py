"""Members: their roles and companies, and their leaving.

Changes wait for each other in an organisation (its row is locked), and raise its epoch: no token of
before is good any more, whoever it was issued to; who still belongs gets another by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth import correio
from fiscalxml_server.auth.campos import Campos
from fiscalxml_server.auth.convites import repository as convites
from fiscalxml_server.auth.empresas import service as empresas
from fiscalxml_server.auth.membros import letters, repository
from fiscalxml_server.auth.membros.alcance import Alcance, acting
from fiscalxml_server.auth.membros.schemas import AlteracaoDeMembro, Membro
from fiscalxml_server.auth.organizacoes import service as organizacoes
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens.revocations import raise_epoch
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.http.cursors import page_of_rows, read_cursor
from fiscalxml_server.kit.rbac import Escopo, Papel


class UltimoDono(Problema):
    status, codigo, titulo = 409, "ultimo_dono", "É o último dono"
    explicacao = (
        "Uma organização tem sempre ao menos um dono. Faça outro antes, ou encerre a organização."
    )


async def list_page(
    recursos: Recursos, organizacao: UUID, cursor: str | None, limit: int
) -> dict[str, object]:
    """Members, from the first who came. Raises `ParametrosInvalidos`."""
    after = None if cursor is None else read_cursor(cursor, UUID)
    async with recursos.banco.transacao(organizacao) as conn:
        rows = await repository.page(conn, organizacao, after, limit + 1)
    return page_of_rows(rows, limit, _view, lambda row: row.pessoa)


async def read(recursos: Recursos, organizacao: UUID, pessoa: UUID) -> Membro:
    """One member. Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(organizacao) as conn:
        return _view(await _find(conn, organizacao, pessoa))


async def change(
    recursos: Recursos, sujeito: Sujeito, pessoa: UUID, alteracao: AlteracaoDeMembro
) -> Membro:
    """Another role, or other companies.

    Raises `NaoEncontrado`, `ParametrosInvalidos`, `AlcanceInsuficiente`, `UltimoDono`.
    """
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        row = await organizacoes.lock(conn, organizacao)
        actor = await acting(conn, sujeito, Escopo.MEMBROS_ESCREVER)
        member = await _find(conn, organizacao, pessoa)
        before = Alcance.of(member.papel, member.empresas)
        after = await _changed(conn, organizacao, before, alteracao)
        actor.must_cover(before, after)
        if after == before:
            return _view(member)
        if after.papel is not Papel.DONO:
            await _keep_an_owner(conn, organizacao, member)
        await repository.change(conn, organizacao, pessoa, after.papel, listed(after.empresas))
        assunto, texto = letters.changed(row.nome, after.papel)
        await _tell(conn, recursos, member, assunto, texto)
        await _end_what_it_began(conn, organizacao, pessoa)
        view = _view(await _find(conn, organizacao, pessoa))
        detalhes = {"de": _told(before), "para": _told(after)}
        alvo = f"pessoa:{pessoa}"
        await record(
            conn, organizacao, Registro(sujeito.ator, Acao.MEMBRO_ALTERADO, alvo, detalhes)
        )
    return view


async def remove(recursos: Recursos, sujeito: Sujeito, pessoa: UUID) -> None:
    """The person does not belong to it any more.

    Raises `NaoEncontrado`, `AlcanceInsuficiente`, `UltimoDono`.
    """
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        row = await organizacoes.lock(conn, organizacao)
        actor = await acting(conn, sujeito, Escopo.MEMBROS_ESCREVER)
        member = await _find(conn, organizacao, pessoa)
        actor.must_cover(Alcance.of(member.papel, member.empresas))
        await _remove(conn, recursos, row, member, sujeito.ator)


async def end_sessions(recursos: Recursos, sujeito: Sujeito, pessoa: UUID) -> None:
    """The sessions that the person has do not come into the organisation any more; a new one does.

    They go on elsewhere: what is of other organisations is not this one's to end. Raises
    `NaoEncontrado`, `AlcanceInsuficiente`.
    """
    organizacao = sujeito.organizacao
    async with recursos.banco.transacao(organizacao) as conn:
        row = await organizacoes.lock(conn, organizacao)
        actor = await acting(conn, sujeito, Escopo.MEMBROS_ESCREVER)
        member = await _find(conn, organizacao, pessoa)
        actor.must_cover(Alcance.of(member.papel, member.empresas))
        await repository.end_sessions(conn, organizacao, pessoa)
        assunto, texto = letters.ended(row.nome)
        await _tell(conn, recursos, member, assunto, texto)
        await raise_epoch(conn, organizacao)
        entry = Registro(sujeito.ator, Acao.MEMBRO_SESSOES_ENCERRADAS, f"pessoa:{pessoa}")
        await record(conn, organizacao, entry)


async def leave(recursos: Recursos, pessoa: UUID, organizacao: UUID) -> None:
    """The person leaves by itself. Raises `NaoEncontrado`, `UltimoDono`."""
    async with recursos.banco.transacao(organizacao) as conn:
        # Before the lock: nothing of the organisation is for who does not belong to it.
        await _find(conn, organizacao, pessoa)
        row = await organizacoes.lock(conn, organizacao)
        member = await _find(conn, organizacao, pessoa)
        await _remove(conn, recursos, row, member, f"pessoa:{pessoa}")


async def check_companies(
    conn: AsyncConnection, organizacao: UUID, papel: Papel, limite: Sequence[str] | None
) -> Alcance:
    """What somebody is to have, if it can be. Raises `ParametrosInvalidos`."""
    campos = Campos()
    if limite is not None and papel is Papel.DONO:
        campos.wrong("empresas", "um dono vê todas as empresas: mande null")
    elif limite is not None:
        known = await empresas.known(conn, organizacao, limite)
        if not known.issuperset(limite):
            campos.wrong("empresas", "há inscrições que não são de empresas desta organização")
    campos.check()
    return Alcance.of(papel, limite)


def listed(limite: frozenset[str] | None) -> list[str] | None:
    """As it is kept and told."""
    return None if limite is None else sorted(limite)


async def _changed(
    conn: AsyncConnection, organizacao: UUID, before: Alcance, alteracao: AlteracaoDeMembro
) -> Alcance:
    papel = before.papel if isinstance(alteracao.papel, msgspec.UnsetType) else alteracao.papel
    if isinstance(alteracao.empresas, msgspec.UnsetType):
        # Who becomes a dono sees all companies from then on.
        kept = None if papel is Papel.DONO else before.empresas
        return Alcance(papel, kept)
    return await check_companies(conn, organizacao, papel, alteracao.empresas)


async def _remove(
    conn: AsyncConnection, recursos: Recursos, row: Row[Any], member: Row[Any], ator: str
) -> None:
    organizacao = row.id
    await _keep_an_owner(conn, organizacao, member)
    await repository.remove(conn, organizacao, member.pessoa)
    assunto, texto = letters.removed(row.nome)
    await _tell(conn, recursos, member, assunto, texto)
    await _end_what_it_began(conn, organizacao, member.pessoa)
    detalhes = {"nome": member.nome, "email": member.email, "papel": member.papel}
    alvo = f"pessoa:{member.pessoa}"
    await record(conn, organizacao, Registro(ator, Acao.MEMBRO_REMOVIDO, alvo, detalhes))


async def _keep_an_owner(conn: AsyncConnection, organizacao: UUID, member: Row[Any]) -> None:
    if member.papel == Papel.DONO and not await repository.other_owners(
        conn, organizacao, member.pessoa
    ):
        raise UltimoDono("A organização ficaria sem dono.")


async def _end_what_it_began(conn: AsyncConnection, organizacao: UUID, pessoa: UUID) -> None:
    """Tokens, and invitations that might give more than the person may give now."""
    await convites.withdraw_of(conn, organizacao, pessoa)
    await raise_epoch(conn, organizacao)


async def _tell(
    conn: AsyncConnection, recursos: Recursos, member: Row[Any], assunto: str, texto: str
) -> None:
    await correio.enqueue(conn, recursos.segredos, para=member.email, assunto=assunto, texto=texto)


async def _find(conn: AsyncConnection, organizacao: UUID, pessoa: UUID) -> Row[Any]:
    member = await repository.find(conn, organizacao, pessoa)
    if member is None:
        raise NaoEncontrado("Esta pessoa não participa desta organização.")
    return member


def _view(row: Row[Any]) -> Membro:
    return Membro(row.pessoa, row.nome, row.email, Papel(row.papel), row.empresas, row.criado_em)


def _told(alcance: Alcance) -> dict[str, object]:
    return {"papel": alcance.papel.value, "empresas": listed(alcance.empresas)}
