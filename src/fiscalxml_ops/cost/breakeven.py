"""When a commitment, spot, Graviton or a class of S3 pays, and when it is all the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost.demand import GB, KB, MB, MIL
from fiscalxml_ops.cost.measured import PACK_DOCUMENTS, STORED_BYTES
from fiscalxml_ops.cost.prices import Tabela

COMPROMISSOS: Final = (
    ("Compute Savings Plan, 1 ano: EC2", "desconto.ec2.1a", 12),
    ("Compute Savings Plan, 3 anos: EC2", "desconto.ec2.3a", 36),
    ("Compute Savings Plan, 1 ano: Fargate", "desconto.fargate.1a", 12),
    ("Compute Savings Plan, 3 anos: Fargate", "desconto.fargate.3a", 36),
    ("RDS reservada, 1 ano", "desconto.rds.1a", 12),
    ("Database Savings Plan, 1 ano (geração 7)", "desconto.rds.plano", 12),
    ("ElastiCache reservado, 1 ano", "desconto.cache.1a", 12),
)
"""name, discount, months"""
ARM: Final = (
    ("EC2: c7g.large no lugar de c5.large", "ec2.c7g.large", "ec2.c5.large"),
    ("Fargate ARM: vCPU", "fargate.arm.vcpu", "fargate.vcpu"),
    ("RDS: db.r7g.xlarge no lugar de db.r5.xlarge", "rds.r7g.xlarge", "rds.r5.xlarge"),
)
CLASSES: Final = (
    ("Standard-IA", "s3.ia", 30, 128, 0),
    ("Glacier Instant Retrieval", "s3.gir", 90, 128, 0),
    ("Glacier Flexible Retrieval", "s3.flexible", 90, 0, 40),
    ("Glacier Deep Archive", "s3.deep", 180, 0, 40),
)
"""name, item, least days, least KB billed, KB an object adds: 32 in its class, 8 in Standard"""
_KEPT_STANDARD: Final = Decimal(8) / 40


@dataclass(frozen=True)
class Compromisso:
    """A year or three of the same, paid month by month."""

    nome: str
    desconto: Decimal
    meses: int

    @property
    def uso_minimo(self) -> Decimal:
        """Of the term, the share that must be in use for it to pay."""
        return 1 - self.desconto

    @property
    def mes_do_equilibrio(self) -> Decimal:
        """Used all the time, then given up: paying on demand would have cost less before it."""
        return self.meses * self.uso_minimo


@dataclass(frozen=True)
class Arm:
    """The same on Graviton."""

    nome: str
    arm: Decimal
    x86: Decimal

    @property
    def economia(self) -> Decimal:
        """Fraction of the price."""
        return 1 - self.arm / self.x86

    @property
    def velocidade_minima(self) -> Decimal:
        """Of x86's work in the same time, what must be done for it to pay."""
        return self.arm / self.x86


@dataclass(frozen=True)
class Classe:
    """A class of S3, for objects of one size."""

    nome: str
    dias_minimos: int
    gb_mes: Decimal
    """dollars of a GB of ours, with what small objects are charged for more"""
    economia: Decimal
    """dollars a GB a month, against Standard; below zero it costs more"""
    mudanca: Decimal
    """dollars that moving a GB there costs, once"""
    leitura: Decimal
    """dollars of reading a GB back"""

    @property
    def meses_para_pagar(self) -> Decimal | None:
        """Until moving there has paid; None: never."""
        return self.mudanca / self.economia if self.economia > 0 else None

    @property
    def leituras_por_mes(self) -> Decimal | None:
        """Times a month that everything may be read before Standard is cheaper."""
        return self.economia / self.leitura if self.economia > 0 else None


def commitments(tabela: Tabela, regiao: str) -> tuple[Compromisso, ...]:
    """Each kind of commitment."""
    return tuple(
        Compromisso(nome, tabela.valor(item, regiao), months) for nome, item, months in COMPROMISSOS
    )


def graviton(tabela: Tabela, regiao: str) -> tuple[Arm, ...]:
    """Each thing that Graviton could take over."""
    return tuple(
        Arm(nome, tabela.valor(arm, regiao), tabela.valor(x86, regiao)) for nome, arm, x86 in ARM
    )


def retrabalho_de_spot(tabela: Tabela, regiao: str) -> Decimal:
    """Work done again for each work done, at which spot costs what on demand does."""
    off = tabela.valor("desconto.fargate.spot", regiao)
    return off / (1 - off)


def pack_kilobytes() -> Decimal:
    """Of an object that a large lote makes."""
    return Decimal(str(STORED_BYTES.value)) * Decimal(str(PACK_DOCUMENTS.value)) / KB


def single_kilobytes() -> Decimal:
    """Of a document that came by itself."""
    return Decimal(str(STORED_BYTES.value)) / KB


def classes(tabela: Tabela, regiao: str, kilobytes: Decimal) -> tuple[Classe, ...]:
    """Each class, for objects of this size."""
    standard = tabela.valor("s3.standard", regiao)
    objects = MB / kilobytes
    found = []
    for nome, item, days, least, added in CLASSES:
        price = tabela.valor(item, regiao)
        billed = max(kilobytes, Decimal(least)) / kilobytes
        extra = Decimal(added) / kilobytes
        dearer = extra * (_KEPT_STANDARD * standard + (1 - _KEPT_STANDARD) * price)
        gb = price * billed + dearer
        found.append(
            Classe(
                nome,
                days,
                gb,
                standard - gb,
                objects * tabela.valor(f"{item}.transicao", regiao) / MIL,
                tabela.valor(f"{item}.leitura", regiao),
            )
        )
    return tuple(found)


def custodia(
    tabela: Tabela, regiao: str, degraus: tuple[tuple[int, str], ...], meses: int
) -> Decimal:
    """Dollars of a million documents over all their months; `degraus`: (until month, class)."""
    gigabytes = Decimal(str(STORED_BYTES.value)) * 1_000_000 / GB
    objects = Decimal(1_000_000) / Decimal(str(PACK_DOCUMENTS.value)) / MIL
    total, start = Decimal(0), 0
    for until, item in degraus:
        total += gigabytes * tabela.valor(item, regiao) * (min(until, meses) - start)
        if item != "s3.standard":
            total += objects * tabela.valor(f"{item}.transicao", regiao)
        start = min(until, meses)
    return total
