"""Line items: a quantity at a price, in a group. Sums are of exact decimals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from fiscalxml_ops.cost.prices import Preco, Tabela


class Grupo(StrEnum):
    """What a line is of; the last is not AWS's."""

    COMPUTACAO = "Computação"
    REDE = "Rede"
    BANCO = "Banco"
    CACHE = "Cache"
    OBJETOS = "Objetos"
    SEGURANCA = "Segurança e observação"
    RECUPERACAO = "Região de recuperação"
    TERCEIROS = "Terceiros"


@dataclass(frozen=True)
class Linha:
    """What one thing costs in a month."""

    grupo: Grupo
    nome: str
    quantidade: Decimal
    preco: Preco
    """of the first unit; what is bought in steps costs less behind it"""
    desconto: Decimal
    """fraction that a commitment takes off"""
    custo: Decimal
    """US dollars"""

    @property
    def aws(self) -> bool:
        """Whether AWS bills it."""
        return self.grupo is not Grupo.TERCEIROS


@dataclass
class Conta:
    """Gathers the lines of a region; those of nothing are left out."""

    tabela: Tabela
    regiao: str
    linhas: list[Linha] = field(default_factory=list)

    def add(
        self,
        grupo: Grupo,
        nome: str,
        item: str,
        quantidade: Decimal | int,
        *,
        desconto: Decimal = Decimal(0),
    ) -> None:
        """A month's quantity of an item."""
        amount = Decimal(quantidade)
        if not amount:
            return
        full = self.tabela.custo(item, self.regiao, amount)
        first = self.tabela.primeiro(item, self.regiao)
        custo = full * (1 - desconto)
        self.linhas.append(Linha(grupo, nome, amount, first, desconto, custo))


def total(linhas: Iterable[Linha]) -> Decimal:
    """Dollars of all."""
    return sum((linha.custo for linha in linhas), Decimal(0))


def por_grupo(linhas: Iterable[Linha]) -> dict[Grupo, Decimal]:
    """Dollars of each group that has any, in the groups' order."""
    linhas = tuple(linhas)
    sums = {grupo: total(each for each in linhas if each.grupo is grupo) for grupo in Grupo}
    return {grupo: custo for grupo, custo in sums.items() if custo}
