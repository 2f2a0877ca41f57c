"""Groups UB21, UB26 and their like: deferral and reduction, as CST and cClassTrib have them."""

from __future__ import annotations

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.classificacoes import classe_de, cst_de
from fiscalxml.rules.nfe.ibscbs.esferas import CBS, Esfera, Verificacao, nas_esferas
from fiscalxml.rules.nfe.reforma import V130
from fiscalxml.rules.nfe.scopes import Item


def _diferimento_proibido(esfera: Esfera) -> Verificacao:
    def diferimento_proibido(_ibscbs: Grupo, item: Item) -> Falha | None:
        cst = cst_de(item.imposto.em("IBSCBS"))
        if cst is None or cst.diferimento:
            return None
        return Falha(f"{esfera.grupo}/gDif", f"informado, com CST {cst.cst}", "não informar")

    return diferimento_proibido


def _diferimento_exigido(esfera: Esfera) -> Verificacao:
    def diferimento_exigido(ibscbs: Grupo, item: Item) -> Falha | None:
        cst = cst_de(item.imposto.em("IBSCBS"))
        if cst is None or not cst.diferimento or ibscbs.em(esfera.grupo).tem("gDif"):
            return None
        return Falha(f"{esfera.grupo}/gDif", f"ausente, com CST {cst.cst}", "informado")

    return diferimento_exigido


def _reducao_proibida(esfera: Esfera) -> Verificacao:
    def reducao_proibida(ibscbs: Grupo, item: Item) -> Falha | None:
        """A government purchase has the group in any case, for its own reduction."""
        cst = cst_de(item.imposto.em("IBSCBS"))
        if cst is None or cst.reducao_aliquota:
            return None
        reduz = ibscbs.em(esfera.grupo, "gRed").valor("pRedAliq")
        if item.nota.ide.tem("gCompraGov") and not reduz:
            return None
        return Falha(f"{esfera.grupo}/gRed", f"informado, com CST {cst.cst}", "não informar")

    return reducao_proibida


def _reducao_exigida(esfera: Esfera) -> Verificacao:
    def reducao_exigida(ibscbs: Grupo, item: Item) -> Falha | None:
        if ibscbs.em(esfera.grupo).tem("gRed"):
            return None
        cst = cst_de(item.imposto.em("IBSCBS"))
        if item.nota.ide.tem("gCompraGov"):
            motivo = "em compra governamental"
        elif cst is not None and cst.reducao_aliquota:
            motivo = f"com CST {cst.cst}"
        else:
            return None
        return Falha(f"{esfera.grupo}/gRed", f"ausente, {motivo}", "informado")

    return reducao_exigida


def _reducao_da_classe(esfera: Esfera) -> Verificacao:
    def reducao_da_classe(ibscbs: Grupo, item: Item) -> Falha | None:
        """pRedAliq is that of the cClassTrib. Where the CST has no reduction, that is 1032's."""
        grupo = item.imposto.em("IBSCBS")
        cst, classe = cst_de(grupo), classe_de(grupo)
        if cst is None or not cst.reducao_aliquota or classe is None:
            return None
        esperada = classe.reducao_cbs if esfera is CBS else classe.reducao_ibs
        red = ibscbs.em(esfera.grupo, "gRed")
        informada = red.valor("pRedAliq")
        if informada == esperada or (not informada and item.nota.ide.tem("gCompraGov")):
            return None
        return Falha(
            f"{esfera.grupo}/gRed/pRedAliq",
            red["pRedAliq"],
            f"{esperada:f}, a do cClassTrib {classe.classe}",
        )

    return reducao_da_classe


nas_esferas(
    _diferimento_proibido,
    ("nfe:UB22-10", "1029"),
    ("nfe:UB40-20", "1083"),
    ("nfe:UB59-20", "1090"),
    com="gDif",
    **V130,
    correcao="Retire gDif de {grupo}: só os CST 510 e 515 diferem; ou corrija CST e cClassTrib.",
    causa="Diferimento do ICMS levado para o grupo de {nome}, ou CST trocado.",
)
nas_esferas(
    _diferimento_exigido,
    ("nfe:UB22-20", "1030"),
    ("nfe:UB40-10", "1044"),
    ("nfe:UB59-10", "1061"),
    **V130,
    quando=lambda nota: "gDif" in nota.exige,
    correcao="Informe gDif em {grupo}, com o percentual e o valor diferidos; ou corrija CST e "
    "cClassTrib.",
    causa="CST de diferimento com gDif só em alguma das três esferas, ou sem ele.",
)
nas_esferas(
    _reducao_proibida,
    ("nfe:UB26-10", "1032"),
    ("nfe:UB45-10", "1007"),
    ("nfe:UB64-10", "1028"),
    com="gRed",
    **V130,
    correcao="Retire gRed de {grupo}, que este CST não tem; ou corrija CST e cClassTrib. Em compra "
    "governamental o grupo fica, com pRedAliq zero.",
    causa="CST 000 com a redução de um benefício que pede o CST 200.",
)
nas_esferas(
    _reducao_exigida,
    ("nfe:UB26-20", "1033"),
    ("nfe:UB45-20", "1074"),
    ("nfe:UB64-20", "1079"),
    **V130,
    quando=lambda nota: "gRed" in nota.exige or nota.tpOperGov != "",
    correcao="Informe gRed em {grupo}, com pRedAliq (zero, se só há compra governamental) e "
    "pAliqEfet; ou corrija CST e cClassTrib.",
    causa="Alíquota já reduzida em {aliquota}, sem gRed; ou gRed só em alguma das três esferas.",
)
nas_esferas(
    _reducao_da_classe,
    ("nfe:UB27-10", "1034"),
    ("nfe:UB46-10", "1046"),
    ("nfe:UB65-10", "1063"),
    com="gRed",
    **V130,
    correcao="Informe em pRedAliq a redução que a tabela dá ao cClassTrib, e refaça pAliqEfet.",
    causa="Redução de outro benefício, ou a alíquota que resta no lugar da redução.",
)
