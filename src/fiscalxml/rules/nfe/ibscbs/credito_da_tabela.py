"""Groups UB122 to UB127: presumed credit as the official table of cCredPres has it (operator's)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.reforma import V130_SEGUNDA_ETAPA
from fiscalxml.rules.nfe.scopes import Item, de_cada_no_item
from fiscalxml.tables import operador

_TABELA: Final = "ccredpres"
_OPERACAO: Final = "imposto/IBSCBS/gCredPresOper"
_SIM: Final = "1"
_NAO: Final = "0"


@operador.da_pasta
def _creditos() -> Mapping[str, operador.Linha]:
    """The rows by the two digits of the layout."""
    linhas = operador.tabela(_TABELA) or {}
    return {codigo.zfill(2): linha for codigo, linha in linhas.items()}


@de_cada_no_item(
    _OPERACAO,
    "nfe:UB122-10",
    "1055",
    tabela=_TABELA,
    correcao="Informe em cCredPres um código da tabela de crédito presumido do IBS e da CBS.",
    causa="O código é o do crédito presumido do ICMS, ou a tabela mudou.",
    **V130_SEGUNDA_ETAPA,
)
def credito_inexistente(grupo: Grupo, _item: Item) -> Falha | None:
    creditos = _creditos()
    if not creditos or grupo["cCredPres"] in creditos:
        return None
    return Falha("cCredPres", grupo["cCredPres"], "código da tabela de crédito presumido")


def _parte(nome: str, tributo: str, veda: tuple[str, str], exige: tuple[str, str]) -> None:
    """The credit of a tax, which a code has (column ibs or cbs: 1) or has not (0)."""
    coluna = tributo.lower()

    def indicador(grupo: Grupo) -> str:
        linha = _creditos().get(grupo["cCredPres"])
        return linha.get(coluna, "") if linha else ""

    def indevido(grupo: Grupo, item: Item) -> Falha | None:
        """But for used goods, which the item tells (indBemMovelUsado)."""
        if not grupo.tem(nome) or indicador(grupo) != _NAO or "indBemMovelUsado" in item.prod:
            return None
        return Falha(nome, f"informado, com cCredPres {grupo['cCredPres']}", "não informar")

    def ausente(grupo: Grupo, _item: Item) -> Falha | None:
        if grupo.tem(nome) or indicador(grupo) != _SIM:
            return None
        return Falha(nome, f"ausente, com cCredPres {grupo['cCredPres']}", "informado")

    de_cada_no_item(
        _OPERACAO,
        *veda,
        tabela=_TABELA,
        correcao=f"Retire {nome}, que este cCredPres não tem; ou corrija o cCredPres.",
        causa="O sistema calcula o crédito presumido dos dois tributos para qualquer código.",
        **V130_SEGUNDA_ETAPA,
    )(indevido)
    de_cada_no_item(
        _OPERACAO,
        *exige,
        tabela=_TABELA,
        correcao=f"Informe {nome}: este cCredPres dá crédito de {tributo}; ou corrija o cCredPres.",
        causa="O sistema só calcula o crédito presumido do outro tributo.",
        **V130_SEGUNDA_ETAPA,
    )(ausente)


_parte("gIBSCredPres", "IBS", ("nfe:UB123-10", "1053"), ("nfe:UB123-20", "1054"))
_parte("gCBSCredPres", "CBS", ("nfe:UB127-10", "1050"), ("nfe:UB127-20", "1058"))
