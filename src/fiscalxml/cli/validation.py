"""The run of `fiscalxml validate`: files in, reports out, one exit code."""

from __future__ import annotations

import io
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain

import click

from fiscalxml.archives import Entry, Ignorado
from fiscalxml.cli.inputs import Documento, Encontrado, NaoLido, discover
from fiscalxml.cli.judging import Julgados, crashed, judge
from fiscalxml.cli.output import Output
from fiscalxml.cli.parallel import ordered
from fiscalxml.cli.progress import Progress
from fiscalxml.cli.terminal import safe
from fiscalxml.judgement import Opcoes

# A chunk is what a worker gets at a time: enough to make the passing cheap.
_CHUNK_FILES = 32
_CHUNK_BYTES = 1 << 20


class Validation:
    """Keeps the few counts that a run is remembered by."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._ignorados = 0
        self._nao_lidos = 0
        self._unopened = False
        self._all_valid = True

    def run(self, paths: Sequence[str], opcoes: Opcoes, jobs: int) -> int:
        """Validate everything in the paths. Returns the exit code of the contract."""
        stdin = sys.stdin.buffer if sys.stdin else io.BytesIO()
        documents = self._documents(discover(paths, stdin))
        work = partial(judge, opcoes=opcoes)
        with Progress() as progress, closing(_judged(_chunks(documents), work, jobs)) as results:
            for julgados in results:
                self._output.write(julgados.lines, julgados.itens)
                self._all_valid &= julgados.validos
                for name, motivo in julgados.nao_lidos:
                    self._not_read(name, motivo)
                progress.advance(julgados.arquivos)
        self._output.finish(ignorados=self._ignorados, nao_lidos=self._nao_lidos)
        if self._unopened:
            return 2
        return 0 if self._all_valid and not self._nao_lidos else 1

    def _documents(self, found: Iterator[Encontrado]) -> Iterator[Documento]:
        """Those that get a report; the others are counted, or told at once."""
        for item in found:
            if isinstance(item, Ignorado):
                self._ignorados += 1
            elif isinstance(item, NaoLido):
                self._unopened |= item.nomeado
                self._not_read(item.name, item.motivo)
            else:
                yield item

    def _not_read(self, name: str, motivo: str) -> None:
        self._nao_lidos += 1
        click.echo(f"Erro: não foi possível ler {safe(name)}: {motivo}.", err=True)


def _chunks(documents: Iterator[Documento]) -> Iterator[list[Documento]]:
    chunk: list[Documento] = []
    size = 0
    for document in documents:
        chunk.append(document)
        if isinstance(document, Entry):
            size += len(document.data)
        if len(chunk) == _CHUNK_FILES or size >= _CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _judged(
    chunks: Iterator[list[Documento]], work: partial[Julgados], jobs: int
) -> Generator[Julgados]:
    """In this process when there is one chunk only: starting others would take longer."""
    first: list[Documento] = next(chunks, [])
    second = next(chunks, None)
    if second is None:
        yield work(first)
    else:
        yield from ordered(chain((first, second), chunks), work, crashed, jobs)
