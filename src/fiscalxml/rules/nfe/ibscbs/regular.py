"""Group UB68: the taxation that there would be, had a condition not been met."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.arithmetic import CENTAVO, centavos, difere, reais
from fiscalxml.rules.nfe.ibscbs.datas import V130
from fiscalxml.rules.nfe.ibscbs.esferas import CAMINHO, POR_CENTO
from fiscalxml.rules.nfe.scopes import Item, do_grupo

_GRUPO: Final = f"{CAMINHO}/gTribRegular"


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

    do_grupo(
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
