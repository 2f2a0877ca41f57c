"""The table of prices: `precos.tsv` and `fontes.tsv`, edited by hand; standard library only.

Each price has its unit, its regions, how it is known (`Natureza`), its source and the date of that.
Money is `Decimal`, in US dollars; nothing is rounded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Final

REGIOES: Final = ("us-east-1", "us-west-2", "sa-east-1")
HORAS: Final = Decimal(730)
"""of a month, as AWS counts it"""
FOLDER: Final = Path(__file__).parent
_COLUMNS: Final = ("item", "regioes", "a_partir", "valor", "unidade", "natureza", "fonte", "nota")
_SOURCES: Final = ("fonte", "data", "texto")
_EVERYWHERE: Final = "*"


class PrecoInvalido(ValueError):
    """A row of the table that cannot be used; says which."""


class Natureza(StrEnum):
    """How a price is known."""

    TABELA = "tabela"
    """from a copy of AWS's own price list"""
    TERCEIROS = "terceiros"
    """published by somebody else, or of a seller's page seen by somebody else"""
    DERIVADO = "derivado"
    """by arithmetic from one of these"""
    LEMBRADO = "lembrado"
    """remembered, no document at hand"""
    SUPOSTO = "suposto"
    """our assumption"""


@dataclass(frozen=True)
class Fonte:
    """Where prices were read, and when they were true."""

    id: str
    data: date
    texto: str


@dataclass(frozen=True)
class Preco:
    """One row: what a unit costs in a region, from a quantity on."""

    item: str
    regiao: str
    a_partir: Decimal
    """units of a month behind which this price holds, up to the next row's"""
    valor: Decimal
    """US dollars a unit; for `desconto.…` a fraction"""
    unidade: str
    natureza: Natureza
    fonte: Fonte
    nota: str


@dataclass(frozen=True)
class Tabela:
    """Every price."""

    precos: tuple[Preco, ...]

    @cached_property
    def por_item(self) -> Mapping[tuple[str, str], tuple[Preco, ...]]:
        """(item, region) -> its rows, in the table's order."""
        found: dict[tuple[str, str], list[Preco]] = {}
        for preco in self.precos:
            found.setdefault((preco.item, preco.regiao), []).append(preco)
        return {key: tuple(steps) for key, steps in found.items()}

    def degraus(self, item: str, regiao: str) -> tuple[Preco, ...]:
        """The rows of an item in a region, from quantity 0 up; `PrecoInvalido` without any."""
        found = self.por_item.get((item, regiao)) or self.por_item.get((item, _EVERYWHERE))
        if not found:
            msg = f"não há preço de {item} em {regiao}"
            raise PrecoInvalido(msg)
        return found

    def primeiro(self, item: str, regiao: str) -> Preco:
        """The price of the first unit."""
        return self.degraus(item, regiao)[0]

    def valor(self, item: str, regiao: str) -> Decimal:
        """The price of the first unit, in dollars."""
        return self.primeiro(item, regiao).valor

    def custo(self, item: str, regiao: str, quantidade: Decimal) -> Decimal:
        """What a month's quantity costs, each step at its own price; `PrecoInvalido` below zero."""
        if quantidade < 0:
            msg = f"{item}: quantidade negativa"
            raise PrecoInvalido(msg)
        steps = self.degraus(item, regiao)
        total = sum(
            (
                (min(quantidade, after.a_partir) - step.a_partir) * step.valor
                for step, after in pairwise(steps)
                if quantidade > step.a_partir
            ),
            Decimal(0),
        )
        last = steps[-1]
        return total + max(quantidade - last.a_partir, Decimal(0)) * last.valor


def load(folder: Path = FOLDER) -> Tabela:
    """The table of a folder; `PrecoInvalido` for a row that cannot be used."""
    fontes = {row["fonte"]: _fonte(row) for row in rows(folder / "fontes.tsv", _SOURCES)}
    precos = [
        preco for row in rows(folder / "precos.tsv", _COLUMNS) for preco in _precos(row, fontes)
    ]
    tabela = Tabela(tuple(sorted(precos, key=lambda p: (p.item, p.regiao, p.a_partir))))
    for (item, regiao), steps in tabela.por_item.items():
        starts = [step.a_partir for step in steps]
        if starts[0] != 0 or len(set(starts)) != len(starts):
            msg = f"{item} em {regiao}: um preço começa em 0, e cada degrau em outra quantidade"
            raise PrecoInvalido(msg)
        if len({step.unidade for step in steps}) != 1:
            msg = f"{item} em {regiao}: mais de uma unidade"
            raise PrecoInvalido(msg)
    return tabela


def rows(path: Path, columns: tuple[str, ...]) -> Iterable[Mapping[str, str]]:
    """A table with tabs: a line of names, lines of values; those with `#` are for readers."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        msg = f"{path.name}: não é texto em UTF-8"
        raise PrecoInvalido(msg) from error
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    names = tuple(lines[0].split("\t")) if lines else ()
    if names != columns:
        msg = f"{path.name}: as colunas são {', '.join(columns)}"
        raise PrecoInvalido(msg)
    for line in lines[1:]:
        values = line.split("\t")
        if len(values) != len(names):
            msg = f"{path.name}: {len(names)} colunas em cada linha: {line}"
            raise PrecoInvalido(msg)
        yield dict(zip(names, values, strict=True))


def _fonte(row: Mapping[str, str]) -> Fonte:
    try:
        return Fonte(row["fonte"], date.fromisoformat(row["data"]), row["texto"])
    except ValueError as error:
        msg = f"fontes.tsv: a data de {row['fonte']} é AAAA-MM-DD"
        raise PrecoInvalido(msg) from error


def _precos(row: Mapping[str, str], fontes: Mapping[str, Fonte]) -> Iterable[Preco]:
    regioes = row["regioes"].split()
    try:
        if not regioes or not set(regioes) <= {*REGIOES, _EVERYWHERE}:
            raise ValueError(regioes)
        valor, a_partir = Decimal(row["valor"]), Decimal(row["a_partir"])
        if not (valor.is_finite() and valor >= 0):
            raise ValueError(valor)
        for regiao in regioes:
            yield Preco(
                item=row["item"],
                regiao=regiao,
                a_partir=a_partir,
                valor=valor,
                unidade=row["unidade"],
                natureza=Natureza(row["natureza"]),
                fonte=fontes[row["fonte"]],
                nota=row["nota"],
            )
    except (ValueError, KeyError, InvalidOperation) as error:
        msg = f"precos.tsv: {row['item']} em {row['regioes']}: {error}"
        raise PrecoInvalido(msg) from error
