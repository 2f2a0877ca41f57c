"""What one task carries, by who says so: the published architecture, or what was measured here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost.measured import DELIVERIES, READS_CPU
from fiscalxml_ops.cost.premises import Premissas
from fiscalxml_ops.scaling.policies import API, WORKER
from fiscalxml_ops.scaling.rates import DATABASE_CPU, SUMMARIES, VALIDATIONS, WORKER_DOCUMENTS

PUBLICADAS: Final = {"validacoes": 1_300, "resumos": 4_000, "processados": 690}
"""a minute of the whole published system: DESIGN §1, issue 10"""


@dataclass(frozen=True, kw_only=True)
class Taxas:
    """Of one task a minute; of the database, ms of a vCPU."""

    nome: str
    validacoes: Decimal
    leituras: Decimal
    """requests that read; never measured by themselves: those of resumos stand for them"""
    documentos: Decimal
    """of lotes, by a worker"""
    entregas: Decimal
    """webhooks, by a process that delivers"""
    ms_por_documento: Decimal
    ms_por_leitura: Decimal


def publicadas(premissas: Premissas) -> Taxas:
    """The published throughput, taken for that of the smallest published fleet.

    The publication does not say of how many instances it is; of the largest it would be a tenth
    of this for a worker, and every cost above the smallest fleet five times as high.
    """
    return Taxas(
        nome="publicadas",
        validacoes=Decimal(PUBLICADAS["validacoes"]) / API.minimum,
        leituras=Decimal(PUBLICADAS["resumos"]) / API.minimum,
        documentos=Decimal(PUBLICADAS["processados"]) / WORKER.minimum,
        entregas=medidas(premissas).entregas,
        ms_por_documento=medidas(premissas).ms_por_documento,
        ms_por_leitura=medidas(premissas).ms_por_leitura,
    )


def medidas(premissas: Premissas) -> Taxas:
    """The measured rates, on a machine of AWS (`fator_da_maquina`)."""
    factor = premissas.fator_da_maquina
    return Taxas(
        nome="medidas",
        validacoes=_decimal(VALIDATIONS.value) * factor,
        leituras=_decimal(SUMMARIES.value) * factor,
        documentos=_decimal(WORKER_DOCUMENTS.value) * factor,
        entregas=_decimal(DELIVERIES.value) * 60 * factor,
        ms_por_documento=_decimal(DATABASE_CPU.value) / factor,
        ms_por_leitura=_decimal(READS_CPU.value) / factor,
    )


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))
