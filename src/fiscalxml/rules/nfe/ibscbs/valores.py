"""Groups UB23 to UB67: the amounts of IBS and CBS of an item."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.ibscbs.esferas import (
    CAMINHO,
    POR_CENTO,
    REDISTRIBUIDA,
    Esfera,
    Verificacao,
    aplicada,
    nas_esferas,
    redistribui,
)
from fiscalxml.rules.nfe.reforma import V130
from fiscalxml.rules.nfe.scopes import ZERO, Item, de_cada_no_item

_CEM: Final = Decimal(100)
_QUARTA_CASA: Final = Decimal("0.0001")
_FOLGA: Final = 0.0099
"""below a cent by more than a binary fraction can be off"""
_ZEROS: Final = ("0.00", "0")


def _valor(esfera: Esfera) -> Verificacao:
    nome, aliquota, valor = esfera.grupo, esfera.aliquota, esfera.valor

    def valor_do_tributo(ibscbs: Grupo, _item: Item) -> Falha | None:
        """The amount is vBC × rate − vDif − vDevTrib, within R$ 0,01."""
        grupo = ibscbs.grupos[nome][0]
        if not grupo.grupos:  # as in most items; in floats, for it is met in all
            calculado = float(ibscbs["vBC"]) * float(grupo[aliquota]) / 100
            if -_FOLGA < calculado - float(grupo[valor]) < _FOLGA:
                return None
        return _valor_exato(esfera, ibscbs, grupo)

    return valor_do_tributo


def _valor_exato(esfera: Esfera, ibscbs: Grupo, grupo: Grupo) -> Falha | None:
    campo, aliquota = aplicada(grupo, esfera)
    menos = grupo.em("gDif").valor("vDif") + grupo.em("gDevTrib").valor("vDevTrib")
    calculado = ibscbs.valor("vBC") * aliquota * POR_CENTO - menos
    if not difere(grupo.valor(esfera.valor), centavos(calculado), CENTAVO):
        return None
    esperado = reais(max(calculado, ZERO))
    conta = f"vBC {ibscbs['vBC']} × {campo} {aliquota}%"
    if menos:
        conta += f" − diferimento e devolução {reais(menos)}"
    return Falha(
        f"{esfera.grupo}/{esfera.valor}", grupo[esfera.valor], esperado, f"{conta} = {esperado}."
    )


def _diferimento(esfera: Esfera) -> Verificacao:
    def valor_do_diferimento(ibscbs: Grupo, _item: Item) -> Falha | None:
        """vDif is vBC × rate × pDif, within R$ 0,01."""
        grupo = ibscbs.em(esfera.grupo)
        dif = grupo.em("gDif")
        campo, aliquota = aplicada(grupo, esfera)
        calculado = ibscbs.valor("vBC") * aliquota * dif.valor("pDif") * POR_CENTO * POR_CENTO
        if not difere(dif.valor("vDif"), centavos(calculado), CENTAVO):
            return None
        conta = f"vBC {ibscbs['vBC']} × {campo} {aliquota}% × pDif {dif['pDif']}%"
        return Falha(
            f"{esfera.grupo}/gDif/vDif",
            dif["vDif"],
            reais(calculado),
            f"{conta} = {reais(calculado)}.",
        )

    return valor_do_diferimento


def _efetiva(esfera: Esfera) -> Verificacao:
    def aliquota_efetiva(ibscbs: Grupo, item: Item) -> Falha | None:
        """pAliqEfet is the rate less pRedAliq, less pRedutor of a government purchase.

        Only advice where the buyer's rate may have taken in those of the others.
        """
        grupo = ibscbs.em(esfera.grupo)
        red = grupo.em("gRed")
        redutor = item.nota.ide.em("gCompraGov").valor("pRedutor")
        calculada = (
            grupo.valor(esfera.aliquota)
            * (_CEM - red.valor("pRedAliq"))
            * (_CEM - redutor)
            * POR_CENTO
            * POR_CENTO
        )
        if abs(red.valor("pAliqEfet") - calculada) < _QUARTA_CASA:  # rounded either way
            return None
        esperado = f"{calculada.quantize(_QUARTA_CASA, ROUND_HALF_UP):f}"
        conta = f"{esfera.aliquota} {grupo[esfera.aliquota]}% × (1 − {red['pRedAliq']}%)"
        if redutor:
            conta += f" × (1 − pRedutor {redutor}%)"
        governo = redistribui(item)
        return Falha(
            f"{esfera.grupo}/gRed/pAliqEfet",
            red["pAliqEfet"],
            esperado,
            f"{conta} = {esperado}%." + (f" {REDISTRIBUIDA}" if governo else ""),
            aviso=governo,
        )

    return aliquota_efetiva


nas_esferas(
    _diferimento,
    ("nfe:UB23-10", "1031"),
    ("nfe:UB42-10", "1045"),
    ("nfe:UB61-10", "1062"),
    com="gDif",
    **V130,
    correcao="vDif é vBC vezes {aliquota} (ou pAliqEfet, se há gRed) vezes pDif: corrija um deles.",
    causa="Diferimento calculado sobre a alíquota cheia quando há redução, ou sobre outra base.",
)
nas_esferas(
    _efetiva,
    ("nfe:UB28-10", "1035"),
    ("nfe:UB47-10", "1047"),
    ("nfe:UB66-10", "1064"),
    com="gRed",
    **V130,
    correcao="pAliqEfet é {aliquota} × (1 − pRedAliq ÷ 100), e em compra governamental ainda "
    "× (1 − pRedutor ÷ 100), com quatro casas: corrija a conta.",
    causa="Informar em pAliqEfet a própria redução ou a alíquota cheia, arredondar a duas casas, "
    "ou esquecer o redutor da compra governamental.",
)
nas_esferas(
    _valor,
    ("nfe:UB35-10", "1041"),
    ("nfe:UB54-10", "1052"),
    ("nfe:UB67-10", "1069"),
    **V130,
    correcao="{valor} é vBC vezes {aliquota} (ou pAliqEfet, se há gRed), menos vDif e vDevTrib: "
    "corrija um deles.",
    causa="Alíquota aplicada sobre outra base que vBC, ou redução, diferimento ou devolução "
    "informados e não descontados.",
)


@de_cada_no_item(
    CAMINHO,
    "nfe:UB54a-10",
    "1150",
    **V130,
    correcao="vIBS é vIBSUF mais vIBSMun, menos o crédito presumido que se deduz: corrija a soma.",
    causa="O IBS do item foi calculado à parte, e arredondado de outro modo que as parcelas.",
)
def valor_do_ibs(ibscbs: Grupo, item: Item) -> Falha | None:
    """vIBS is vIBSUF + vIBSMun; whether a presumed credit is deducted, only its table tells."""
    uf, municipio = ibscbs.grupos["gIBSUF"][0], ibscbs.grupos["gIBSMun"][0]
    vibs = ibscbs["vIBS"]
    if vibs == uf["vIBSUF"] and municipio["vIBSMun"] in _ZEROS:
        return None
    soma = uf.valor("vIBSUF") + municipio.valor("vIBSMun")
    credito = item.imposto.em("IBSCBS", "gCredPresOper", "gIBSCredPres").valor("vCredPres")
    if ibscbs.valor("vIBS") in (soma, soma - credito):
        return None
    conta = f"vIBSUF {uf['vIBSUF']} + vIBSMun {municipio['vIBSMun']} = {reais(soma)}."
    return Falha("vIBS", vibs, reais(soma), conta)
