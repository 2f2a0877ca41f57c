"""Groups W31 to W60: the totals of IS, IBS and CBS, and of the note with them (NT 2025.002)."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import reais
from fiscalxml.rules.nfe.reforma import PRODUCAO, SEM_DATA, V130_SEGUNDA_ETAPA, Vigencia
from fiscalxml.rules.nfe.scopes import SOMAS, ZERO, Item, Nota, da_nota, de_cada, do_item


@da_nota(
    "nfe:W31-10",
    "1073",
    com="total/ISTot",
    desde=PRODUCAO,
    correcao="Retire total/ISTot, ou informe o grupo IS nos itens.",
    causa="O sistema gera o total zerado mesmo quando nenhum item tem Imposto Seletivo.",
)
def total_sem_imposto_seletivo(nota: Nota) -> Falha | None:
    if any(imposto.tem("IS") for imposto in nota.impostos):
        return None
    return Falha("total/ISTot", "informado", "não informar")


@do_item(
    "nfe:W31-20",
    "1117",
    com="imposto/IS",
    desde=PRODUCAO,
    correcao="Informe total/ISTot: há Imposto Seletivo nos itens.",
    causa="O sistema já calcula o Imposto Seletivo dos itens, mas ainda não o soma.",
)
def imposto_seletivo_sem_total(item: Item) -> Falha | None:
    """Found at the first item that has it."""
    nota = item.nota
    if nota.grupo.em("total").tem("ISTot"):
        return None
    if any(imposto.tem("IS") for imposto in nota.impostos[: item.posicao]):
        return None
    return Falha("imposto/IS", "informado, sem total/ISTot", "total/ISTot")


@da_nota(
    "nfe:W34-10",
    "1118",
    com="total/IBSCBSTot",
    desde=PRODUCAO,
    correcao="Retire total/IBSCBSTot, ou informe o grupo IBSCBS nos itens.",
    causa="O sistema gera o total zerado mesmo quando nenhum item tem IBS e CBS.",
)
def total_sem_ibscbs_nos_itens(nota: Nota) -> Falha | None:
    if any(imposto.tem("IBSCBS") for imposto in nota.impostos):
        return None
    return Falha("total/IBSCBSTot", "informado", "não informar")


@da_nota(
    "nfe:W34-20",
    "1119",
    com="total",
    sem="IBSCBSTot",
    desde=PRODUCAO,
    correcao="Informe total/IBSCBSTot: há IBS e CBS nos itens.",
    causa="O sistema já calcula IBS e CBS dos itens, mas ainda não os soma.",
)
def ibscbs_sem_total(nota: Nota) -> Falha | None:
    if any(imposto.tem("IBSCBS") for imposto in nota.impostos):
        return Falha("total/IBSCBSTot", "ausente", "informado")
    return None


# Fuels are taxed by quantity or by value.
_MONO: Final = "gIBSCBSMono/g{0}MonoAdRem/{1} gIBSCBSMono/g{0}MonoAdValorem/{1}"

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
    ("nfe:W48-10", "1086", "gIBS", "vCredPres", "gCredPresOper/gIBSCredPres", "vCredPres"),
    ("nfe:W53-10", "1088", "gCBS", "vDif", "gIBSCBS/gCBS/gDif", "vDif"),
    ("nfe:W54-10", "1089", "gCBS", "vDevTrib", "gIBSCBS/gCBS/gDevTrib", "vDevTrib"),
    ("nfe:W56-10", "1091", "gCBS", "vCBS", "gIBSCBS/gCBS", "vCBS"),
    ("nfe:W56a-10", "1087", "gCBS", "vCredPres", "gCredPresOper/gCBSCredPres", "vCredPres"),
)
# The same for groups of the total that most notes do not have.
_SOMAS_RARAS: Final = (
    ("nfe:W58-10", "1092", "gMono", "vIBSMono", _MONO.format("IBS", "gMonoPadrao")),
    ("nfe:W59-10", "1093", "gMono", "vCBSMono", _MONO.format("CBS", "gMonoPadrao")),
    ("nfe:W59a-10", "1120", "gMono", "vIBSMonoReten", _MONO.format("IBS", "gMonoReten")),
    ("nfe:W59b-10", "1121", "gMono", "vCBSMonoReten", _MONO.format("CBS", "gMonoReten")),
    ("nfe:W59c-10", "1122", "gMono", "vIBSMonoRet", _MONO.format("IBS", "gMonoRet")),
    ("nfe:W59d-10", "1123", "gMono", "vCBSMonoRet", _MONO.format("CBS", "gMonoRet")),
    ("nfe:W59f-10", "1176", "gEstornoCred", "vIBSEstCred", "gEstornoCred"),
    ("nfe:W59g-10", "1177", "gEstornoCred", "vCBSEstCred", "gEstornoCred"),
)
_PRODUCAO: Final[Vigencia] = {"desde": PRODUCAO}


def _confere(
    regra: str, codigo: str, grupo_do_total: str, campo: str, grupos_do_item: str, parcela: str
) -> None:
    """The total `campo` is the sum of a field of the items; zero, where its group is not there.

    Of gIBS and gCBS, one field tells that the whole group lacks.
    """
    caminho = f"total/IBSCBSTot/{grupo_do_total}".rstrip("/")
    nome = f"IBSCBS {grupos_do_item} {parcela}"
    for grupo_do_item in grupos_do_item.split():
        SOMAS[f"det/imposto/IBSCBS/{grupo_do_item}:{parcela}"] = nome

    def total(grupo: Grupo, nota: Nota) -> Falha | None:
        soma = reais(nota.somas.get(nome, ZERO))
        if campo in grupo or not sem_grupo:
            return Falha(campo, grupo[campo] or "ausente", soma)
        if grupo.tem(grupo_do_total):  # which has been compared already
            return None
        return Falha(f"{grupo_do_total}/{campo}", "ausente", soma)

    opcional = grupo_do_total in ("gMono", "gEstornoCred") or campo in ("vIBS", "vCBS")
    sem_grupo = (f"total/IBSCBSTot:{grupo_do_total}/{campo}",) if opcional else ()
    vigencia = V130_SEGUNDA_ETAPA if grupo_do_total == "gEstornoCred" else _PRODUCAO
    de_cada(
        (f"{caminho}:{campo}", *sem_grupo),
        regra,
        codigo,
        soma=nome,
        correcao=f"{campo} do total é a soma de {parcela} dos itens: corrija um deles.",
        causa="O total foi calculado sobre a nota toda, ou ficou de fora um item, um desconto, um "
        "arredondamento.",
        **vigencia,
    )(total)


for _linha in _SOMAS:
    _confere(*_linha)
for _regra, _codigo, _grupo, _campo, _parcelas in _SOMAS_RARAS:
    _confere(_regra, _codigo, _grupo, _campo, _parcelas, _campo)


# What the note calls future: IS, and the total of the note with the taxes that are added to it.
SOMAS["det/imposto/IS:vIS"] = "vIS"
SOMAS["det:vItem"] = "vItem"


@de_cada(
    "total/ISTot:vIS",
    "nfe:W33-10",
    "1075",
    soma="vIS",
    duvida=SEM_DATA,
    correcao="vIS do total é a soma de vIS dos itens: corrija um deles.",
    causa="O total foi calculado sobre a nota toda, e não somando os itens.",
)
def total_do_imposto_seletivo(total: Grupo, nota: Nota) -> Falha | None:
    return Falha("vIS", total["vIS"], reais(nota.somas.get("vIS", ZERO)))


@da_nota(
    "nfe:W60-05",
    "1004",
    com="total/IBSCBSTot",
    duvida=SEM_DATA,
    correcao="Informe total/vNFTot: a soma de vItem dos itens.",
    causa="O sistema ainda não gera o total com IBS, CBS e IS.",
)
def nota_sem_o_total_com_os_tributos(nota: Nota) -> Falha | None:
    if "vNFTot" in nota.grupo.em("total"):
        return None
    return Falha("total/vNFTot", "ausente", "informado")


@de_cada(
    "total:vNFTot",
    "nfe:W60-10",
    "1094",
    soma="vItem",
    duvida=SEM_DATA,
    correcao="vNFTot é a soma de vItem dos itens: corrija um deles.",
    causa="vNFTot foi copiado de vNF, ou os itens não têm vItem.",
)
def total_com_os_tributos(total: Grupo, nota: Nota) -> Falha | None:
    return Falha("vNFTot", total["vNFTot"], reais(nota.somas.get("vItem", ZERO)))
