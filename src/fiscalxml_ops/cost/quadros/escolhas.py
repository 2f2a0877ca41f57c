"""What each choice changes of the same demand's bill, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from fiscalxml_ops.cost.demand import Demanda
from fiscalxml_ops.cost.format import Quadro, dolares, numero, porcento
from fiscalxml_ops.cost.model import calcular
from fiscalxml_ops.cost.prices import Tabela
from fiscalxml_ops.cost.scenarios import SPOT, Cenario, Recuperacao

Escolhida = tuple[str, Cenario, Demanda]
"""what is chosen; how it is bought; of what"""


def quadro(demanda: Demanda, cenario: Cenario, regiao: str, tabela: Tabela) -> Quadro:
    """The bill as it is, and with each choice."""
    base = calcular(demanda, cenario, regiao, tabela).total
    rows = [("como está", dolares(base), "", "")]
    for words, bought, of in _choices(demanda, cenario):
        total = calcular(of, bought, regiao, tabela).total
        change = total - base
        rows.append(
            (words, dolares(total), dolares(change), porcento(change / base, sinal=True)),
        )
    p = demanda.premissas
    return Quadro(
        f"O que cada escolha muda: {numero(demanda.usuarios)} usuários, "
        f"{numero(p.documentos_por_usuario)} documentos, {numero(p.meses)} meses "
        f"({cenario.nome}, {regiao})",
        ("Escolha", "total", "muda", "do total"),
        tuple(rows),
        (
            "Uma de cada vez, as outras como estão. Linhas fora do banco são uma mudança do "
            "produto, que hoje guarda todas: a busca teria de ler o que saiu em outro lugar.",
        ),
    )


def _choices(d: Demanda, c: Cenario) -> Iterator[Escolhida]:
    def assuming(**others: Decimal) -> Demanda:
        return replace(d, premissas=d.premissas.but(**others))

    yield "compromisso de 1 ano do que roda sempre", replace(c, compromisso=True), d
    yield "Graviton, se for tão rápido", replace(c, graviton=True), d
    none = Decimal(0)
    yield "workers sem spot", replace(c, spot=none, spot_sempre=none), d
    yield "metade dos workers em spot, acima do mínimo", replace(c, spot=SPOT, spot_sempre=none), d
    yield "metade de todos os workers em spot", replace(c, spot=SPOT, spot_sempre=SPOT), d
    yield "S3 sem classes por idade", replace(c, idade=False), d
    for ready in Recuperacao:
        if ready is not c.recuperacao:
            yield f"recuperação: {ready.value}", replace(c, recuperacao=ready), d
    yield "sem endpoints de interface", c, assuming(endpoints=Decimal(0))
    yield "um NAT só", c, assuming(nats=Decimal(1))
    yield "metade dos bytes de linhas por documento", c, replace(d, row_bytes=d.row_bytes / 2)
    yield "linhas de 24 meses no banco", c, assuming(meses_no_banco=Decimal(24))
    yield "linhas de 12 meses no banco", c, assuming(meses_no_banco=Decimal(12))
