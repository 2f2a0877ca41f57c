"""Groups UB18, UB37, UB56: the rates of the year of emission."""

from __future__ import annotations

from typing import Final, NamedTuple

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.areas_incentivadas import lugares, mesma_regiao, produto_excluido
from fiscalxml.rules.nfe.classificacoes import classe_de
from fiscalxml.rules.nfe.ibscbs.esferas import (
    CAMINHO,
    CBS,
    MUN,
    REDISTRIBUIDA,
    UF,
    Esfera,
    redistribui,
)
from fiscalxml.rules.nfe.reforma import V130
from fiscalxml.rules.nfe.scopes import Item, Natureza, de_cada_no_item

_DEVOLUCAO: Final = "4"
_AJUSTES: Final = ("03", "04", "06")
"""tpNFCredito: returns and reductions of earlier notes, which keep the rates of those"""


class Aliquota(NamedTuple):
    """A rate as the law has it, and the ways to write it."""

    texto: str
    escritas: frozenset[str]


def _aliquota(texto: str) -> Aliquota:
    casas = len(texto.partition(".")[2])
    return Aliquota(texto, frozenset(texto + "0" * mais for mais in range(5 - casas)))


_ZERO: Final = frozenset({"0", "0.00", "0.000", "0.0000"})
_DE_2026: Final = {UF: _aliquota("0.1"), MUN: Aliquota("0.00", _ZERO), CBS: _aliquota("0.9")}
_DE_2028: Final = {UF: _aliquota("0.05"), MUN: _aliquota("0.05")}
# Year -> rates (LC 214/2025, arts. 343, 344, 346). The CBS from 2027 on and the IBS from 2029 on
# are not law yet.
_POR_ANO: Final = {"2025": _DE_2026, "2026": _DE_2026, "2027": _DE_2028, "2028": _DE_2028}


def _da_operacao(nota: Natureza) -> bool:
    return nota.finNFe != _DEVOLUCAO


def _do_ano(esfera: Esfera, regra: str, codigo: str) -> None:
    grupo, campo = esfera.grupo, esfera.aliquota
    por_ano = {ano: linha[esfera] for ano, linha in _POR_ANO.items() if esfera in linha}

    def aliquota_do_ano(ibscbs: Grupo, item: Item) -> Falha | None:
        """The rate is the year's; zero where taxation is suspended and told in gTribRegular.

        In a government purchase from 2027 on, rule 1008 wants zero of who does not buy.
        """
        ide = item.nota.ide
        aliquota = por_ano.get(ide["dhEmi"][:4])
        informada = ibscbs.grupos[grupo][0][campo]
        if aliquota is None or (
            informada in aliquota.escritas and "gTribRegular" not in ibscbs.grupos
        ):
            return None
        if ide["tpNFCredito"] in _AJUSTES:
            return None
        regular, governo = _regular(ibscbs, item), redistribui(item)
        if informada in aliquota.escritas and not regular:
            return None
        if informada in _ZERO and (
            governo
            or regular is not False
            or (esfera is CBS and _em_area_incentivada(ibscbs, item))
        ):
            return None
        return Falha(
            f"{grupo}/{campo}",
            informada,
            "0.00" if regular else aliquota.texto,
            REDISTRIBUIDA if governo else None,
            aviso=governo,
        )

    de_cada_no_item(
        CAMINHO,
        regra,
        codigo,
        **V130,
        quando=_da_operacao,
        correcao=f"Informe em {campo} a alíquota do ano da emissão, que a lei fixa (zero, se a "
        "tributação vai em gTribRegular); redução vai em gRed, e não nesta alíquota.",
        causa="Alíquota zerada ou já reduzida por causa do benefício, ou a do ano errado.",
    )(aliquota_do_ano)


def _regular(ibscbs: Grupo, item: Item) -> bool | None:
    """Whether the cClassTrib is taxed in gTribRegular; None, if it is unknown and may be."""
    classe = classe_de(item.imposto.em("IBSCBS"))
    if classe is None:
        return None if ibscbs.tem("gTribRegular") else False
    return classe.tributacao_regular


def _em_area_incentivada(ibscbs: Grupo, item: Item) -> bool:
    if ibscbs.em("gCBS").tem("gALCZFMCBS"):  # where it should not be, rule 1191 tells
        return True
    return not produto_excluido(item.prod["NCM"]) and mesma_regiao(*lugares(item.nota))


_do_ano(UF, "nfe:UB18-10", "1026")
_do_ano(MUN, "nfe:UB37-10", "1036")
_do_ano(CBS, "nfe:UB56-10", "1037")
