"""Each symptom: quiet at first, then firing; and what looks like it and is none."""

from __future__ import annotations

from typing import Any, Final

from fiscalxml_ops.alerts.cases.model import check, expected, group, test_file
from fiscalxml_ops.alerts.cases.symptoms.case import Caso
from fiscalxml_ops.alerts.cases.symptoms.delivering import ENTREGAS
from fiscalxml_ops.alerts.cases.symptoms.outside import DE_FORA
from fiscalxml_ops.alerts.cases.symptoms.processing import PROCESSAMENTO
from fiscalxml_ops.alerts.cases.symptoms.roles import PAPEIS_FORA
from fiscalxml_ops.alerts.cases.symptoms.servers import SERVIDORES
from fiscalxml_ops.alerts.cases.symptoms.watching import VIGILANCIA
from fiscalxml_ops.alerts.model import Alerta
from fiscalxml_ops.alerts.symptoms import SINTOMAS

FILE: Final = "sintomas.yml"
CASOS: Final = (
    *PAPEIS_FORA,
    *PROCESSAMENTO,
    *ENTREGAS,
    *DE_FORA,
    *SERVIDORES,
    *VIGILANCIA,
)


def by_symptom() -> dict[str, Any]:
    """The file."""
    return test_file("1m", FILE, ("sintomas",), [_group(caso) for caso in CASOS])


def _group(caso: Caso) -> dict[str, Any]:
    checks = [check(caso.nome, em) for em in caso.quieto]
    if caso.dispara:
        rules = [_rule(caso.nome, regra) for regra in (caso.regra, *caso.junto)]
        fires = [expected(rule, caso.valor, **caso.rotulos) for rule in rules]
        checks.append(check(caso.nome, caso.dispara, fires))
    return group(f"{caso.nome}: {caso.o_que}", caso.series, checks)


def _rule(nome: str, regra: str) -> Alerta:
    (rule,) = (
        alerta
        for alerta in SINTOMAS
        if alerta.nome == nome and (not regra or regra in alerta.rotulos.values())
    )
    return rule
