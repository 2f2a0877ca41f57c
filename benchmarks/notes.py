"""The notes that a service is measured with, and the ZIP of a lote of them."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from fiscalxml.generator import Faixa, Lote, Pedido

COMPANIES: Final = 20
ITEMS: Final = Faixa(3, 10)
_BLOCK = 250  # notes that a process draws at a time
_LEVEL = 1  # of deflate: what is measured is not the packing


def draw(count: int, first: int, last: int) -> list[tuple[str, bytes]]:
    """Of `count` notes, names and bytes of those at these positions: authorised, all different."""
    lote = _lote(count)
    drawn = (lote.draw(position) for position in range(first, last))
    return [(each.nome, each.xml) for each in drawn]


def write_zip(path: Path, count: int) -> None:
    """A lote of so many notes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for block in _blocks(count):
            for name, data in block:
                archive.writestr(name, data)


def _blocks(count: int) -> Iterator[list[tuple[str, bytes]]]:
    firsts = range(0, count, _BLOCK)
    lasts = [min(first + _BLOCK, count) for first in firsts]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(partial(draw, count), firsts, lasts)


def _lote(count: int) -> Lote:
    return Lote(
        Pedido(
            quantidade=count,
            semente=7,
            tipos={"nfe": 1},
            itens=[ITEMS],
            protocolo=True,
            emitentes=COMPANIES,
        )
    )
