"""Numbers as they are read in Brazil, and tables for terminal, Markdown and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Quadro:
    """A table with its title and what must be said below it. Cells are what is shown."""

    titulo: str
    colunas: tuple[str, ...]
    linhas: tuple[tuple[str, ...], ...]
    notas: tuple[str, ...] = field(default=())
    textos: int = 1
    """columns from the left that are words; the others are set to the right"""


def numero(value: Decimal | int, casas: int = 0) -> str:
    """1.234,5: rounded only here."""
    quantum = Decimal(1).scaleb(-casas)
    text = f"{Decimal(value).quantize(quantum, ROUND_HALF_UP):,.{casas}f}"
    return text.translate(str.maketrans(",.", ".,"))


def dolares(value: Decimal, casas: int = 2) -> str:
    """US$ 1.234,50."""
    return f"US$ {numero(value, casas)}"


def porcento(value: Decimal, casas: int = 1, *, sinal: bool = False) -> str:
    """12,5 % of a fraction; with its sign if wished."""
    text = f"{numero(value * 100, casas)} %"
    if not any(digit in text for digit in "123456789"):
        return text.removeprefix("-")
    return f"+{text}" if sinal and value > 0 else text


def preco(value: Decimal) -> str:
    """As many digits as the price has, at least two."""
    exponent = value.normalize().as_tuple().exponent
    return numero(value, max(2, -exponent if isinstance(exponent, int) else 2))


def texto(quadro: Quadro) -> str:
    """For a terminal."""
    table = [quadro.colunas, *quadro.linhas]
    widths = [max(len(row[i]) for row in table) for i in range(len(quadro.colunas))]
    lines = [quadro.titulo, "=" * len(quadro.titulo)]
    for number, row in enumerate(table):
        cells = (
            cell.ljust(width) if i < quadro.textos else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(cells).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in widths))
    lines += [f"* {nota}" for nota in quadro.notas]
    return "\n".join(lines) + "\n"


def markdown(quadro: Quadro) -> str:
    """For a page."""
    rule = ["---" if i < quadro.textos else "---:" for i in range(len(quadro.colunas))]
    rows = [quadro.colunas, tuple(rule), *quadro.linhas]
    lines = [f"## {quadro.titulo}", "", *(f"| {' | '.join(row)} |" for row in rows)]
    if quadro.notas:
        lines += ["", *(f"- {nota}" for nota in quadro.notas)]
    return "\n".join(lines) + "\n"


def em_csv(columns: Sequence[str], linhas: Iterable[Sequence[str]]) -> str:
    """RFC 4180, with `.` as the decimal point."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(linhas)
    return out.getvalue()


def em_dicionarios(quadro: Quadro) -> list[dict[str, str]]:
    """One object a row, by the columns' names."""
    return [dict(zip(quadro.colunas, row, strict=True)) for row in quadro.linhas]
