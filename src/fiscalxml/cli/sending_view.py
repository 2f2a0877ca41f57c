"""What `send` and `watch` show while they run: a line that moves, and what people should know."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, Self

from fiscalxml.cli.inputs import why
from fiscalxml.cli.sending_summary import bad, local
from fiscalxml.cli.terminal import console, safe
from fiscalxml.client import FalhaDoCliente, Lote
from fiscalxml.client.problems import ErroDoServico, FilaCheia
from fiscalxml.pages.words import plural
from fiscalxml.sending.files import NaoLido, shown
from fiscalxml.sending.records import Parte, Resultado
from fiscalxml.xml import milhar

if TYPE_CHECKING:
    from rich.status import Status

_REFRESH: Final = 0.1
_PATIENCE: Final = 0.5  # seconds before there is anything to show
_MEGABYTE: Final = 1_000_000


class Andamento:
    """Standard error: a line with the counts on a terminal, and troubles one below another."""

    def __init__(self) -> None:
        self._console = console(sys.stderr)
        self._status: Status | None = None
        self._next = time.monotonic() + _PATIENCE
        self._files = self._sent = self._bytes = 0
        self._lote: Lote | None = None
        self.unopened = 0
        """paths of the command line that could not be opened"""
        self.lotes: list[str] = []
        """of this run, in which not all was accepted"""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Take the line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def found(self) -> None:
        self._files += 1
        self._show()

    def unread(self, nao_lido: NaoLido) -> None:
        self.unopened += nao_lido.nomeado
        name = local(shown(nao_lido.caminho))
        self.trouble(f"Erro: não foi possível ler {name}: {why(nao_lido.erro)}.")

    def changed(self, caminho: str) -> None:
        name = local(shown(caminho))
        self.trouble(f"Erro: {name} mudou enquanto era enviado; não foi enviado desta vez.")

    def bytes_sent(self, number: int) -> None:
        self._bytes += number
        self._show()

    def sent(self, arquivos: int) -> None:
        self._sent += arquivos
        self._show()

    def processing(self, lote: Lote) -> None:
        self._lote = lote
        self._show()

    def refused(self, partes: Sequence[Parte], erro: ErroDoServico) -> None:
        what = local(shown(partes[0].caminho))
        rest = f" e mais {plural(len(partes) - 1, 'arquivo', 'arquivos')}" if partes[1:] else ""
        self.trouble(f"Erro: o serviço recusou {what}{rest}: {safe(erro.detalhe)}")

    def concluded(self, lote: Lote, resultados: Iterable[Resultado]) -> None:
        if any(bad(each.contagens) for each in resultados):
            self.lotes.append(str(lote.id))

    def waiting(self, motivo: FalhaDoCliente, segundos: float) -> None:
        seconds = plural(max(1, round(segundos)), "segundo", "segundos")
        words = motivo.detalhe if isinstance(motivo, FilaCheia) else str(motivo)
        self.trouble(f"{safe(words)} Nova tentativa em {seconds}.", "yellow")

    def trouble(self, text: str, style: str = "red") -> None:
        """A line that stays."""
        self._console.print(text, style=style, soft_wrap=True)

    def _show(self) -> None:
        if not self._console.is_terminal or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _REFRESH
        text = self._counts()
        if self._status is None:
            self._status = self._console.status(text, spinner="dots")
            self._status.start()
        self._status.update(text)

    def _counts(self) -> str:
        parts = [plural(self._files, "arquivo", "arquivos")]
        if self._bytes:
            parts.append(f"{milhar(self._sent)} enviados, {milhar(self._bytes // _MEGABYTE)} MB")
        if self._lote is not None and not self._lote.terminou:
            done, total = self._lote.contagens.soma, self._lote.total
            of = "" if total is None else f" de {milhar(total)}"
            parts.append(f"processando: {milhar(done)}{of}")
        return " · ".join(parts)
