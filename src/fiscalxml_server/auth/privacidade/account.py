"""One's own account: all that is held of it, and its erasure. Both follow the data map.

Every table of the Auth Service whose `info=lgpd(...)` names the column of the account (`pessoa=`)
is told and erased; a new table needs nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.membros.repository import other_owners, remove
from fiscalxml_server.auth.membros.service import UltimoDono, leave
from fiscalxml_server.auth.organizacoes.models import membros, organizacoes
from fiscalxml_server.auth.people import Pessoa
from fiscalxml_server.auth.pessoas.models import pessoas
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.sessoes.service import end_all
from fiscalxml_server.kit.audit import INSTALACAO, Acao, Registro, record
from fiscalxml_server.kit.db import metadata
from fiscalxml_server.kit.privacy import Categoria, Tratamento, tratamento_of
from fiscalxml_server.kit.rbac import Papel

_ACTIVE: Final = "ativa"
_GONE: Final = "apagada"


# Medida: direitos-do-titular
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


# Medida: direitos-do-titular
async def erase(recursos: Recursos, pessoa: Pessoa) -> None:
    """Erase the account: its rows, and of the person's own everything but its id, which others'
    entries of the audit log name. Raises `UltimoDono`.
    """
    await _leave(recursos, pessoa.id)
    async with recursos.banco.transacao(pessoa=pessoa.id) as conn:
        await conn.execute(select(pessoas.c.id).where(pessoas.c.id == pessoa.id).with_for_update())
        await end_all(conn, pessoa.id)
        for table, _, own in reversed(list(_tables())):
            if table not in (pessoas, membros):
                await conn.execute(delete(table).where(table.c[own] == pessoa.id))
        await _forget(conn, pessoa.id)
        await record(conn, INSTALACAO, _entry(pessoa, Acao.CONTA_APAGADA))


async def _forget(conn: AsyncConnection, ident: UUID) -> None:
    await conn.execute(
        update(pessoas)
        .where(pessoas.c.id == ident)
        .values(email=f"{_GONE}-{ident}", nome="", senha=None, situacao=_GONE, confirmado_em=None)
    )


async def _leave(recursos: Recursos, pessoa: UUID) -> None:
    """Leave every organisation, once it is clear that each that is not closed has another owner."""
    async with recursos.banco.transacao(pessoa=pessoa) as conn:
        rows = await conn.execute(
            select(membros.c.organizacao, membros.c.papel, organizacoes.c.situacao)
            .join(organizacoes, organizacoes.c.id == membros.c.organizacao)
            .where(membros.c.pessoa == pessoa)
        )
        memberships = rows.all()
    for organizacao, papel, situacao in memberships:
        if papel == Papel.DONO and situacao == _ACTIVE:
            async with recursos.banco.transacao(organizacao) as conn:
                if not await other_owners(conn, organizacao, pessoa):
                    raise UltimoDono(
                        "Faça dono outro membro da organização antes.", organizacao=organizacao
                    )
    for organizacao, _, situacao in memberships:
        if situacao == _ACTIVE:
            await leave(recursos, pessoa, organizacao)
        else:
            async with recursos.banco.transacao(organizacao) as conn:
                await remove(conn, organizacao, pessoa)


def _tables() -> Iterator[tuple[Table, Tratamento, str]]:
    """Those with rows of an account, what others refer to first."""
    for table in metadata.sorted_tables:
        tratamento = tratamento_of(table)
        if table.schema == "auth" and tratamento is not None and tratamento.pessoa is not None:
            yield table, tratamento, tratamento.pessoa


def _entry(pessoa: Pessoa, acao: Acao) -> Registro:
    return Registro(pessoa.claims.sub, acao, pessoa.claims.sub)
