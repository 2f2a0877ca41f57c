"""The graph of a document: breadth first, both ways, within limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.api.documentos import service as documentos
from fiscalxml_server.api.relacoes import repository
from fiscalxml_server.api.relacoes.schemas import Aresta, Grafo, No
from fiscalxml_server.kit.errors import NaoEncontrado
from fiscalxml_server.kit.resources import Recursos

_EDGES_PER_NODE: Final = 4
"""how many edges a statement may give, by the nodes that may still come"""


async def read_graph(
    recursos: Recursos, organizacao: UUID, chave: str, profundidade: int, limite: int
) -> Grafo:
    """What can be reached from a chave, or an id, in so many steps. Raises `NaoEncontrado`.

    A chave that only others name has a graph too.
    """
    inicio = await _start(recursos, organizacao, chave)
    async with recursos.banco.leitura(organizacao) as conn:
        busca = _Busca(conn, organizacao, inicio, limite)
        for _ in range(profundidade):
            await busca.step()
        await busca.finish()
    if not busca.nos[inicio.no].id and not busca.arestas:
        raise NaoEncontrado("Não há documento guardado com esta chave, nem um que a cite.")
    return Grafo(inicio.no, list(busca.nos.values()), sorted(busca.arestas), busca.parcial)


async def _start(recursos: Recursos, organizacao: UUID, chave: str) -> No:
    try:
        row = await documentos.find(recursos, organizacao, chave)
    except NaoEncontrado:
        if not documentos.is_chave(chave):
            raise
        return No(no=chave, chave=chave)
    return repository.no_of(row)


class _Busca:
    """What was found so far, and where to go on from."""

    def __init__(self, conn: AsyncConnection, organizacao: UUID, inicio: No, limite: int) -> None:
        self._conn = conn
        self._organizacao = organizacao
        self._limite = limite
        self._frontier = [inicio.no]
        self.nos = {inicio.no: inicio}
        self.arestas: set[Aresta] = set()
        self.parcial = False

    async def step(self) -> None:
        """One step further, from all that the last step found."""
        if not self._frontier:
            return
        here = [self.nos[name] for name in self._frontier]
        self._frontier = []
        chaves = [no.chave for no in here if no.chave is not None]
        self._reach(await self._full(repository.named_by, [no for no in here if no.id]))
        self._meet(await self._full(repository.events, chaves))
        self._meet(await self._full(repository.naming, chaves))
        await self._follow_events(here)
        await self._fill()

    async def finish(self) -> None:
        """The edges between those of the last step, among what is there already."""
        last = [self.nos[name] for name in self._frontier if self.nos[name].id is not None]
        for aresta in await self._full(repository.named_by, last):
            if aresta.para in self.nos:
                self.arestas.add(aresta)

    async def _follow_events(self, here: Iterable[No]) -> None:
        """From an event to the document that it is of."""
        ids = [no.id for no in here if no.evento is not None and no.id is not None]
        if ids:
            self._reach(await repository.documents_of_events(self._conn, self._organizacao, ids))

    async def _full(self, read: Any, what: list[Any]) -> list[Any]:
        """What a statement gives; if it may have more, the graph is not whole."""
        if not what:
            return []
        limit = self._limite * _EDGES_PER_NODE
        found: list[Any] = await read(self._conn, self._organizacao, what, limit + 1)
        if len(found) > limit:
            self.parcial = True
        return found[:limit]

    def _reach(self, arestas: Iterable[Aresta]) -> None:
        for aresta in arestas:
            self._add(No(no=aresta.para, chave=aresta.para), aresta)

    def _meet(self, found: Iterable[tuple[No, Aresta]]) -> None:
        for no, aresta in found:
            self._add(no, aresta)

    def _add(self, no: No, aresta: Aresta) -> None:
        if no.no not in self.nos:
            if len(self.nos) >= self._limite:
                self.parcial = True
                return
            self.nos[no.no] = no
            self._frontier.append(no.no)
        self.arestas.add(aresta)

    async def _fill(self) -> None:
        """What is stored of those that are known by their chave only."""
        named = [name for name in self._frontier if self.nos[name].id is None]
        if named:
            for no in await repository.documents(self._conn, self._organizacao, named):
                self.nos[no.no] = no
