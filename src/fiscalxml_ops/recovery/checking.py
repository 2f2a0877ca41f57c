"""Whether what was restored is whole: `fiscalxml-ops recuperacao conferir`.

Nothing is changed. It may run before the services start, or beside them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from obstore.exceptions import BaseError as StoreError
from sqlalchemy.exc import SQLAlchemyError

from fiscalxml_ops.recovery import copies, database
from fiscalxml_ops.recovery.comparing import compare
from fiscalxml_ops.recovery.found import Conferencia, figure
from fiscalxml_ops.recovery.portrait import Retrato
from fiscalxml_server.auth.auditoria.verifying import NaoConferido, run
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage.objects import Objetos
from fiscalxml_server.stack.database import SERVICES

_LATE: Final = 60.0
"""seconds behind, from which a replica's lag is a fault: as the alert ReplicaAtrasada"""
_BOUND: Final = "superusuario=false ignora_rls=false"
_WITHOUT_POLICY: Final = {"jobs", "webhooks.fila"}
"""of organisations, and without a policy: ids only, for who works for all of them"""


_NOT_THE_OWNER: Final = (
    "FISCALXML_DATABASE_URL é de quem nenhuma política segura: use a do dono das tabelas."
)


class SemResposta(Exception):
    """A server does not answer, so nothing can be told; the text says which."""


@asynccontextmanager
async def owner(settings: Settings) -> AsyncIterator[Banco]:
    """The database as the owner of its tables. Raises `SemResposta`."""
    banco = Banco.open(
        settings.model_copy(update={"database_role": None, "database_replica_url": None})
    )
    try:
        yield banco
    except (Indisponivel, SQLAlchemyError, OSError) as error:
        why = getattr(error, "orig", None) or error  # without the statement, where there is one
        raise SemResposta(f"O banco não respondeu ({why}).") from error
    finally:
        await banco.close()


async def check(
    settings: Settings,
    *,
    chaves: Path | None,
    retrato: Retrato | None,
    exato: bool = False,
    um_em: int = 1,
) -> Conferencia:
    """All of it. `chaves`: public keys of the audit log; `um_em`: one object in so many is read.

    `exato`: rows are as many as in the portrait, no more and no less. Raises `SemResposta`.
    """
    found = Conferencia()
    async with owner(settings) as banco:
        await _check_database(banco, found)
        await _check_copies(banco, settings, um_em, found)
        if retrato is not None:
            await compare(banco, retrato, exato, found)
        else:
            found.avisos.append("linhas, políticas e direitos não comparados: falta --retrato")
    if chaves is None:
        found.avisos.append("auditoria não conferida: faltam as chaves públicas (--chaves)")
    else:
        await _check_audit(settings, chaves, found)
    return found


async def _check_database(banco: Banco, found: Conferencia) -> None:
    async with banco.transacao() as conn:
        state = await database.state(conn)
        known = await database.tables(conn)
        shape = set(await database.shape(conn))
        lacking = await database.without_partition(conn)
    if state.ve_tudo:
        raise SemResposta(_NOT_THE_OWNER)
    newest = database.newest_migration()
    found.judge(
        [f"migração {state.migracao}, e este programa usa a {newest}: rode `migrate`"]
        if state.migracao != newest
        else [],
        f"migração {state.migracao}",
    )
    if state.replica:
        late = f"réplica, {state.atraso:.0f} s atrás: ainda não foi promovida"
        (found.falhas if state.atraso > _LATE else found.avisos).append(late)
    unguarded = [
        f"{each.nome}: sem a política que separa organizações"
        for each in known
        if each.de_organizacao
        and each.nome not in _WITHOUT_POLICY
        and not (each.protegida and each.forcada and each.separada)
    ]
    found.judge(unguarded, f"{len(known)} tabelas, as de organizações com RLS imposta")
    missing = [
        f"papel {each}: falta, ou tem privilégios que deixam ver todas as organizações"
        for each in SERVICES
        # It may have a login of its own, or be what another login becomes.
        if not any(f"papel {each} entra={login} {_BOUND}" in shape for login in ("true", "false"))
    ]
    found.judge(missing, f"{len(SERVICES)} papéis dos serviços, sem privilégios")
    found.judge(
        [
            f"{tabela}: sem a partição de hoje; rode `migrate`"
            if por_dia
            else f"{tabela}: falta uma partição, e as linhas dela"
            for tabela, por_dia in lacking
        ],
        "partições: as de hoje, e as de organizações",
    )


async def _check_copies(banco: Banco, settings: Settings, um_em: int, found: Conferencia) -> None:
    organizacoes = await database.organisations(banco)
    silent = await database.without_chain(banco)
    found.judge(
        [f"organização {each}: usou o serviço, e a auditoria nada diz dela" for each in silent]
        if organizacoes
        else ["nenhuma organização: o banco está vazio"],
        f"{figure(len(organizacoes))} organizações",
    )
    try:
        objetos = Objetos.open(settings)
        seen = await copies.check(banco, objetos, organizacoes, um_em)
    except* (StoreError, OSError) as errors:
        raise SemResposta(f"O armazenamento não respondeu ({errors.exceptions[0]}).") from None
    except* ValueError as errors:
        raise SemResposta(
            f"As chaves de dados não abrem com esta chave mestra ({errors.exceptions[0]})."
        ) from None
    found.judge(
        [f"{each}: há linhas que falam deste objeto, e ele não existe" for each in seen.faltam],
        f"{figure(seen.objetos)} objetos: nenhum falta",
    )
    if seen.sem_copia:
        found.falhas.append(f"{figure(seen.sem_copia)} documentos sem cópia, nesses objetos")
    found.judge(
        seen.adulteradas,
        f"{figure(seen.documentos)} cópias lidas, com o SHA-256 de quando chegaram",
    )
    if seen.puladas:
        found.avisos.append(f"{figure(seen.puladas)} cópias não lidas (--um-em {um_em})")
    if seen.soltos:
        found.avisos.append(
            f"{figure(seen.soltos)} objetos de que nenhuma linha fala: chegaram depois do"
            " instante restaurado, ou eram de trabalho por terminar"
        )


async def _check_audit(settings: Settings, chaves: Path, found: Conferencia) -> None:
    try:
        result = await run(None, chaves, None, settings)
    except NaoConferido as error:
        raise SemResposta(str(error)) from error
    found.avisos += result.avisos
    found.judge(
        [f"auditoria: {each}" for each in result.achados],
        f"auditoria: {figure(result.cadeias)} cadeias, {figure(result.registros)} registros,"
        f" {figure(result.pontos)} pontos de controle assinados",
    )
