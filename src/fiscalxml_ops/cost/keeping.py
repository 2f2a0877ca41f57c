"""Lines of what keeps: database, cache, objects by age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost.demand import GB, MB, MIL, Demanda
from fiscalxml_ops.cost.lines import Conta, Grupo
from fiscalxml_ops.cost.measured import NOTE_BYTES, PACK_DOCUMENTS, SENT_BYTES, STORED_BYTES
from fiscalxml_ops.cost.prices import HORAS
from fiscalxml_ops.cost.scenarios import Cenario
from fiscalxml_ops.cost.sizing import Banco

CACHES: Final = 3
"""nodes, one a zone (infra/aws)"""
CLASSES_POR_IDADE: Final = ((1, "s3.standard"), (3, "s3.ia"), (None, "s3.gir"))
"""months up to which a pack is in a class (infra/aws): 30 days, 90 days, then for good"""
_PART_MB: Final = 8
"""of an upload"""


def database(conta: Conta, demanda: Demanda, banco: Banco, cenario: Cenario) -> None:
    """Primary in two zones, its replica, their disks; backups beyond what is free."""
    item = "rds.r7g.xlarge" if cenario.graviton else "rds.r5.xlarge"
    off = desconto_do_banco(conta, cenario)
    machines = banco.conjuntos * banco.tamanho * HORAS
    name = f"{banco.conjuntos} × db.{item.split('.')[1]}.{banco.classe}"
    conta.add(Grupo.BANCO, f"Primário Multi-AZ ({name})", item, 2 * machines, desconto=off)
    conta.add(Grupo.BANCO, f"Réplica de leitura ({name})", item, machines, desconto=off)
    disk = banco.gb * banco.conjuntos
    conta.add(Grupo.BANCO, "Disco do primário", "rds.gp3.multi-az", disk)
    conta.add(Grupo.BANCO, "Disco da réplica", "rds.gp3", disk)
    # As much as the disk that is provisioned is free.
    beyond = max(backup_gigabytes(demanda) - disk, Decimal(0))
    conta.add(Grupo.BANCO, "Backups além do disco", "rds.backup", beyond)


def backup_gigabytes(demanda: Demanda) -> Decimal:
    """One copy of the rows, and what was written in the days that a backup lives, in GB."""
    p = demanda.premissas
    written = demanda.documentos * demanda.row_bytes / GB * p.wal_por_byte
    return demanda.gb_linhas + written * p.dias_de_backup / 30


def desconto_do_banco(conta: Conta, cenario: Cenario) -> Decimal:
    """What a year's commitment takes off the database's hours."""
    if not cenario.compromisso:
        return Decimal(0)
    item = "desconto.rds.plano" if cenario.graviton else "desconto.rds.1a"
    return conta.tabela.valor(item, conta.regiao)


def cache(conta: Conta, cenario: Cenario) -> None:
    """Messages and counts: the same three nodes whatever the load."""
    item = "cache.valkey.r5.large" if cenario.valkey else "cache.r5.large"
    off = (
        conta.tabela.valor("desconto.cache.1a", conta.regiao) if cenario.compromisso else Decimal(0)
    )
    conta.add(Grupo.CACHE, f"{CACHES} nós ({item})", item, CACHES * HORAS, desconto=off)


@dataclass(frozen=True)
class Guardado:
    """What one class holds at the end of the month, in GB."""

    classe: str
    gb: Decimal


def by_age(demanda: Demanda, cenario: Cenario) -> Iterator[Guardado]:
    """Objects by class. Single documents stay in Standard: below 128 KB the others cost more."""
    p = demanda.premissas
    months = min(p.meses, p.retencao)
    monthly = demanda.em_lotes * Decimal(str(STORED_BYTES.value)) / GB
    single = demanda.gb_objetos - monthly * months
    if not cenario.idade:
        yield Guardado("s3.standard", demanda.gb_objetos)
        return
    start = Decimal(0)
    for until, classe in CLASSES_POR_IDADE:
        end = months if until is None else min(months, Decimal(until))
        gb = monthly * max(end - start, Decimal(0))
        yield Guardado(classe, gb + single if classe == "s3.standard" else gb)
        start = max(start, end)


def packs(demanda: Demanda) -> Decimal:
    """Objects that a month's lotes make."""
    return demanda.em_lotes / Decimal(str(PACK_DOCUMENTS.value))


def writes(demanda: Demanda) -> Decimal:
    """PUTs of a month: packs, single documents, parts of uploads."""
    sent = demanda.em_lotes * Decimal(str(SENT_BYTES.value)) / MB / _PART_MB
    return packs(demanda) + demanda.diretos + sent


def objects(conta: Conta, demanda: Demanda, cenario: Cenario, grupo: Grupo) -> None:
    """Storage, requests, and what moving to cheaper classes costs."""
    p = demanda.premissas
    for each in by_age(demanda, cenario):
        conta.add(grupo, f"Documentos ({each.classe})", each.classe, each.gb)
    conta.add(grupo, "Gravações no S3", "s3.put", writes(demanda) / MIL)
    if grupo is not Grupo.OBJETOS:
        return
    reads = demanda.leituras * p.leituras_de_objeto
    conta.add(grupo, "Leituras no S3", "s3.get", (reads + packs(demanda)) / MIL)
    if not cenario.idade:
        return
    for until, classe in CLASSES_POR_IDADE[1:]:
        conta.add(
            grupo, f"Mudanças de classe ({classe})", f"{classe}.transicao", packs(demanda) / MIL
        )
        if until is None:
            old = reads * p.leituras_antigas * Decimal(str(NOTE_BYTES.value)) / GB
            conta.add(grupo, "Leituras de documentos antigos", f"{classe}.leitura", old)
