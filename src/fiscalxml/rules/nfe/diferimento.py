"""Group N: ICMS put off (CST 51) of each item."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.grupos_icms import exigido, sem_excecao_da_uf
from fiscalxml.rules.nfe.scopes import Item, do_item

_CENTESIMO: Final = Decimal("0.01")
_GRUPO: Final = "imposto/ICMS/ICMS51"
_CAMPOS: Final = ("modBC", "pRedBC", "vBC", "pICMS", "vICMSOp", "pDif", "vICMSDif", "vICMS")
_EXIGEM: Final = {
    "33": "2019-10-01",  # Rio de Janeiro
    "35": "2026-04-06",  # São Paulo
    "41": "2019-09-02",  # Paraná
    "52": "2023-07-01",  # Goiás
}
_SANTA_CATARINA: Final = "42"


@do_item(
    "nfe:N12-97",
    "929",
    quando=sem_excecao_da_uf,
    com=_GRUPO,
    desde=date(2019, 9, 2),
    correcao="Com CST 51, informe modBC, pRedBC, vBC, pICMS, vICMSOp, pDif, vICMSDif e vICMS. "
    "Goiás, Paraná, Rio de Janeiro e São Paulo exigem.",
    causa="O sistema emissor grava só o CST quando todo o ICMS é diferido.",
)
def diferimento_sem_valores(item: Item) -> Falha | None:
    if not exigido(item.nota, _EXIGEM):
        return None
    for campo in _CAMPOS:
        if campo not in item.icms:
            return Falha(f"{_GRUPO}/{campo}", "ausente", "informado")
    return None


@do_item(
    "nfe:N14a-10",
    "665",
    quando=sem_excecao_da_uf,
    com=f"{_GRUPO}:pRedBC",
    desde=date(2026, 4, 6),
    homologacao=date(2024, 12, 2),
    correcao="Informe cBenefRBC, o código do benefício que reduz a base, ou pRedBC zero. Santa "
    "Catarina exige.",
    causa="O produto tem redução de base e diferimento, e só o código deste foi cadastrado.",
)
def reducao_sem_beneficio(item: Item) -> Falha | None:
    icms = item.icms
    if "cBenefRBC" in icms or not icms.valor("pRedBC"):
        return None
    if item.nota.ide["cUF"] != _SANTA_CATARINA:  # no other has the rule
        return None
    return Falha(f"{_GRUPO}/cBenefRBC", "ausente", f"informado, com pRedBC {icms['pRedBC']}")


@do_item(
    "nfe:N16a-10",
    "351",
    com=_GRUPO,
    aritmetica=True,
    correcao="vICMSOp é vBC vezes pICMS, antes do diferimento: corrija um dos três.",
    causa="vICMSOp já sem a parte diferida, ou deixado de fora com vBC e pICMS informados.",
)
def icms_da_operacao(item: Item) -> Falha | None:
    """vICMSOp is vBC × pICMS, within R$ 0,01; a field that is absent is zero."""
    icms = item.icms
    calculado = icms.valor("vBC") * icms.valor("pICMS") * _CENTESIMO
    conta = f"vBC {_lido(icms['vBC'])} × pICMS {_lido(icms['pICMS'])}%"
    return _compara(item, "vICMSOp", calculado, conta)


@do_item(
    "nfe:N16c-10",
    "352",
    com=_GRUPO,
    aritmetica=True,
    correcao="vICMSDif é vICMSOp vezes pDif: corrija um dos três.",
    causa="pDif com o percentual que se paga, no lugar do que se difere.",
)
def icms_diferido(item: Item) -> Falha | None:
    """vICMSDif is vICMSOp × pDif, within R$ 0,01; a field that is absent is zero."""
    icms = item.icms
    calculado = icms.valor("vICMSOp") * icms.valor("pDif") * _CENTESIMO
    conta = f"vICMSOp {_lido(icms['vICMSOp'])} × pDif {_lido(icms['pDif'])}%"
    return _compara(item, "vICMSDif", calculado, conta)


@do_item(
    "nfe:N17-10",
    "353",
    com=(f"{_GRUPO}:vICMSDif", f"{_GRUPO}:vICMS"),
    aritmetica=True,
    correcao="vICMS é vICMSOp menos vICMSDif: corrija um dos três.",
    causa="vICMS com o imposto todo da operação, sem tirar a parte diferida.",
)
def icms_nao_diferido(item: Item) -> Falha | None:
    """vICMS is vICMSOp less vICMSDif; a field that is absent is zero, but not both of these."""
    icms = item.icms
    calculado = icms.valor("vICMSOp") - icms.valor("vICMSDif")
    conta = f"vICMSOp {_lido(icms['vICMSOp'])} − vICMSDif {_lido(icms['vICMSDif'])}"
    return _compara(item, "vICMS", calculado, conta)


def _lido(texto: str) -> str:
    return texto or "0"


def _compara(item: Item, campo: str, calculado: Decimal, conta: str) -> Falha | None:
    informado = item.icms.valor(campo)
    if informado == calculado or not difere(informado, centavos(calculado), CENTAVO):
        return None
    return Falha(
        f"{_GRUPO}/{campo}",
        item.icms[campo] or "ausente",
        reais(calculado),
        f"{conta} = {reais(calculado)}.",
    )
