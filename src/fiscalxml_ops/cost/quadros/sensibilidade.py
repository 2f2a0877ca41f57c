"""Which assumption moves the bill: each doubled and halved, the others as they are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.format import Quadro, numero, porcento
from fiscalxml_ops.cost.model import calcular
from fiscalxml_ops.cost.prices import Tabela
from fiscalxml_ops.cost.scenarios import Cenario

NOMES: Final = (
    *("documentos_por_usuario", "meses", "fator_da_maquina", "leituras_por_documento"),
    *("webhooks_por_documento", "kB_por_leitura", "bytes_de_log", "disco_minimo", "nats"),
    *("memoria_quente", "folga_do_disco"),
)
LINHAS: Final = "bytes de linhas por documento"


def quadro(demanda: Demanda, cenario: Cenario, regiao: str, tabela: Tabela) -> Quadro:
    """Each change of the total, the largest first."""
    base = calcular(demanda, cenario, regiao, tabela).total

    def change(other: Demanda) -> Decimal:
        return calcular(other, cenario, regiao, tabela).total / base - 1

    p, found = demanda.premissas, []
    for name in NOMES:
        value = getattr(p, name)
        half, double = (
            change(replace(demanda, premissas=p.but(**{name: value * factor})))
            for factor in (Decimal("0.5"), Decimal(2))
        )
        found.append((name, half, double))
    half, double = (
        change(replace(demanda, row_bytes=demanda.row_bytes * factor))
        for factor in (Decimal("0.5"), Decimal(2))
    )
    found.append((LINHAS, half, double))
    found.sort(key=lambda row: -max(abs(row[1]), abs(row[2])))
    return Quadro(
        f"O que muda a conta, a {numero(demanda.usuarios)} usuários ({cenario.nome}, {regiao})",
        ("Premissa", "pela metade", "em dobro"),
        tuple((n, porcento(a, sinal=True), porcento(b, sinal=True)) for n, a, b in found),
    )
