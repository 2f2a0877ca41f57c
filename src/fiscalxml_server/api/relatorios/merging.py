"""Causes that were counted apart, merged in bounded steps and off the event loop."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Final, Protocol
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml.causes import Causas
from fiscalxml_server.kit.block_states import Trecho
from fiscalxml_server.kit.compression import decompress
from fiscalxml_server.kit.http.work import run_sized
from fiscalxml_server.kit.resources import Recursos

_logger = logging.getLogger(__name__)

_BLOCKS: Final = 100  # merged at a time


class Leitura(Protocol):
    """States (compressed `Causas.state`) behind a place, in their order, each with its own."""

    async def __call__(
        self, conn: AsyncConnection, *, after: Trecho, limit: int
    ) -> list[tuple[Trecho, bytes]]: ...


async def merged_causes(recursos: Recursos, organizacao: UUID, read: Leitura) -> Causas:
    """What all of them have counted up to now.

    A state that another version of the program wrote, and this one cannot read, is left out: those
    who ask tell from the number of documents that not all are counted.
    """
    causas = Causas()
    after = (-1, -1)
    while True:
        async with recursos.banco.leitura(organizacao) as conn:
            page = await read(conn, after=after, limit=_BLOCKS)
        states = [state for _, state in page]
        await run_sized(sum(map(len, states)), partial(_merge, causas, states))
        if len(page) < _BLOCKS:
            return causas
        after = page[-1][0]


def _merge(causas: Causas, states: Sequence[bytes]) -> None:
    for state in states:
        try:
            causas.merge(decompress(state))
        except msgspec.MsgspecError:
            _logger.warning("a state of causes cannot be read")
