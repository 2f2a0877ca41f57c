"""Groups W34 on: the totals of IBS and CBS (NT 2025.002)."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import reais
from fiscalxml.rules.nfe.ibscbs.datas import PRODUCAO
from fiscalxml.rules.nfe.scopes import SOMAS, ZERO, Nota, da_nota, de_cada


@da_nota(
    "nfe:W34-10",
    "1118",
    com="total/IBSCBSTot",
    desde=PRODUCAO,
    correcao="Retire total/IBSCBSTot, ou informe o grupo IBSCBS nos itens.",
)
def total_sem_ibscbs_nos_itens(nota: Nota) -> Falha | None:
    if any(imposto.tem("IBSCBS") for imposto in nota.impostos):
        return None
    return Falha("total/IBSCBSTot", "informado", "não informar")


@da_nota(
    "nfe:W34-20",
    "1119",
    desde=PRODUCAO,
    correcao="Informe total/IBSCBSTot: há IBS e CBS nos itens.",
)
def ibscbs_sem_total(nota: Nota) -> Falha | None:
    if nota.grupo.em("total").tem("IBSCBSTot"):
        return None
    if any(imposto.tem("IBSCBS") for imposto in nota.impostos):
        return Falha("total/IBSCBSTot", "ausente", "informado")
    return None


# Fuels are taxed by quantity or by value.
_MONO: Final = "gIBSCBSMono/g{0}MonoAdRem/gMonoPadrao gIBSCBSMono/g{0}MonoAdValorem/gMonoPadrao"

# Rule, code, the total under total/IBSCBSTot, and what it sums under imposto/IBSCBS of each item.
_SOMAS: Final = (
    ("nfe:W35-10", "1076", "", "vBCIBSCBS", "gIBSCBS", "vBC"),
    ("nfe:W38-10", "1077", "gIBS/gIBSUF", "vDif", "gIBSCBS/gIBSUF/gDif", "vDif"),
    ("nfe:W39-10", "1078", "gIBS/gIBSUF", "vDevTrib", "gIBSCBS/gIBSUF/gDevTrib", "vDevTrib"),
    ("nfe:W41-10", "1080", "gIBS/gIBSUF", "vIBSUF", "gIBSCBS/gIBSUF", "vIBSUF"),
    ("nfe:W43-10", "1081", "gIBS/gIBSMun", "vDif", "gIBSCBS/gIBSMun/gDif", "vDif"),
    ("nfe:W44-10", "1082", "gIBS/gIBSMun", "vDevTrib", "gIBSCBS/gIBSMun/gDevTrib", "vDevTrib"),
    ("nfe:W46-10", "1084", "gIBS/gIBSMun", "vIBSMun", "gIBSCBS/gIBSMun", "vIBSMun"),
    ("nfe:W47-10", "1085", "gIBS", "vIBS", "gIBSCBS", "vIBS"),
    ("nfe:W53-10", "1088", "gCBS", "vDif", "gIBSCBS/gCBS/gDif", "vDif"),
    ("nfe:W54-10", "1089", "gCBS", "vDevTrib", "gIBSCBS/gCBS/gDevTrib", "vDevTrib"),
    ("nfe:W56-10", "1091", "gCBS", "vCBS", "gIBSCBS/gCBS", "vCBS"),
    ("nfe:W58-10", "1092", "gMono", "vIBSMono", _MONO.format("IBS"), "vIBSMono"),
    ("nfe:W59-10", "1093", "gMono", "vCBSMono", _MONO.format("CBS"), "vCBSMono"),
)


def _confere(
    regra: str, codigo: str, grupo_do_total: str, campo: str, grupos_do_item: str, parcela: str
) -> None:
    caminho = f"total/IBSCBSTot/{grupo_do_total}".rstrip("/")
    nome = f"IBSCBS {grupos_do_item} {parcela}"
    for grupo_do_item in grupos_do_item.split():
        SOMAS[f"det/imposto/IBSCBS/{grupo_do_item}:{parcela}"] = nome

    def total(grupo: Grupo, nota: Nota) -> Falha | None:
        return Falha(campo, grupo[campo] or "ausente", reais(nota.somas.get(nome, ZERO)))

    de_cada(
        f"{caminho}:{campo}",
        regra,
        codigo,
        soma=nome,
        desde=PRODUCAO,
        correcao=f"{campo} do total é a soma de {parcela} dos itens: corrija um deles.",
    )(total)


for _linha in _SOMAS:
    _confere(*_linha)
