"""Group W17: totals of the services of a note, subject to ISSQN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import ZERO, Nota
from fiscalxml.rules.nfe.somas import compara, confere, registra

_TOTAL: Final = "total/ISSQNtot"

# Rule, code, field of ISSQNtot, field of the items.
for _regra, _codigo, _campo, _parcela in (
    ("nfe:W19-10", "606", "vBC", "vBC"),
    ("nfe:W20-10", "607", "vISS", "vISSQN"),
    ("nfe:W22b-10", "364", "vDeducao", "vDeducao"),
    ("nfe:W22c-10", "365", "vOutro", "vOutro"),
    ("nfe:W22d-10", "366", "vDescIncond", "vDescIncond"),
    ("nfe:W22e-10", "367", "vDescCond", "vDescCond"),
    ("nfe:W22f-10", "368", "vISSRet", "vISSRet"),
):
    confere(_regra, _codigo, f"{_TOTAL}:{_campo}", (f"det/imposto/ISSQN:{_parcela}",))


def _servicos(nota: Nota) -> Falha | None:
    """vProd of the services; those of indTot 0 may count or not."""
    soma = do_total = ZERO
    for prod, imposto in zip(nota.prods, nota.impostos, strict=True):
        if imposto.tem("ISSQN"):
            soma += prod.valor("vProd")
            if prod["indTot"] != "0":
                do_total += prod.valor("vProd")
    return compara(nota, f"{_TOTAL}:vServ", soma, do_total)


def _contribuicao(campo: str, grupo: str) -> Callable[[Nota], Falha | None]:
    """PIS or COFINS of the services, whatever the group of its CST."""

    def total(nota: Nota) -> Falha | None:
        soma = ZERO
        for imposto in nota.impostos:
            if imposto.tem("ISSQN"):
                soma += imposto.em(grupo).escolha().valor(campo)
        return compara(nota, f"{_TOTAL}:{campo}", soma)

    return total


registra("nfe:W18-10", "605", f"{_TOTAL}:vServ", _servicos)
registra("nfe:W21-10", "608", f"{_TOTAL}:vPIS", _contribuicao("vPIS", "PIS"))
registra("nfe:W22-10", "609", f"{_TOTAL}:vCOFINS", _contribuicao("vCOFINS", "COFINS"))
