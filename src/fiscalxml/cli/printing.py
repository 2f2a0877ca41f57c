"""The run of `fiscalxml danfe`: documents in, PDFs out, one exit code."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Final, Self

import click

from fiscalxml.archives import Ignorado, Recusa
from fiscalxml.cli.inputs import STDIN, NaoLido, discover, read_whole, why
from fiscalxml.cli.judging import DEBUG
from fiscalxml.cli.terminal import safe
from fiscalxml.danfe import (
    DanfeImpossivel,
    FalhaDoRenderizador,
    Pedido,
    Renderizador,
    SemDocumentoAuxiliar,
    VariosDocumentos,
    chaves_canceladas,
    pedido,
    pedidos,
    with_logo,
)

_AHEAD: Final = 3  # requests that wait for each process
_CTRL_C: Final = 0.5  # seconds
_VARIOS: Final = "tem mais de um documento; dê uma PASTA em -o."


@dataclass(slots=True)
class Impressao:
    """What was asked for, and how it went."""

    caminho: str
    saida: str
    timeout: float
    logo: bytes | None = None
    code: int = 0
    impressos: int = 0
    falhas: int = 0
    sem_auxiliar: int = 0
    nomes: Counter[str] = field(default_factory=Counter)

    def one(self, *, cancelado: bool, nota: bytes | None) -> int:
        """Print the only document to a file. Returns the exit code."""
        found = list(_first_two(self._inputs()))
        if len(found) > 1:
            self._fail(self.caminho, _VARIOS)
        elif found:
            name, data = found[0]
            try:
                wanted = pedido(data, cancelado=cancelado, logo=self.logo, nota=nota)
                with Renderizador() as renderizador:
                    pdf = renderizador.draw(wanted, timeout=self.timeout)
                self._save(self.saida, name, wanted, pdf)
            except VariosDocumentos:
                self._fail(name, _VARIOS)
            except DanfeImpossivel as refused:
                self._refuse(name, refused)
        elif not self.code:
            self._fail(self.caminho, "nenhum documento encontrado.")
        return self.code

    def many(self, jobs: int) -> int:
        """Print each document to a file of its own in a folder. Returns the exit code."""
        try:
            Path(self.saida).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._fail(self.saida, f"não foi possível criar a pasta: {why(error)}.")
            return 2
        with _Processes(jobs, self.timeout) as processes:
            waiting: deque[tuple[str, Pedido, Future[bytes]]] = deque()
            for name, wanted in self._requests():
                waiting.append((name, wanted, processes.draw(wanted)))
                if len(waiting) > _AHEAD * jobs:
                    self._finish(*waiting.popleft())
            while waiting:
                self._finish(*waiting.popleft())
        self._summary()
        return self.code

    def _inputs(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each file; what could not be read is told."""
        for item in discover([self.caminho], sys.stdin.buffer if sys.stdin else io.BytesIO()):
            if isinstance(item, NaoLido):
                self._fail(item.name, f"não foi possível ler: {item.motivo}.")
                self.code = 2 if item.nomeado else self.code
            elif isinstance(item, Recusa):
                self._fail(item.name, item.motivo)
            elif not isinstance(item, Ignorado):
                try:
                    yield item.name, read_whole(item)
                except OSError as error:
                    self._fail(item.name, f"não foi possível ler: {why(error)}.")

    def _requests(self) -> Iterator[tuple[str, Pedido]]:
        cancelados = _cancelados(self.caminho)
        for name, data in self._inputs():
            for wanted in pedidos(data, cancelados=cancelados):
                if isinstance(wanted, SemDocumentoAuxiliar):
                    self.sem_auxiliar += 1
                elif isinstance(wanted, DanfeImpossivel):
                    self._refuse(name, wanted)
                else:
                    yield name, with_logo(wanted, self.logo)

    def _finish(self, name: str, wanted: Pedido, pdf: Future[bytes]) -> None:
        # A signal just before a wait without end does not wake it: Ctrl-C would be lost.
        while not wait([pdf], _CTRL_C).done:
            pass
        try:
            drawn = pdf.result()
        except DanfeImpossivel as refused:
            self._refuse(name, refused)
            return
        self.nomes[wanted.nome] += 1
        again = self.nomes[wanted.nome]
        file = f"{wanted.nome}-{again}.pdf" if again > 1 else f"{wanted.nome}.pdf"
        self._save(str(Path(self.saida) / file), name, wanted, drawn)

    def _save(self, path: str, name: str, wanted: Pedido, pdf: bytes) -> None:
        try:
            _write(path, pdf)
        except OSError as error:
            self._fail(path, f"não foi possível gravar: {why(error)}.")
            return
        self.impressos += 1
        for aviso in wanted.avisos:
            click.secho(f"! {safe(name)}: {aviso}", fg="yellow", err=True)
        if path != STDIN:
            click.echo(f"✔ {safe(path)}  {wanted.titulo}")

    def _refuse(self, name: str, refused: DanfeImpossivel) -> None:
        self._fail(name, str(refused))
        if isinstance(refused, FalhaDoRenderizador) and os.environ.get(DEBUG):
            click.echo(refused.detalhe, err=True)

    def _fail(self, name: str, words: str) -> None:
        self.falhas += 1
        self.code = max(self.code, 1)
        click.secho(f"✖ {safe(name)}: {safe(words)}", fg="red", err=True)

    def _summary(self) -> None:
        if not (self.impressos or self.sem_auxiliar or self.falhas):
            click.echo("Nenhum documento encontrado.")
            return
        parts = [f"{self.impressos} {'PDF' if self.impressos == 1 else 'PDFs'}"]
        if self.sem_auxiliar:
            parts.append(f"{self.sem_auxiliar} sem documento auxiliar (eventos e outros)")
        if self.falhas:
            parts.append(f"{self.falhas} {'falha' if self.falhas == 1 else 'falhas'}")
        click.secho(" · ".join(parts), bold=True)


class _Processes:
    """As many processes that draw as may work at a time."""

    def __init__(self, jobs: int, timeout: float) -> None:
        self._timeout = timeout
        self._executor = ThreadPoolExecutor(jobs)
        self._all = [Renderizador() for _ in range(jobs)]
        self._idle = SimpleQueue[Renderizador]()
        for renderizador in self._all:
            self._idle.put(renderizador)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        for renderizador in self._all:
            renderizador.close()
        self._executor.shutdown()

    def draw(self, wanted: Pedido) -> Future[bytes]:
        return self._executor.submit(self._draw, wanted)

    def _draw(self, wanted: Pedido) -> bytes:
        renderizador = self._idle.get()
        try:
            return renderizador.draw(wanted, timeout=self._timeout)
        finally:
            self._idle.put(renderizador)


def _first_two(found: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for _, item in zip(range(2), found, strict=False):
        yield item


def _cancelados(caminho: str) -> frozenset[str]:
    """What the events in the path cancel; standard input can be read only once."""
    if caminho == STDIN:
        return frozenset()
    chaves: set[str] = set()
    for item in discover([caminho], io.BytesIO()):
        if not isinstance(item, (Ignorado, NaoLido, Recusa)):
            try:
                chaves.update(chaves_canceladas(read_whole(item)))
            except OSError:
                continue  # told when it is to be printed
    return frozenset(chaves)


def _write(path: str, pdf: bytes) -> None:
    """All of it or nothing: under another name until it is whole."""
    if path == STDIN:
        sys.stdout.buffer.write(pdf)
        sys.stdout.buffer.flush()
        return
    partial = Path(f"{path}.{os.getpid()}.parcial")
    try:
        partial.write_bytes(pdf)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
