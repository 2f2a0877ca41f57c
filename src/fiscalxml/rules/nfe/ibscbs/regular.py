"""Group UB68: the taxation that there would be, had a condition not been met."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.classificacoes import classe_de, inexistente
from fiscalxml.rules.nfe.ibscbs.esferas import CAMINHO, POR_CENTO
from fiscalxml.rules.nfe.reforma import V130
from fiscalxml.rules.nfe.scopes import Item, de_cada_no_item
from fiscalxml.tables import classificacao

_GRUPO: Final = f"{CAMINHO}/gTribRegular"


@de_cada_no_item(
    CAMINHO,
    "nfe:UB68-10",
    "1065",
    **V130,
    quando=lambda nota: "gTribRegular" in nota.exige,
    correcao="Informe gTribRegular, com a tributação que haveria sem a condição; ou corrija o "
    "cClassTrib.",
    causa="Suspensão, ou alíquota zero sob condição, sem o cálculo do que seria devido se ela não "
    "se cumprir.",
)
def sem_tributacao_regular(ibscbs: Grupo, item: Item) -> Falha | None:
    classe = classe_de(item.imposto.em("IBSCBS"))
    if classe is None or not classe.tributacao_regular or ibscbs.tem("gTribRegular"):
        return None
    return Falha("gTribRegular", f"ausente, com cClassTrib {classe.classe}", "informado")


@de_cada_no_item(
    _GRUPO,
    "nfe:UB68-11",
    "1114",
    **V130,
    correcao="Retire gTribRegular, que este cClassTrib não tem; ou corrija o cClassTrib.",
    causa="O sistema preenche gTribRegular em todos os itens, ou o cClassTrib ficou de outra "
    "operação.",
)
def tributacao_regular_indevida(_grupo: Grupo, item: Item) -> Falha | None:
    classe = classe_de(item.imposto.em("IBSCBS"))
    if classe is None or classe.tributacao_regular:
        return None
    return Falha("", f"informado, com cClassTrib {classe.classe}", "não informar")


@de_cada_no_item(
    _GRUPO,
    "nfe:UB69-10",
    "1066",
    **V130,
    correcao="Informe em CSTReg um CST da tabela de IBS e CBS (IT 2025.002).",
    causa="CST do ICMS, ou de uma lista antiga, no lugar do CST do IBS e da CBS.",
)
def cst_regular_inexistente(grupo: Grupo, item: Item) -> Falha | None:
    if classificacao.cst(grupo["CSTReg"]) is not None:
        return None
    return inexistente("CSTReg", grupo["CSTReg"], item.nota.emissao)


@de_cada_no_item(
    _GRUPO,
    "nfe:UB70-10",
    "1067",
    **V130,
    correcao="Informe em cClassTribReg um cClassTrib da tabela (IT 2025.002).",
    causa="Código digitado errado, ou retirado da tabela numa atualização.",
)
def classe_regular_inexistente(grupo: Grupo, item: Item) -> Falha | None:
    if classificacao.classe(grupo["cClassTribReg"]) is not None:
        return None
    return inexistente("cClassTribReg", grupo["cClassTribReg"], item.nota.emissao)


def _valor(regra: str, codigo: str, tributo: str) -> None:
    campo, campo_da_aliquota = f"vTribReg{tributo}", f"pAliqEfetReg{tributo}"

    def valor_regular(grupo: Grupo, item: Item) -> Falha | None:
        """The amount is vBC × the effective regular rate, within R$ 0,01."""
        base = item.imposto.em("IBSCBS", "gIBSCBS").valor("vBC")
        aliquota = grupo.valor(campo_da_aliquota)
        calculado = base * aliquota * POR_CENTO
        if not difere(grupo.valor(campo), centavos(calculado), CENTAVO):
            return None
        conta = f"vBC {base} × {campo_da_aliquota} {aliquota}% = {reais(calculado)}."
        return Falha(campo, grupo[campo], reais(calculado), conta)

    de_cada_no_item(
        _GRUPO,
        regra,
        codigo,
        **V130,
        correcao=f"{campo} é vBC vezes {campo_da_aliquota}: corrija um deles.",
        causa="O tributo que seria devido foi calculado sobre outra base que vBC, ou sem a redução "
        "que a alíquota efetiva já tem.",
    )(valor_regular)


_valor("nfe:UB72-10", "1040", "IBSUF")
_valor("nfe:UB72b-10", "1051", "IBSMun")
_valor("nfe:UB72d-10", "1068", "CBS")
