"""One's own account: all that is held of it, and its erasure. Both follow the data map.

Every table of the Auth Service whose `info=lgpd(...)` names the column of the account (`pessoa=`)
is told and erased; a new table needs nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.organizacoes.models import membros
from fiscalxml_server.auth.people import Pessoa
from fiscalxml_server.auth.pessoas.models import pessoas
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens.revocations import raise_epoch, revoke
from fiscalxml_server.kit.audit import INSTALACAO, Acao, Registro, record
from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.privacy import Categoria, Tratamento, tratamento_of
from fiscalxml_server.kit.rbac import Papel

_GONE: Final = "apagada"
_OF: Final = text("SELECT set_config('fiscalxml.organizacao', :organizacao, true)")


class UnicoDono(Problema):
    status, codigo, titulo = 409, "unico_dono", "A conta é a única dona de uma organização"
    explicacao = (
        "Uma organização não fica sem dono. Torne dono outro membro, ou peça a eliminação da "
        "organização, e depois apague a conta."
    )


async def export(recursos: Recursos, pessoa: Pessoa) -> dict[str, Any]:
    """All that is held of the account, by table; what is a secret is left out."""
    held = {}
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        for table, tratamento, own in _tables():
            shown = [
                table.c[name]
                for name, categoria in tratamento.colunas.items()
                if categoria is not Categoria.CREDENCIAL
            ]
            rows = await conn.execute(select(*shown).where(table.c[own] == pessoa.id))
            held[table.name] = {
                "finalidade": tratamento.finalidade,
                "base_legal": tratamento.base,
                "retencao": tratamento.retencao,
                "registros": [dict(row) for row in rows.mappings()],
            }
        await record(conn, INSTALACAO, _entry(pessoa, Acao.CONTA_EXPORTADA))
    return {"pessoa": pessoa.id, "dados": held}


async def erase(recursos: Recursos, pessoa: Pessoa) -> None:
    """Erase the account: its rows, and of the person's own everything but its id, which others'
    entries of the audit log name. Raises `UnicoDono`.
    """
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        await conn.execute(select(pessoas.c.id).where(pessoas.c.id == pessoa.id).with_for_update())
        await _leave(conn, pessoa.id)
        for table, _, own in reversed(list(_tables())):
            if table is not pessoas:
                await conn.execute(delete(table).where(table.c[own] == pessoa.id))
        await _forget(conn, pessoa.id)
        await revoke(conn, "sessao", str(pessoa.sessao))
        await record(conn, INSTALACAO, _entry(pessoa, Acao.CONTA_APAGADA))


async def erase_unconfirmed(recursos: Recursos) -> None:
    """Forget accounts that were never confirmed, after thirty days."""
    async with recursos.banco.transacao() as conn:
        old = await conn.execute(
            select(pessoas.c.id)
            .where(
                pessoas.c.confirmado_em.is_(None),
                pessoas.c.situacao != _GONE,
                pessoas.c.criado_em < func.now() - func.make_interval(0, 0, 0, 30),
            )
            .limit(1000)
        )
        for ident in old.scalars().all():
            await _forget(conn, ident)


async def _forget(conn: AsyncConnection, ident: UUID) -> None:
    await conn.execute(
        update(pessoas)
        .where(pessoas.c.id == ident)
        .values(email=f"{_GONE}-{ident}", nome="", senha=None, situacao=_GONE, confirmado_em=None)
    )


async def _leave(conn: AsyncConnection, pessoa: UUID) -> None:
    """End the tokens of every membership. Raises `UnicoDono`; of two who leave, one waits."""
    rows = await conn.execute(
        select(membros.c.organizacao, membros.c.papel)
        .where(membros.c.pessoa == pessoa)
        .order_by(membros.c.organizacao)
    )
    for organizacao, papel in rows.all():
        await conn.execute(_OF, {"organizacao": str(organizacao)})
        if papel == Papel.DONO.value:
            donos = await conn.execute(
                select(membros.c.pessoa)
                .where(membros.c.organizacao == organizacao, membros.c.papel == papel)
                .order_by(membros.c.pessoa)
                .with_for_update()
            )
            if set(donos.scalars()) <= {pessoa}:
                raise UnicoDono(
                    "Torne dono outro membro da organização antes.", organizacao=organizacao
                )
        await raise_epoch(conn, organizacao)
    await conn.execute(_OF, {"organizacao": ""})


def _tables() -> Iterator[tuple[Table, Tratamento, str]]:
    """Those with rows of an account, what others refer to first."""
    for table in metadata.sorted_tables:
        tratamento = tratamento_of(table)
        if table.schema == "auth" and tratamento is not None and tratamento.pessoa is not None:
            yield table, tratamento, tratamento.pessoa


def _entry(pessoa: Pessoa, acao: Acao) -> Registro:
    return Registro(pessoa.claims.sub, acao, pessoa.claims.sub)
