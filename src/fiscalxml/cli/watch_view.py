"""What `watch` tells: a line for what was sent, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO

from fiscalxml.cli.sending_summary import SHOWN, outcomes, print_examples
from fiscalxml.cli.sending_view import Andamento
from fiscalxml.cli.terminal import console, safe
from fiscalxml.client import Lote
from fiscalxml.pages.words import plural
from fiscalxml.sending.files import shown
from fiscalxml.sending.records import Resultado


class Relato(Andamento):
    """Standard output: what happened, and when."""

    def __init__(self, stdout: IO[str]) -> None:
        super().__init__()
        self.out = console(stdout)

    def begin(self, pastas: Sequence[str], url: str) -> None:
        names = ", ".join(safe(shown(pasta)) for pasta in pastas)
        self._tell(f"Vigiando {names} para {safe(url)}. Ctrl-C para parar.")

    def sent(self, arquivos: int) -> None:
        super().sent(arquivos)
        self._tell(plural(arquivos, "arquivo enviado", "arquivos enviados"))

    def concluded(self, lote: Lote, resultados: Iterable[Resultado]) -> None:  # noqa: ARG002
        found = list(resultados)
        counts: Counter[str] = Counter()
        for each in found:
            counts.update(each.contagens)
        self._tell(outcomes(counts).plain)
        print_examples(self.out, [one for each in found for one in each.exemplos][:SHOWN])

    def _tell(self, text: str) -> None:
        self.clear()
        self.out.print(f"{datetime.now():%H:%M:%S} {text}", soft_wrap=True)
        self.out.file.flush()
