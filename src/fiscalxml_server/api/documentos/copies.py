"""Stored copies of many documents, those of one object read together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import RowMapping

from fiscalxml_server.kit.resources import Recursos
from fiscalxml_server.kit.storage import ChaveDesconhecida, CopiaAdulterada, CopiaAusente, Local

_AT_ONCE: Final = 8  # objects

Copia = bytes | CopiaAusente | CopiaAdulterada
"""the bytes, or why they are not to be had"""


async def read_copies(
    recursos: Recursos, organizacao: UUID, rows: Sequence[RowMapping]
) -> list[Copia]:
    """The bytes of documents (`objeto`, `inicio`, `comprimento`, `sha256`), in their order.

    Compared with their SHA-256. Raises `ChaveDesconhecida` (where keys are is a setting, which can
    be mended) and what the store raises when it is away.
    """
    by_object: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        by_object.setdefault(row["objeto"], []).append(position)
    copies: dict[int, Copia] = {}
    slots = asyncio.Semaphore(_AT_ONCE)

    async def read(positions: list[int]) -> None:
        async with slots:
            found = await _read_object(recursos, organizacao, [rows[at] for at in positions])
            copies.update(zip(positions, found, strict=True))

    try:
        async with asyncio.TaskGroup() as group:
            for positions in by_object.values():
                group.create_task(read(positions))
    except ExceptionGroup as errors:
        # Whoever waits for a store that is away knows its errors, and no group of them.
        raise errors.exceptions[0] from None
    return [copies[position] for position in range(len(rows))]


async def _read_object(
    recursos: Recursos, organizacao: UUID, rows: Sequence[RowMapping]
) -> Sequence[Copia]:
    locais = [Local(row["objeto"], row["inicio"], row["comprimento"]) for row in rows]
    digests = [row["sha256"] for row in rows]
    try:
        return await recursos.objetos.read_many(organizacao, locais, digests)
    except ChaveDesconhecida:
        raise
    except (CopiaAusente, CopiaAdulterada):
        return [
            await _read_one(recursos, organizacao, local, digest)
            for local, digest in zip(locais, digests, strict=True)
        ]


async def _read_one(recursos: Recursos, organizacao: UUID, local: Local, digest: bytes) -> Copia:
    try:
        return await recursos.objetos.read(organizacao, local, digest)
    except ChaveDesconhecida:
        raise
    except (CopiaAusente, CopiaAdulterada) as error:
        return error
