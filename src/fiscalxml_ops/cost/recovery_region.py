"""Lines of the other region, by how much of it stands ready."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost.demand import GB, Demanda
from fiscalxml_ops.cost.keeping import backup_gigabytes, desconto_do_banco, objects
from fiscalxml_ops.cost.lines import Conta, Grupo
from fiscalxml_ops.cost.measured import STORED_BYTES
from fiscalxml_ops.cost.prices import HORAS
from fiscalxml_ops.cost.scenarios import Cenario, Recuperacao
from fiscalxml_ops.cost.sizing import Planta

_GRUPO: Final = Grupo.RECUPERACAO
AQUECIDOS: Final = {"api": 1, "worker": 1, "auth": 1, "webhooks": 1, "kong": 1, "relay": 1}
"""role -> tasks that run while nothing has happened"""


def recovery_region(
    here: Conta, there: Conta, demanda: Demanda, planta: Planta, cenario: Cenario
) -> None:
    """Copies leave at the primary region's price, and are kept at the other's."""
    ready = cenario.recuperacao
    if ready is Recuperacao.NENHUMA:
        return
    p = demanda.premissas
    copied = demanda.documentos * Decimal(str(STORED_BYTES.value)) / GB
    here.add(_GRUPO, "Objetos: transferência", "saida.regiao", copied)
    here.add(_GRUPO, "Objetos: prazo da cópia (RTC)", "s3.rtc", copied)
    objects(there, demanda, cenario, _GRUPO)
    written = demanda.documentos * demanda.row_bytes / GB * p.wal_por_byte
    here.add(_GRUPO, "Backups do banco: transferência", "saida.regiao", written)
    there.add(_GRUPO, "Backups do banco", "rds.backup", backup_gigabytes(demanda))
    there.add(_GRUPO, "Chaves (KMS)", "kms.chave", p.chaves_kms)
    there.add(_GRUPO, "Segredos (réplicas)", "segredo.mes", p.segredos)
    if ready is Recuperacao.COPIAS:
        return
    _pilot(here, there, demanda, planta, cenario)
    if ready is Recuperacao.AQUECIDA:
        _warm(there, planta)


def _pilot(here: Conta, there: Conta, demanda: Demanda, planta: Planta, cenario: Cenario) -> None:
    item = "rds.r7g.xlarge" if cenario.graviton else "rds.r5.xlarge"
    banco = planta.banco
    there.add(
        _GRUPO,
        f"Réplica do banco ({banco.conjuntos} × {banco.classe})",
        item,
        banco.conjuntos * banco.tamanho * HORAS,
        desconto=desconto_do_banco(there, cenario),
    )
    there.add(_GRUPO, "Disco da réplica", "rds.gp3", banco.gb * banco.conjuntos)
    wal = demanda.documentos * demanda.row_bytes * demanda.premissas.wal_por_byte / GB
    here.add(_GRUPO, "WAL: transferência", "saida.regiao", wal)
    there.add(_GRUPO, "NAT", "nat.hora", HORAS)
    if cenario.inteira:
        p = demanda.premissas
        # In one zone, until tasks run there.
        there.add(_GRUPO, "Endpoints", "vpce.hora", p.endpoints * HORAS)
    there.add(_GRUPO, "Endereço IPv4 do NAT", "ipv4.hora", HORAS)
    there.add(_GRUPO, "Cache (2 × t4g.small)", "cache.t4g.small", 2 * HORAS)


def _warm(there: Conta, planta: Planta) -> None:
    there.add(_GRUPO, "Balanceador (ALB)", "alb.hora", HORAS)
    there.add(_GRUPO, "Capacidade do ALB (LCU)", "alb.lcu", HORAS)
    for nome, tasks in AQUECIDOS.items():
        papel = planta.papel(nome)
        hours = tasks * HORAS
        if papel.maquinas:
            there.add(_GRUPO, f"{nome} (c5.large)", "ec2.c5.large", hours)
            continue
        there.add(_GRUPO, f"{nome}: vCPU", "fargate.vcpu", hours * papel.vcpu)
        there.add(_GRUPO, f"{nome}: memória", "fargate.gb", hours * papel.gb)
