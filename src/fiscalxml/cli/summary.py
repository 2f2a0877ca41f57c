"""What a run found, in a few lines at its end."""

from __future__ import annotations

from time import perf_counter
from typing import Final

from rich.console import Console
from rich.text import Text

from fiscalxml.causes import Causas, Situacoes
from fiscalxml.cli.block import wrapped
from fiscalxml.cli.cause_words import heading
from fiscalxml.cli.output import Fim
from fiscalxml.cli.terminal import safe
from fiscalxml.pages.words import impact, plural
from fiscalxml.xml import milhar

_SHOWN: Final = 5
_MANY: Final = 32  # from here on a rate says something
_VEREDITOS: Final = (
    ("valido", "válido", "válidos", "green"),
    ("invalido", "inválido", "inválidos", "red"),
    ("nao_avaliado", "não avaliado", "não avaliados", "yellow"),
)


class Sumario:
    """Counts, the causes that matter most, and how long it all took since it was made."""

    def __init__(self) -> None:
        self._started = perf_counter()

    def print(self, console: Console, fim: Fim, *, causas: bool = True) -> None:
        """`causas=False` where they have been told already."""
        total = fim.causas.panorama().total
        console.print(_verdicts(total))
        if causas and total.documentos > 1:  # of one document its report has just said all
            _print_causes(console, fim.causas)
        if fim.ignorados:
            kinds = "(PDF, imagem, certificado, arquivo de sistema…)"
            one, many = "arquivo que não é fiscal", "arquivos que não são fiscais"
            console.print(f"Ignorados: {plural(fim.ignorados, one, many)} {kinds}")
        if fim.nao_lidos:
            one, many = "arquivo não pôde ser lido", "arquivos não puderam ser lidos"
            console.print(plural(fim.nao_lidos, one, many), style="red")
        elapsed = perf_counter() - self._started
        count = total.documentos
        rate = f" · {milhar(round(count / elapsed))} documentos/s" if count >= _MANY else ""
        console.print(f"Tempo: {_duration(elapsed)}{rate}", style="dim")


def _verdicts(total: Situacoes) -> Text:
    if not total.documentos:
        return Text("Nenhum documento encontrado.")
    line = Text(f"{plural(total.documentos, 'documento', 'documentos')}: ", "bold")
    for veredito, one, many, style in _VEREDITOS:
        if count := getattr(total, veredito):
            line.append(plural(count, one, many), style).append(", ")
    line.right_crop(2)
    return line


def _print_causes(console: Console, causas: Causas) -> None:
    most = causas.most(_SHOWN)
    if not most:
        return
    console.print("Causas, da mais grave à mais leve:")
    lines: list[Text] = []
    for causa in most:
        lines += wrapped(heading(causa), console, 2, console.width)
        lines += wrapped(Text(safe(impact(causa)), "dim"), console, 4, console.width)
    if rest := len(causas) - len(most):
        lines.append(Text(f"  e {plural(rest, 'outra', 'outras')}: veja com --causas", "dim"))
    console.print(Text("\n").join(lines), no_wrap=True, overflow="ignore", crop=False)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s".replace(".", ",")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"
