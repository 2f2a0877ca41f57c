"""Objectives as rules: what is recorded of them, and alerts when a budget burns too fast.

A long window says that it matters, a short one that it goes on: both must burn. Windows are sums of
what was recorded each half minute, weighed by events, so that three days cost as little as an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from fiscalxml_ops.alerts.model import Alerta
from fiscalxml_ops.objectives import (
    AUXILIARES,
    JANELA,
    JANELAS,
    OBJETIVOS,
    QUEIMAS,
    Objetivo,
    Queima,
    razao,
)

_IN_WORDS = {"h": ("hora", "horas"), "d": ("dia", "dias")}


def recorded() -> Iterator[dict[str, Any]]:
    """Rules that record, in the order in which they need each other."""
    for name, expr in AUXILIARES.items():
        yield {"record": name, "expr": expr}
    for objetivo in OBJETIVOS:
        labels = {"objetivo": objetivo.nome}
        yield {"record": "slo:eventos:taxa", "expr": objetivo.eventos, "labels": labels}
        yield {"record": "slo:falhas:taxa", "expr": objetivo.falhas, "labels": labels}


def windows() -> Iterator[dict[str, Any]]:
    """Shares of bad events in each window, and how much of the month's budget is spent."""
    for janela in JANELAS:
        yield {
            "record": f"slo:falhas:razao_{janela}",
            "expr": f"sum_over_time(slo:falhas:taxa[{janela}])"
            f" / sum_over_time(slo:eventos:taxa[{janela}])",
        }
    for objetivo in OBJETIVOS:
        yield {
            "record": f"slo:orcamento:gasto_{JANELA}",
            "expr": f"{razao(objetivo, JANELA)} / {objetivo.orcamento}",
            "labels": {"objetivo": objetivo.nome},
        }


def alerts() -> Iterator[Alerta]:
    """Four an objective, of one name: as fast as its budget may burn."""
    for objetivo in OBJETIVOS:
        for queima in QUEIMAS:
            yield _alert(objetivo, queima)


def _alert(objetivo: Objetivo, queima: Queima) -> Alerta:
    bound = f"{queima.fator} * {objetivo.orcamento}"
    return Alerta(
        nome=objetivo.alerta,
        expr=f"{razao(objetivo, queima.longa)} > {bound}"
        f" and {razao(objetivo, queima.curta)} > {bound}",
        severidade=queima.severidade,
        resumo=f"{objetivo.titulo}: neste ritmo, o orçamento de erros de 30 dias acaba em "
        f"{_words(queima.esgota)}",
        descricao=f"Objetivo: {objetivo.promessa}. Ruins em {_words(queima.longa)}: "
        "{{ $value | humanizePercentage }}; o orçamento é "
        f"{_percent(objetivo.orcamento)}.",
        rotulos={"objetivo": objetivo.nome, "queima": str(queima.fator)},
    )


def _percent(share: Decimal) -> str:
    """0.001 -> 0,1 %."""
    return f"{(share * 100).normalize():f} %".replace(".", ",")


def _words(janela: str) -> str:
    """A duration: 1h -> 1 hora."""
    number, unit = int(janela[:-1]), janela[-1]
    return f"{number} {_IN_WORDS[unit][number > 1]}"
