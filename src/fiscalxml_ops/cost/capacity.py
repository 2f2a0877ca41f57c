"""What each part carries at most, and which of them ends first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from fiscalxml_ops.cost import rates
from fiscalxml_ops.cost.demand import GB, Demanda, Faixa
from fiscalxml_ops.cost.premises import Premissas
from fiscalxml_ops.cost.prices import HORAS
from fiscalxml_ops.cost.rates import Taxas
from fiscalxml_ops.cost.sizing import XLARGE_GB, XLARGE_VCPU
from fiscalxml_ops.scaling.policies import API, DELIVERER, WORKER

Need = Callable[[Demanda, Faixa], Decimal]
"""what a minute of those hours takes of the part, in its unit"""


@dataclass(frozen=True)
class Parte:
    """One part at its largest."""

    nome: str
    tamanho: str
    por_minuto: Decimal
    """of its own work, all of it together, at full"""
    trabalho: str
    documentos_por_mes: Decimal
    """of the whole service's, with which its busiest hours are at `ocupacao`"""
    como: str
    """how the figure is known"""

    def usuarios(self, premissas: Premissas) -> Decimal:
        """Users that so many documents are of."""
        return self.documentos_por_mes / premissas.documentos_por_usuario


def partes(premissas: Premissas, taxas: Taxas) -> tuple[Parte, ...]:
    """Every part that was measured and has something to do, the scarcest first."""
    used = (parte for parte in _partes(premissas, taxas) if parte.documentos_por_mes.is_finite())
    return tuple(sorted(used, key=lambda parte: parte.documentos_por_mes))


def _partes(p: Premissas, t: Taxas) -> Iterator[Parte]:
    def api(d: Demanda, faixa: Faixa) -> Decimal:
        reads = d.por_minuto(d.leituras, faixa) / t.leituras
        return d.por_minuto(d.diretos, faixa) / t.validacoes + reads

    def worker(d: Demanda, faixa: Faixa) -> Decimal:
        return d.por_minuto(d.em_lotes, faixa) / t.documentos

    def deliverer(d: Demanda, faixa: Faixa) -> Decimal:
        return d.por_minuto(d.entregas, faixa) / t.entregas

    def writes(d: Demanda, faixa: Faixa) -> Decimal:
        return d.por_minuto(d.documentos, faixa) * t.ms_por_documento / 60_000

    def reads(d: Demanda, faixa: Faixa) -> Decimal:
        return d.por_minuto(d.leituras, faixa) * t.ms_por_leitura / 60_000

    how = "taxas publicadas" if t.nome == "publicadas" else "taxas medidas × fator_da_maquina"
    for nome, most, need, per_unit, work in (
        ("API", API.maximum, api, t.validacoes, "validações"),
        ("Workers", WORKER.maximum, worker, t.documentos, "documentos de lotes"),
        ("Entregadores", DELIVERER.maximum, deliverer, t.entregas, "entregas"),
    ):
        count = Decimal(most)
        yield Parte(nome, f"{most} tarefas", per_unit * count, work, _most(p, need, count), how)
    for size, vcpu in (("db.r5.xlarge", Decimal(XLARGE_VCPU)), ("db.r5.24xlarge", p.vcpu_maxima)):
        per_minute = vcpu * 60_000 / t.ms_por_documento
        limit = _most(p, writes, vcpu)
        yield Parte("Banco: gravações", size, per_minute, "documentos", limit, how)
        per_minute = vcpu * 60_000 / t.ms_por_leitura
        limit = _most(p, reads, vcpu)
        yield Parte("Réplica: buscas", size, per_minute, "buscas", limit, how)
    yield from _disks(p)


def _disks(p: Premissas) -> Iterator[Parte]:
    rows = Demanda(Decimal(1), p).row_bytes / GB
    memory = p.vcpu_maxima / XLARGE_VCPU * XLARGE_GB
    for nome, size, limit, how in (
        ("Banco: disco", "64 TiB", p.limite_do_disco / p.folga_do_disco, "bytes de linhas medidos"),
        (
            "Banco: memória",
            f"{memory:.0f} GB",
            memory / p.memoria_quente,
            "bytes de linhas medidos, memoria_quente suposta",
        ),
    ):
        for months in sorted({Decimal(12), min(p.retencao, p.meses_no_banco)}):
            documents = limit / (rows * months)
            yield Parte(
                nome,
                f"{size}, {months} meses",
                documents / (HORAS * 60),
                "documentos",
                documents,
                how,
            )


def _most(p: Premissas, need: Need, units: Decimal) -> Decimal:
    """Documents of a month at which the busiest hours take `ocupacao` of so many units."""
    one = Demanda(Decimal(1), p.but(documentos_por_usuario=Decimal(1)))
    each = max(need(one, faixa) for faixa in one.faixas)
    return units * p.ocupacao / each if each else Decimal("Infinity")


def medidas(premissas: Premissas) -> tuple[Parte, ...]:
    """With the measured rates."""
    return partes(premissas, rates.medidas(premissas))


def publicadas(premissas: Premissas) -> tuple[Parte, ...]:
    """With the published rates."""
    return partes(premissas, rates.publicadas(premissas))
