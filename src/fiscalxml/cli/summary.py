"""What a run found, in a few lines at its end."""

from __future__ import annotations

from collections import Counter
from time import perf_counter
from typing import Final, get_args

from rich.console import Console
from rich.text import Text

from fiscalxml.cli.terminal import safe
from fiscalxml.report import Report, Severidade
from fiscalxml.xml import milhar

_MOST_FREQUENT: Final = 5
_MAX_KINDS: Final = 10_000  # hostile files could make up as many messages as they like
_MANY: Final = 32  # from here on a rate says something
_VEREDITOS: Final = (
    ("valido", "válido", "válidos", "green"),
    ("invalido", "inválido", "inválidos", "red"),
    ("nao_avaliado", "não avaliado", "não avaliados", "yellow"),
)
_SEVERIDADES: Final = get_args(Severidade)
_STYLES: Final[dict[Severidade, str]] = {"erro": "red", "aviso": "yellow", "info": "cyan"}


class Sumario:
    """Counts as reports pass by; memory grows with the kinds of finding only."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self._vereditos: Counter[str] = Counter()
        self._achados: Counter[tuple[Severidade, str, str]] = Counter()

    def add(self, report: Report) -> None:
        self._vereditos[report.veredito] += 1
        for achado in report.achados:
            kind = (achado.severidade, achado.codigo, achado.mensagem)
            if kind in self._achados or len(self._achados) < _MAX_KINDS:
                self._achados[kind] += achado.ocorrencias or 1

    def print(self, console: Console, *, ignorados: int, nao_lidos: int) -> None:
        """`ignorados`: files that are no fiscal files; `nao_lidos`: that could not be read."""
        total = self._vereditos.total()
        console.print(self._verdicts(total))
        self._print_findings(console)
        if ignorados:
            kinds = "(PDF, imagem, arquivo de sistema…)"
            one, many = "arquivo que não é fiscal", "arquivos que não são fiscais"
            console.print(f"Ignorados: {_plural(ignorados, one, many)} {kinds}")
        if nao_lidos:
            console.print(
                _plural(nao_lidos, "arquivo não pôde ser lido", "arquivos não puderam ser lidos"),
                style="red",
            )
        elapsed = perf_counter() - self._started
        rate = f" · {milhar(round(total / elapsed))} documentos/s" if total >= _MANY else ""
        console.print(f"Tempo: {_duration(elapsed)}{rate}", style="dim")

    def _verdicts(self, total: int) -> Text:
        if not total:
            return Text("Nenhum documento encontrado.")
        line = Text(f"{_plural(total, 'documento', 'documentos')}: ", "bold")
        counts = [
            (_plural(self._vereditos[veredito], one, many), style)
            for veredito, one, many, style in _VEREDITOS
            if self._vereditos[veredito]
        ]
        for words, style in counts:
            line.append(words, style).append(", ")
        line.right_crop(2)
        return line

    def _print_findings(self, console: Console) -> None:
        if not self._achados:
            return
        console.print("Achados mais frequentes:")
        ranked = sorted(
            self._achados.items(), key=lambda item: (_SEVERIDADES.index(item[0][0]), -item[1])
        )
        most = ranked[:_MOST_FREQUENT]
        width = max(len(milhar(count)) for _, count in most)
        for (severidade, codigo, mensagem), count in most:
            line = Text(f"  {milhar(count):>{width}} × ")
            line.append(codigo, f"bold {_STYLES[severidade]}")
            line.append(f" {safe(mensagem)}")
            console.print(line, no_wrap=True, overflow="ellipsis")


def _plural(count: int, one: str, many: str) -> str:
    return f"{milhar(count)} {one if count == 1 else many}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s".replace(".", ",")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
