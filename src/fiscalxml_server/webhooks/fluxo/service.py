"""Fluxos: opened, read, closed."""

from __future__ import annotations

import asyncio
from datetime import UTC, date
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import Banco, new_id
from fiscalxml_server.kit.errors import NaoEncontrado, Problema
from fiscalxml_server.kit.notifying.slices import slice_of
from fiscalxml_server.webhooks.assinaturas.asking import read_values
from fiscalxml_server.webhooks.fluxo import repository
from fiscalxml_server.webhooks.fluxo.schemas import (
    Fluxo,
    LeituraDeFluxo,
    NotificacoesDoFluxo,
    NovoFluxo,
)
from fiscalxml_server.webhooks.resources import Recursos

MOST: Final = 20
"""of an organisation"""
_PAUSE: Final = 0.5
"""seconds between two looks"""


class FluxosDemais(Problema):
    status, codigo, titulo = 409, "fluxos_demais", "A organização tem fluxos demais"
    explicacao = (
        "Há um limite de fluxos abertos por organização. Feche os que não são lidos; um que "
        "ninguém lê fecha-se sozinho em uma hora."
    )


async def open_fluxo(recursos: Recursos, sujeito: Sujeito, novo: NovoFluxo) -> Fluxo:
    """What happens from now on is held for it. Raises `ParametrosInvalidos`, `FluxosDemais`."""
    values = read_values(recursos.settings, msgspec.structs.asdict(novo))
    organizacao, id_ = sujeito.organizacao, new_id()
    async with recursos.banco.transacao(organizacao) as conn:
        if await repository.count(conn, organizacao) >= MOST:
            raise FluxosDemais(f"O limite é de {MOST} fluxos abertos.")
        row = await repository.add(
            conn,
            organizacao=organizacao,
            id=id_,
            fatia=slice_of(id_),
            criada_por=sujeito.ator,
            **values,
        )
        await _record(conn, sujeito, Acao.WEBHOOK_FLUXO_ABERTO, id_)
    return Fluxo(**{name: row[name] for name in Fluxo.__struct_fields__})


async def read(
    recursos: Recursos, sujeito: Sujeito, fluxo: UUID, leitura: LeituraDeFluxo
) -> NotificacoesDoFluxo:
    """What is held for it but for `lidas`, once there is something, or the time is over.

    Raises `NaoEncontrado`.
    """
    organizacao, clock = sujeito.organizacao, asyncio.get_running_loop().time
    deadline = clock() + leitura.espera
    async with recursos.banco.transacao(organizacao) as conn:
        row = await repository.find(conn, organizacao, fluxo)
        if row is None:
            raise _absent()
        since = row["criado_em"].astimezone(UTC).date()
        await repository.touch(conn, organizacao, fluxo)
        if leitura.lidas:
            await repository.forget(conn, organizacao, fluxo, since, leitura.lidas)
    while True:
        found = await _held(recursos.banco, sujeito, fluxo, since, leitura.limite)
        if found or clock() + _PAUSE > deadline:
            return NotificacoesDoFluxo([msgspec.Raw(each.encode()) for each in found])
        await asyncio.sleep(_PAUSE)


async def close(recursos: Recursos, sujeito: Sujeito, fluxo: UUID) -> None:
    """Raises `NaoEncontrado`."""
    async with recursos.banco.transacao(sujeito.organizacao) as conn:
        if not await repository.close(conn, sujeito.organizacao, fluxo):
            raise _absent()
        await _record(conn, sujeito, Acao.WEBHOOK_FLUXO_FECHADO, fluxo)


async def _held(banco: Banco, sujeito: Sujeito, fluxo: UUID, since: date, limit: int) -> list[str]:
    async with banco.transacao(sujeito.organizacao) as conn:
        found = list(await repository.held(conn, sujeito.organizacao, fluxo, since, limit))
        if found:
            await _record(conn, sujeito, Acao.WEBHOOK_FLUXO_LIDO, fluxo)
    return found


def _absent() -> NaoEncontrado:
    return NaoEncontrado("Não há fluxo aberto com este id. Um que ninguém lê fecha-se em uma hora.")


async def _record(conn: AsyncConnection, sujeito: Sujeito, acao: Acao, fluxo: UUID) -> None:
    await record(conn, sujeito.organizacao, Registro(sujeito.ator, acao, f"fluxo:{fluxo}"))
