"""What came back, against a portrait of before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from fiscalxml_ops.recovery import database
from fiscalxml_ops.recovery.found import Conferencia, figure
from fiscalxml_ops.recovery.portrait import Fim, Retrato
from fiscalxml_server.kit.db import Banco

_KEPT: Final = {
    "documentos",
    "validacoes",
    "lotes",
    "auditoria.registros",
    "auditoria.pontos",
    "auth.organizacoes",
    "auth.pessoas",
}
"""tables that a service never deletes from, but for who asks to be forgotten"""


async def compare(banco: Banco, retrato: Retrato, exato: bool, found: Conferencia) -> None:
    """What is, against what was. `exato`: not a row more, either."""
    async with banco.transacao() as conn:
        shape = await database.shape(conn)
    if retrato.migracao == database.newest_migration():
        lost = [f"falta: {each[:200]}" for each in sorted(set(retrato.forma) - set(shape))]
        more = [f"a mais: {each[:200]}" for each in sorted(set(shape) - set(retrato.forma))]
        found.judge(lost + more, f"{len(shape)} tabelas, políticas, direitos e papéis do retrato")
    else:
        found.avisos.append(
            f"políticas e direitos não comparados: o retrato é da migração {retrato.migracao}"
        )
    found.judge(
        await _lost_ends(banco, retrato.cadeias),
        f"o fim de cada uma das {len(retrato.cadeias)} cadeias do retrato está na sua cadeia",
    )
    rows = await database.count(banco)
    found.judge(
        different(retrato.linhas, rows, exato),
        f"{figure(sum(rows.values()))} linhas; {figure(sum(retrato.linhas.values()))} no retrato",
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
        f"{nome}: {figure(now.get(nome, 0))} linhas, e o retrato tem {figure(rows)}"
        for nome, rows in before.items()
        if (now.get(nome, 0) != rows if exato else nome in _KEPT and now.get(nome, 0) < rows)
    ]
