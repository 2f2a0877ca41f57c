"""Whether what was restored is whole: `fiscalxml-ops recuperacao conferir`.

Nothing is changed. It may run before the services start, or beside them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

from obstore.exceptions import BaseError as StoreError
from sqlalchemy.exc import SQLAlchemyError

from fiscalxml_ops.recovery import copies, database
from fiscalxml_ops.recovery.portrait import Fim, Retrato
from fiscalxml_server.auth.auditoria.verifying import NaoConferido, run
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage.objects import Objetos
from fiscalxml_server.stack.database import SERVICES

MOST: Final = 20
"""faults of a kind that are told one by one"""
_LATE: Final = 60.0
"""seconds behind, from which a replica's lag is a fault: as the alert ReplicaAtrasada"""
_BOUND: Final = "superusuario=false ignora_rls=false"
_WITHOUT_POLICY: Final = {"jobs", "webhooks.fila"}
"""of organisations, and without a policy: ids only, for who works for all of them"""


class SemResposta(Exception):
    """A server does not answer, so nothing can be told; the text says which."""


@dataclass
class Conferencia:
    """What was found, a line each."""

    certo: list[str] = field(default_factory=list)
    avisos: list[str] = field(default_factory=list)
    """to be looked at; no proof of a loss"""
    falhas: list[str] = field(default_factory=list)

    def judge(self, faults: Sequence[str], well: str) -> None:
        """Either the faults, or that all is well."""
        self.falhas += faults[:MOST]
        if len(faults) > MOST:
            self.falhas.append(f"e mais {len(faults) - MOST}")
        if not faults:
            self.certo.append(well)


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
            await _compare(banco, retrato, exato, found)
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
        old = await database.without_today(conn)
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
        and not (each.protegida and each.forcada and each.politicas)
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
        [f"{each}: sem a partição de hoje; rode `migrate`" for each in old], "partições de hoje"
    )


async def _check_copies(banco: Banco, settings: Settings, um_em: int, found: Conferencia) -> None:
    organizacoes = await database.organisations(banco)
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
        f"{_number(seen.objetos)} objetos: nenhum falta",
    )
    if seen.sem_copia:
        found.falhas.append(f"{_number(seen.sem_copia)} documentos sem cópia, nesses objetos")
    found.judge(
        seen.adulteradas,
        f"{_number(seen.documentos)} cópias lidas, com o SHA-256 de quando chegaram",
    )
    if seen.puladas:
        found.avisos.append(f"{_number(seen.puladas)} cópias não lidas (--um-em {um_em})")
    if seen.soltos:
        found.avisos.append(
            f"{_number(seen.soltos)} objetos de que nenhuma linha fala: chegaram depois do"
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
        f"auditoria: {_number(result.cadeias)} cadeias, {_number(result.registros)} registros,"
        f" {_number(result.pontos)} pontos de controle assinados",
    )


async def _compare(banco: Banco, retrato: Retrato, exato: bool, found: Conferencia) -> None:
    async with banco.transacao() as conn:
        shape = await database.shape(conn)
    if retrato.migracao == database.newest_migration():
        lost = [f"falta: {each[:200]}" for each in sorted(set(retrato.forma) - set(shape))]
        more = [f"a mais: {each[:200]}" for each in sorted(set(shape) - set(retrato.forma))]
        found.judge(lost + more, f"{len(shape)} tabelas, políticas, direitos e papéis do retrato")
    found.judge(
        await _lost_ends(banco, retrato.cadeias),
        f"o fim de cada uma das {len(retrato.cadeias)} cadeias do retrato está na sua cadeia",
    )
    rows = await database.count(banco)
    found.judge(
        different(retrato.linhas, rows, exato),
        f"{_number(sum(rows.values()))} linhas; {_number(sum(retrato.linhas.values()))} no retrato",
    )


async def _lost_ends(banco: Banco, ends: Mapping[UUID, Fim]) -> list[str]:
    links = await database.links(banco, {each: end.numero for each, end in ends.items()})
    return [
        f"organização {each}: o registro {end.numero} da auditoria "
        + ("se perdeu" if each not in links else "não é o mesmo")
        for each, end in ends.items()
        if links.get(each) != bytes.fromhex(end.elo)
    ]


def different(before: Mapping[str, int], now: Mapping[str, int], exato: bool) -> list[str]:
    """Tables with other rows than they should have. Without `exato` only those that a service never
    deletes from count, and more rows are no fault."""
    return [
        f"{nome}: {_number(now.get(nome, 0))} linhas, e o retrato tem {_number(number)}"
        for nome, number in before.items()
        if (now.get(nome, 0) != number if exato else nome in _KEPT and now.get(nome, 0) < number)
    ]


_KEPT: Final = {
    "documentos",
    "validacoes",
    "lotes",
    "auditoria.registros",
    "auditoria.pontos",
    "auth.organizacoes",
    "auth.pessoas",
}


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")
