"""What a run costs: hours of tasks and machines at the prices of `fiscalxml_ops.cost`."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost import premises
from fiscalxml_ops.cost.prices import HORAS, Tabela, load
from fiscalxml_ops.scaling.alarms import Target
from fiscalxml_ops.scaling.simulation import Run

REGION: Final = "us-east-1"
_MB: Final = 1024


def factor() -> float:
    """What 2 vCPU of AWS are supposed to do of what was measured: the bill's assumption."""
    return float(premises.load().fator_da_maquina)


def task_hour(target: Target, region: str, tabela: Tabela | None = None) -> Decimal:
    """US dollars an hour of a task on Fargate, or of the machine that one task has."""
    prices = tabela or load()
    if target.machines is not None:
        return prices.valor(f"ec2.{target.machines.instance}", region)
    memory = Decimal(target.memory) / _MB
    return Decimal(str(target.vcpu)) * prices.valor("fargate.vcpu", region) + memory * prices.valor(
        "fargate.gb", region
    )


def cost(run: Run, region: str = REGION, tabela: Tabela | None = None) -> dict[str, Decimal]:
    """US dollars of a run, by role; spot hours with the discount of the price table."""
    prices = tabela or load()
    saved = Decimal(run.spot_hours) * prices.valor("desconto.fargate.spot", region)
    return {
        run.plant.worker.role: (Decimal(run.worker_hours) - saved)
        * task_hour(run.plant.worker, region, prices),
        run.plant.api.role: Decimal(run.machine_hours) * task_hour(run.plant.api, region, prices),
    }


def always_most(run: Run, region: str = REGION, tabela: Tabela | None = None) -> Decimal:
    """US dollars of the same time with the maximum of both: what scaling is compared with."""
    prices = tabela or load()
    hours = Decimal(run.load.seconds) / 3600
    return hours * sum(
        (
            target.maximum * task_hour(target, region, prices)
            for target in (run.plant.worker, run.plant.api)
        ),
        Decimal(0),
    )


def month(run: Run, region: str = REGION, tabela: Tabela | None = None) -> Decimal:
    """US dollars of a month of such days."""
    hours = Decimal(run.load.seconds) / 3600
    return sum(cost(run, region, tabela).values(), Decimal(0)) / hours * HORAS
