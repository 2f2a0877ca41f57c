"""Totals that are sums of fields of the items: what their rules have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import EXATO, centavos, difere, reais
from fiscalxml.rules.nfe.scopes import SOMAS, ZERO, Nota, da_nota
from fiscalxml.rules.registry import Detalhes

_CAUSA: Final = "O total foi calculado à parte, com outro arredondamento, ou um item mudou depois."


def confere(
    regra: str,
    codigo: str,
    total: str,
    parcelas: tuple[str, ...],
    *,
    tolerancia: Decimal = EXATO,
    desde: date | None = None,
    homologacao: date | None = None,
) -> None:
    """The total (total/ICMSTot:vBC) is the sum of the fields `parcelas` (det/prod:vFrete)."""
    caminho, _, campo = total.partition(":")
    nome = campo if caminho == "total/ICMSTot" else total
    for parcela in parcelas:
        SOMAS[parcela] = nome

    def confere_soma(nota: Nota) -> Falha | None:
        soma = nota.somas.get(nome, ZERO)
        outra = _so_do_total(nota, parcelas)
        informado = nota.grupo.em(*caminho.split("/")).valor(campo)
        if tolerancia and not difere(informado, centavos(soma), tolerancia):
            return None
        return compara(nota, total, soma, outra)

    registra(regra, codigo, total, confere_soma, soma=nome, desde=desde, homologacao=homologacao)


def registra(
    regra: str,
    codigo: str,
    total: str,
    funcao: Callable[[Nota], Falha | None],
    *,
    soma: str = "",
    desde: date | None = None,
    homologacao: date | None = None,
) -> None:
    """A rule on a total, whatever it sums."""
    campo = total.partition(":")[2]
    detalhes: Detalhes = {"aritmetica": True, "causa": _CAUSA, "soma": soma}
    if desde:
        detalhes["desde"] = desde
    if homologacao:
        detalhes["homologacao"] = homologacao
    da_nota(
        regra,
        codigo,
        com=total,
        correcao=f"{campo} do total é a soma dos itens: corrija o total, ou o item que falta.",
        **detalhes,
    )(funcao)


def compara(nota: Nota, total: str, soma: Decimal, outra: Decimal | None = None) -> Falha | None:
    """The total is the sum, or the other sum that is as good."""
    caminho, _, campo = total.partition(":")
    grupo = nota.grupo.em(*caminho.split("/"))
    if grupo.valor(campo) in (soma, outra):
        return None
    return Falha(f"{caminho}/{campo}", grupo[campo] or "ausente", reais(soma))


def _so_do_total(nota: Nota, parcelas: tuple[str, ...]) -> Decimal:
    """The sum without the items of indTot 0, which emitters leave out of any total."""
    soma = ZERO
    for det in nota.itens:
        if det.em("prod")["indTot"] != "0":
            for parcela in parcelas:
                caminho, _, campo = parcela.removeprefix("det/").partition(":")
                soma += det.em(*caminho.split("/")).valor(campo)
    return soma
