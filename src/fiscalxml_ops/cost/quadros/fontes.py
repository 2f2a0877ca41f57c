"""What the model stands on: assumptions, measurements, prices and their sources."""

from __future__ import annotations

from decimal import Decimal

from fiscalxml_ops.cost.format import Quadro, numero, preco
from fiscalxml_ops.cost.measured import MEASURED
from fiscalxml_ops.cost.premises import Premissas, explained
from fiscalxml_ops.cost.prices import Tabela
from fiscalxml_ops.scaling.rates import DATABASE_CPU, SUMMARIES, VALIDATIONS, WORKER_DOCUMENTS


def premissas(em_uso: Premissas) -> Quadro:
    """Every assumption, as it is in use."""
    return Quadro(
        "Premissas (src/fiscalxml_ops/cost/premissas.tsv)",
        ("Nome", "por quê", "valor", "unidade", "natureza"),
        tuple(
            (
                each.nome,
                each.porque,
                preco(getattr(em_uso, each.nome)).removesuffix(",00"),
                each.unidade,
                each.natureza,
            )
            for each in explained()
        ),
        textos=2,
    )


def medidas() -> Quadro:
    """What was measured, by which command."""
    rates = (*MEASURED, VALIDATIONS, SUMMARIES, WORKER_DOCUMENTS, DATABASE_CPU)
    return Quadro(
        "Medidas",
        ("O que", "de onde", "valor", "unidade", "natureza"),
        tuple(
            (
                each.name,
                each.source,
                preco(Decimal(str(each.value))).removesuffix(",00"),
                each.unit,
                each.kind,
            )
            for each in rates
        ),
        textos=2,
    )


def precos(tabela: Tabela) -> Quadro:
    """Every price."""
    return Quadro(
        "Preços, em dólares (src/fiscalxml_ops/cost/precos.tsv)",
        ("Item", "região", "a partir de", "valor", "unidade", "natureza", "fonte", "data", "nota"),
        tuple(
            (
                each.item,
                each.regiao,
                numero(each.a_partir) if each.a_partir else "",
                preco(each.valor),
                each.unidade,
                each.natureza.value,
                each.fonte.id,
                each.fonte.data.isoformat(),
                each.nota,
            )
            for each in tabela.precos
        ),
        textos=2,
    )


def fontes(tabela: Tabela) -> Quadro:
    """Where prices were read."""
    found = {each.fonte.id: each.fonte for each in tabela.precos}
    return Quadro(
        "Fontes dos preços",
        ("Fonte", "o que é", "data"),
        tuple((each.id, each.texto, each.data.isoformat()) for each in found.values()),
        textos=2,
    )
