"""Lines of what answers and works: machines, Fargate, load balancer, network."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost.demand import GB, MIL, MILHAO, Demanda
from fiscalxml_ops.cost.lines import Conta, Grupo
from fiscalxml_ops.cost.prices import HORAS
from fiscalxml_ops.cost.scenarios import Cenario
from fiscalxml_ops.cost.sizing import Papel, Planta
from fiscalxml_ops.scaling.policies import WORKER

DISCO_DA_MAQUINA: Final = 30
"""GB of a machine's own disk"""
IMAGENS: Final = 10
"""GB of images kept"""
_REQUISICOES_POR_CONEXAO: Final = 10
_LCU_CONEXOES: Final = 25
"""new connections a second of one LCU; and 1 GB an hour"""


def computing(conta: Conta, planta: Planta, cenario: Cenario) -> None:
    """Every role's tasks."""
    for papel in planta.papeis:
        if papel.maquinas:
            _machines(conta, papel, cenario)
        else:
            _fargate(conta, papel, cenario)
    conta.add(Grupo.COMPUTACAO, "Imagens (ECR)", "ecr.gb", IMAGENS)


def _machines(conta: Conta, papel: Papel, cenario: Cenario) -> None:
    item = "ec2.c7g.large" if cenario.graviton else "ec2.c5.large"
    off = conta.tabela.valor("desconto.ec2.1a", conta.regiao) if cenario.compromisso else Decimal(0)
    base, extra = papel.minimo * HORAS, papel.horas_extras
    name = f"{papel.nome} ({item.removeprefix('ec2.')})"
    conta.add(Grupo.COMPUTACAO, f"{name}, sempre", item, base, desconto=off)
    conta.add(Grupo.COMPUTACAO, f"{name}, na carga", item, extra)
    disk = DISCO_DA_MAQUINA * papel.horas / HORAS
    conta.add(Grupo.COMPUTACAO, f"{papel.nome}: discos", "ebs.gp3", disk)


def _fargate(conta: Conta, papel: Papel, cenario: Cenario) -> None:
    arch = "fargate.arm" if cenario.graviton else "fargate"
    prices = conta.tabela
    of_base, of_extra = Decimal(0), Decimal(0)
    if papel.nome == WORKER.role:
        of_base, of_extra = cenario.spot_sempre, cenario.spot
    spot_off = prices.valor("desconto.fargate.spot", conta.regiao)
    base_off = (
        prices.valor("desconto.fargate.1a", conta.regiao) if cenario.compromisso else Decimal(0)
    )
    base, extra = papel.minimo * HORAS, papel.horas_extras
    for what, hours, off in (
        ("sempre", base * (1 - of_base), base_off),
        ("na carga", extra * (1 - of_extra), Decimal(0)),
        ("em spot", base * of_base + extra * of_extra, spot_off),
    ):
        name = f"{papel.nome}, {what}"
        vcpu, memory = hours * papel.vcpu, hours * papel.gb
        conta.add(Grupo.COMPUTACAO, f"{name}: vCPU", f"{arch}.vcpu", vcpu, desconto=off)
        conta.add(Grupo.COMPUTACAO, f"{name}: memória", f"{arch}.gb", memory, desconto=off)


def network(conta: Conta, demanda: Demanda, cenario: Cenario) -> None:
    """Load balancer, NAT, endpoints, addresses, what leaves, what crosses zones."""
    p = demanda.premissas
    conta.add(Grupo.REDE, "Balanceador (ALB)", "alb.hora", HORAS)
    conta.add(Grupo.REDE, "Capacidade do ALB (LCU)", "alb.lcu", lcu_hours(demanda))
    conta.add(Grupo.REDE, "NAT", "nat.hora", p.nats * HORAS)
    # Webhooks leave by NAT; so do logs, where there are no endpoints.
    deliveries, logs = demanda.entregas * MIL / GB, log_gigabytes(demanda)
    by_nat = deliveries if cenario.inteira else deliveries + logs
    conta.add(Grupo.REDE, "NAT: dados", "nat.gb", by_nat)
    conta.add(
        Grupo.REDE, "Endereços IPv4 do ALB e dos NAT", "ipv4.hora", (p.zonas + p.nats) * HORAS
    )
    if cenario.inteira:
        conta.add(Grupo.REDE, "Endpoints", "vpce.hora", p.endpoints * p.zonas * HORAS)
        conta.add(Grupo.REDE, "Endpoints: dados", "vpce.gb", logs)
    conta.add(Grupo.REDE, "Saída para a internet", "saida.internet", demanda.gb_saida)
    # Two of three times, what one zone asks is in another: written to the database and its standby.
    crossing = (demanda.gb_entrada + demanda.gb_saida) * 2 * 2 / 3
    conta.add(Grupo.REDE, "Entre zonas", "entre-zonas", crossing)


def lcu_hours(demanda: Demanda) -> Decimal:
    """Capacity units of the load balancer in a month; one an hour at least."""
    hours = Decimal(0)
    gigabytes = demanda.gb_entrada + demanda.gb_saida
    for faixa in demanda.faixas:
        if not faixa.horas:
            continue
        connections = demanda.por_minuto(demanda.requisicoes, faixa) / 60
        connections /= _REQUISICOES_POR_CONEXAO * _LCU_CONEXOES
        per_hour = gigabytes * faixa.parte / faixa.horas
        hours += faixa.horas * max(Decimal(1), connections, per_hour)
    return hours


def log_gigabytes(demanda: Demanda) -> Decimal:
    """Logs of a month, in GB: a line a request and a delivery, and one a block of documents."""
    lines = demanda.requisicoes + demanda.entregas + demanda.em_lotes / 200 + HORAS * 60 * 60
    return lines * demanda.premissas.bytes_de_log / GB


def edge_millions(demanda: Demanda) -> Decimal:
    """Requests of a month that the firewall sees, in millions."""
    return demanda.requisicoes / MILHAO
