"""Every stored copy that a row speaks of, read by the service's own code, and its SHA-256."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, NamedTuple
from uuid import UUID
from zlib import crc32

from sqlalchemy import text

from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.storage.errors import (
    ChaveApagada,
    ChaveDesconhecida,
    CopiaAdulterada,
    CopiaAusente,
)
from fiscalxml_server.kit.storage.location import Local
from fiscalxml_server.kit.storage.objects import Objetos

_AT_ONCE: Final = 8
"""objects that are read at a time"""
_PAGE: Final = 20_000
_FIRST: Final = UUID(int=0)
_OF_KEYS: Final[Mapping[type[Exception], str]] = {
    ChaveApagada: "as chaves desta organização foram apagadas",
    ChaveDesconhecida: "a chave de dados com que foi selado não está no balde das chaves",
}
# In the order of their ids: documents of one object came together. What a document is now, and what
# it was before a better copy came.
_DOCUMENTS: Final = text("""
SELECT objeto, inicio, comprimento, sha256, id FROM documentos
WHERE id > :id ORDER BY id LIMIT :page
""")
_FORMER: Final = text("""
SELECT objeto, inicio, comprimento, sha256, documento AS id FROM copias
WHERE documento > :id ORDER BY documento, sha256
FETCH FIRST :page ROWS WITH TIES
""")
# What work that is not done will read; and files that can still be fetched.
_AWAITED: Final = text("""
SELECT objeto FROM lotes WHERE NOT aberto AND situacao IN ('recebido', 'abrindo')
UNION SELECT b.objeto FROM lote_blocos b JOIN lotes l ON l.id = b.lote
WHERE l.situacao NOT IN ('concluido', 'falhou')
UNION SELECT objeto FROM exportacoes WHERE situacao = 'pronta' AND NOT limpa AND expira_em > now()
""")
_OTHERS: Final = text("""
SELECT objeto FROM lotes UNION SELECT objeto FROM lote_blocos
UNION SELECT objeto FROM exportacoes WHERE objeto IS NOT NULL
""")


class Copia(NamedTuple):
    """A row's copy."""

    local: Local
    sha256: bytes
    documento: UUID


@dataclass
class Copias:
    """What was looked at, and what was found."""

    documentos: int = 0
    """copies that were read and are what was sent, to the bit"""
    puladas: int = 0
    """copies in objects that were not chosen"""
    objetos: int = 0
    """objects in the store"""
    faltam: list[str] = field(default_factory=list)
    """objects that rows speak of and the store does not have"""
    sem_copia: int = 0
    """rows of such objects"""
    adulteradas: list[str] = field(default_factory=list)
    soltos: int = 0
    """objects of which no row speaks: dead weight, or newer than the database"""


async def check(
    banco: Banco, objetos: Objetos, organizacoes: Iterable[UUID], um_em: int = 1
) -> Copias:
    """Of these organisations; of each one's first object and one in `um_em`, by its name. That each
    object is there is looked at for all of them.

    Raises what a store that is away raises.
    """
    result = Copias()
    for organizacao in organizacoes:
        await _Conferencia(banco, objetos, organizacao, um_em, result).check()
    return result


class _Conferencia:
    """Of one organisation."""

    def __init__(
        self, banco: Banco, objetos: Objetos, organizacao: UUID, um_em: int, result: Copias
    ) -> None:
        self._banco = banco
        self._objetos = objetos
        self._organizacao = organizacao
        self._um_em = um_em
        self._result = result
        self._first = ""
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def check(self) -> None:
        pages = self._objetos.pages(self._organizacao, "")
        names = {name async for page in pages for name in page}
        self._result.objetos += len(names)
        missing: set[str] = set()
        spoken_of: set[str] = set()
        async for copies in self._copies():
            spoken_of.update(each.local.objeto for each in copies)
            missing |= await self._read_all(copies, names)
        async with self._banco.transacao(self._organizacao) as conn:
            awaited = set((await conn.execute(_AWAITED)).scalars())
            spoken_of.update((await conn.execute(_OTHERS)).scalars())
        missing |= {each for each in awaited - names if not await self._is_there(each)}
        self._result.faltam += sorted(missing)
        self._result.soltos += len(names - spoken_of)

    async def _read_all(self, copies: Sequence[Copia], names: set[str]) -> set[str]:
        """Gives the objects that are not in the store."""
        missing = set()
        async with asyncio.TaskGroup() as group:
            in_objects = sorted(copies, key=lambda copia: (copia.local.objeto, copia.local.inicio))
            for objeto, of_object in groupby(in_objects, lambda copia: copia.local.objeto):
                together = list(of_object)
                if objeto not in names and not await self._is_there(objeto):
                    missing.add(objeto)
                    self._result.sem_copia += len(together)
                elif not self._is_chosen(objeto):
                    self._result.puladas += len(together)
                else:
                    group.create_task(self._read(together))
        return missing

    def _is_chosen(self, objeto: str) -> bool:
        """One in so many by its name; the first in any case, which tells whether the keys open."""
        self._first = self._first or objeto
        return objeto == self._first or crc32(objeto.encode()) % self._um_em == 0

    async def _is_there(self, objeto: str) -> bool:
        """Asked once more: it may have come after the store was listed."""
        try:
            await self._objetos.size(self._organizacao, objeto)
        except CopiaAusente:
            return False
        return True

    async def _read(self, copies: Sequence[Copia]) -> None:
        """An object's copies at once; one by one where that fails, to tell which."""
        async with self._slots:
            if not await self._same(copies):
                for each in copies:
                    await self._tell(each)
            else:
                self._result.documentos += len(copies)

    async def _same(self, copies: Sequence[Copia]) -> bool:
        locais, digests = [each.local for each in copies], [each.sha256 for each in copies]
        try:
            await self._objetos.read_many(self._organizacao, locais, digests)
        except (CopiaAusente, CopiaAdulterada):
            return False
        return True

    async def _tell(self, copia: Copia) -> None:
        try:
            await self._objetos.read(self._organizacao, copia.local, copia.sha256)
        except (CopiaAusente, CopiaAdulterada) as error:
            where = f"documento {copia.documento}, {copia.local.objeto}"
            self._result.adulteradas.append(f"{where}: {_OF_KEYS.get(type(error), error)}")
        else:
            self._result.documentos += 1

    async def _copies(self) -> AsyncIterator[list[Copia]]:
        for query in (_DOCUMENTS, _FORMER):
            after = _FIRST
            while True:
                async with self._banco.transacao(self._organizacao) as conn:
                    rows = (await conn.execute(query, {"id": after, "page": _PAGE})).all()
                yield [
                    Copia(Local(row.objeto, row.inicio, row.comprimento), row.sha256, row.id)
                    for row in rows
                ]
                if len(rows) < _PAGE:
                    break
                after = rows[-1].id
