"""From a demand to what must run: tasks by hours of the month, machines of the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

from fiscalxml_ops.cost.demand import Demanda, Faixa
from fiscalxml_ops.cost.prices import HORAS
from fiscalxml_ops.cost.rates import Taxas
from fiscalxml_ops.scaling.policies import (
    API,
    AUTH,
    DELIVERER,
    FIXED,
    KONG,
    WEBHOOKS,
    WORKER,
)

XLARGE_VCPU: Final = 4
XLARGE_GB: Final = 32
CLASSES: Final = (1, 2, 4, 8, 12, 16, 24)
"""sizes of a db.r5, in xlarge (of 4 vCPU, 32 GiB); their prices are in proportion"""
FIXOS: Final = {
    "relay": (FIXED["relay"], Decimal("0.5"), Decimal(1)),
    "escala": (FIXED["escala"], Decimal("0.25"), Decimal("0.5")),
    "canario": (1, Decimal("0.25"), Decimal("0.5")),
}
"""roles that are not scaled: tasks, vCPU, GB (infra/aws)"""


@dataclass(frozen=True)
class Papel:
    """Tasks of one role in a month."""

    nome: str
    vcpu: Decimal
    gb: Decimal
    minimo: int
    """tasks that always run"""
    maximo: int | None
    """of the scaling policy; None where there is none"""
    pico: int
    """tasks at the busiest hours, whatever the policy allows"""
    horas: Decimal
    """task-hours of the month"""
    maquinas: bool = False
    """one EC2 machine a task, instead of Fargate"""

    @property
    def horas_extras(self) -> Decimal:
        """Task-hours beyond those that always run."""
        return self.horas - self.minimo * HORAS

    @property
    def uso(self) -> Decimal | None:
        """Of what the policy allows at most, the share that the busiest hours take."""
        return Decimal(self.pico) / self.maximo if self.maximo else None


@dataclass(frozen=True)
class Banco:
    """The database: equal clusters, where one is not enough."""

    conjuntos: int
    tamanho: int
    """of each machine, in xlarge"""
    gb: Decimal
    """of disk, each machine"""
    vcpu_no_pico: Decimal
    """that the busiest hours take, all clusters together"""

    @property
    def classe(self) -> str:
        """Its name, without the family."""
        return "xlarge" if self.tamanho == 1 else f"{self.tamanho}xlarge"


@dataclass(frozen=True)
class Planta:
    """Everything that runs in one region."""

    papeis: tuple[Papel, ...]
    banco: Banco

    def papel(self, nome: str) -> Papel:
        """One role's tasks."""
        return next(papel for papel in self.papeis if papel.nome == nome)


def dimensionar(demanda: Demanda, taxas: Taxas) -> Planta:
    """What carries the demand at these rates."""
    return Planta(tuple(_papeis(demanda, taxas)), banco(demanda, taxas))


def _papeis(d: Demanda, t: Taxas) -> Iterator[Papel]:
    share = d.premissas.ocupacao

    def api(faixa: Faixa) -> Decimal:
        writes = d.por_minuto(d.diretos, faixa) / t.validacoes
        return (writes + d.por_minuto(d.leituras, faixa) / t.leituras) / share

    def worker(faixa: Faixa) -> Decimal:
        return d.por_minuto(d.em_lotes, faixa) / t.documentos / share

    def deliverer(faixa: Faixa) -> Decimal:
        return d.por_minuto(d.entregas, faixa) / t.entregas / share

    def kong(faixa: Faixa) -> Decimal:
        per_minute = 60_000 / d.premissas.ms_de_kong
        return d.por_minuto(d.requisicoes, faixa) / per_minute / share

    for target, need in ((API, api), (WORKER, worker), (DELIVERER, deliverer), (KONG, kong)):
        yield _scaled(
            d,
            Papel(
                nome=target.role,
                vcpu=Decimal(str(target.vcpu)),
                gb=Decimal(target.memory) / 1024,
                minimo=target.minimum,
                maximo=target.maximum,
                pico=0,
                horas=Decimal(0),
                maquinas=target.machines is not None,
            ),
            {faixa.nome: need(faixa) for faixa in d.faixas},
        )
    # Signing in and subscribing cost little beside documents: as few as there may be.
    for target in (AUTH, WEBHOOKS):
        low, most = target.minimum, target.maximum
        vcpu, gb = Decimal(str(target.vcpu)), Decimal(target.memory) / 1024
        yield Papel(target.role, vcpu, gb, low, most, low, low * HORAS)
    for nome, (tasks, vcpu, gb) in FIXOS.items():
        yield Papel(nome, vcpu, gb, tasks, None, tasks, tasks * HORAS)


def _scaled(d: Demanda, papel: Papel, need: dict[str, Decimal]) -> Papel:
    tasks = {nome: max(papel.minimo, ceil(value)) for nome, value in need.items()}
    return Papel(
        papel.nome,
        papel.vcpu,
        papel.gb,
        papel.minimo,
        papel.maximo,
        max(tasks.values()),
        sum((tasks[faixa.nome] * faixa.horas for faixa in d.faixas), Decimal(0)),
        papel.maquinas,
    )


def banco(d: Demanda, t: Taxas) -> Banco:
    """The database: as many clusters, and as large, as processor, memory and disk ask for.

    Writes are the primary's, reads the replica's, which is as large: the larger of both counts.
    """
    p = d.premissas
    vcpu = max(
        max(
            d.por_minuto(d.documentos, faixa) * t.ms_por_documento,
            d.por_minuto(d.leituras, faixa) * t.ms_por_leitura,
        )
        / 60_000
        for faixa in d.faixas
    )
    disk = max(p.disco_minimo, d.gb_linhas * p.folga_do_disco)
    needed = max(
        vcpu / p.ocupacao / XLARGE_VCPU,
        d.gb_linhas * p.memoria_quente / XLARGE_GB,
    )
    most = p.vcpu_maxima / XLARGE_VCPU
    clusters = max(1, ceil(needed / most), ceil(disk / p.limite_do_disco))
    size = next((n for n in CLASSES if n >= needed / clusters), CLASSES[-1])
    return Banco(clusters, size, disk / clusters, vcpu)


def ceil(value: Decimal) -> int:
    """The next whole number."""
    return int(value.to_integral_value(ROUND_CEILING))
