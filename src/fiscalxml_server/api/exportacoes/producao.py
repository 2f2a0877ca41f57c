"""A file in the making: documents as they were read go in, bytes come out, rows are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from fiscalxml_server.api.documentos.copies import Copia
from fiscalxml_server.api.exportacoes.formatos import open_writer, tables_of
from fiscalxml_server.api.exportacoes.linhas import (
    Lidos,
    of_documents,
    of_findings,
    of_items,
    of_taxes,
    read_resumos,
)
from fiscalxml_server.api.exportacoes.nomes import entry_names
from fiscalxml_server.api.exportacoes.schemas import Formato, NomeDeTabela
from fiscalxml_server.api.exportacoes.tabelas import MANIFESTO, Tabela
from fiscalxml_server.api.exportacoes.writers.archive import CONTEUDO
from fiscalxml_server.api.exportacoes.writers.shapes import Colunas, linhas
from fiscalxml_server.kit.storage import CopiaAusente

_OF_RESUMO: Final = ("itens", "tributos")
_OF_NAMES: Final = ("vigente", "evento_chave", "evento_tipo")
COPIA: Final = ("objeto", "inicio", "comprimento", "sha256")
"""columns that say where a document's bytes are"""


class Pagina(msgspec.Struct, frozen=True):
    """Documents that were read together."""

    lidos: Lidos
    names: Mapping[str, str | None]
    """of parties: inscricao -> name"""
    copias: Sequence[Copia] = ()


class Producao:
    """One file. `begin`, `write` and `end` work on the processor: call them in a thread."""

    def __init__(self, formato: Formato, tabela: NomeDeTabela | None, instante: datetime) -> None:
        self._tabelas = tables_of(formato, tabela)
        self._escritor = open_writer(formato, self._tabelas, instante)
        self.copias = formato == "zip"
        """whether it needs the bytes of documents"""
        self.relatorio = any(each.nome == "achados" for each in self._tabelas)
        """whether it needs their reports"""
        self.conteudo = (
            self.copias or self.relatorio or any(each.nome in _OF_RESUMO for each in self._tabelas)
        )
        """whether it needs what documents say, and not their rows alone"""
        self.colunas = self._needed()
        """columns of `documentos` that it needs"""
        self.nomes = any(
            coluna.origem == "nome" for each in self._tabelas for coluna in each.colunas
        )
        """whether it needs the names of parties"""
        self.documentos = 0
        self.linhas = {each.nome: 0 for each in self._tabelas or (MANIFESTO,)}
        """rows so far, by table"""

    def begin(self) -> bytes:
        """What stands before the first document."""
        return self._escritor.begin()

    def write(self, pagina: Pagina) -> bytes:
        """The next documents."""
        partes = dict(self._parts(pagina))
        for nome in self.linhas:
            self.linhas[nome] += linhas(partes[nome])
        self.documentos += len(pagina.lidos["id"])
        return self._escritor.write(partes)

    def end(self) -> Iterator[bytes]:
        """What stands behind the last one."""
        return self._escritor.end()

    def _needed(self) -> list[str]:
        tables = self._tabelas or (MANIFESTO,)
        names = {"id"} | {
            coluna.campo
            for each in tables
            for coluna in each.colunas
            if coluna.origem in ("documento", "nome")
        }
        if any(each.nome in _OF_RESUMO for each in tables):
            names.add("resumo")
        if self.copias:
            names |= {*COPIA, *_OF_NAMES}
        if self.conteudo:
            names.add("tamanho")
        return sorted(names)

    def _parts(self, pagina: Pagina) -> Iterator[tuple[str, Colunas]]:
        lidos = pagina.lidos
        if self.copias:
            yield MANIFESTO.nome, _manifest(lidos, pagina.copias)
            contents = [each if isinstance(each, bytes) else None for each in pagina.copias]
            yield CONTEUDO, [contents]
        resumos = read_resumos(lidos["resumo"]) if "resumo" in lidos else []
        for tabela in self._tabelas:
            yield tabela.nome, _table(tabela, pagina, resumos)


def _table(tabela: Tabela, pagina: Pagina, resumos: Sequence[Any]) -> Colunas:
    match tabela.nome:
        case "itens":
            return of_items(pagina.lidos, resumos)
        case "tributos":
            return of_taxes(pagina.lidos, resumos)
        case "achados":
            return of_findings(pagina.lidos)
    return of_documents(tabela, pagina.lidos, pagina.names)


def _manifest(lidos: Lidos, copias: Sequence[Copia]) -> Colunas:
    known = {
        **lidos,
        "nome": entry_names(lidos),
        "copia": [_state(copia) for copia in copias],
    }
    return of_documents(MANIFESTO, known, {})


def _state(copia: Copia) -> str:
    if isinstance(copia, bytes):
        return "ok"
    return "ausente" if isinstance(copia, CopiaAusente) else "alterada"
