"""Group B10a: when the goods are to be delivered (ide/dPrevEntrega), of NT 2025.002."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.reforma import EMISSAO_V140, V130_SEGUNDA_ETAPA
from fiscalxml.rules.nfe.scopes import Nota, da_nota

_PREVISAO: Final = "ide:dPrevEntrega"
_MESES: Final = 3
_SEM_ENTREGA: Final = frozenset({"1", "4", "9"})
"""modFrete of what the recipient takes away, or that is not carried at all"""
_COM_ENTREGA: Final = frozenset({"1", "4"})
"""finNFe of notes of goods"""


def _saida(nota: Nota) -> str:
    """Day on which the goods leave; of emission, where it is not known."""
    return (nota.ide["dhSaiEnt"] or nota.ide["dhEmi"])[:10]


@da_nota(
    "nfce:B10a-10",
    "1153",
    com=_PREVISAO,
    correcao="Retire dPrevEntrega: a NFC-e não tem previsão de entrega.",
    causa="O sistema preenche a previsão de entrega sem olhar o modelo.",
    **V130_SEGUNDA_ETAPA,
)
def nfce_sem_previsao(nota: Nota) -> Falha | None:
    return Falha("ide/dPrevEntrega", nota.ide["dPrevEntrega"], "não informar")


@da_nota(
    "nfe:B10a-20",
    "1154",
    com=_PREVISAO,
    correcao="A previsão de entrega vai até três meses depois da saída: informe uma data mais "
    "próxima.",
    causa="A data foi digitada com outro ano, ou a entrega é de venda para entrega futura.",
    **V130_SEGUNDA_ETAPA,
)
def previsao_distante(nota: Nota) -> Falha | None:
    saida = date.fromisoformat(_saida(nota))
    meses = saida.month - 1 + _MESES
    ano, mes = saida.year + meses // 12, meses % 12 + 1
    last = date(ano, mes, min(saida.day, monthrange(ano, mes)[1])).isoformat()
    previsao = nota.ide["dPrevEntrega"]
    return Falha("ide/dPrevEntrega", previsao, f"até {last}") if previsao > last else None


@da_nota(
    "nfe:B10a-30",
    "1155",
    com=_PREVISAO,
    correcao="Informe uma previsão de entrega igual ou posterior à data de saída.",
    causa="A data de saída mudou e a previsão de entrega ficou a do pedido.",
    **V130_SEGUNDA_ETAPA,
)
def previsao_antes_da_saida(nota: Nota) -> Falha | None:
    """Not before the goods leave. Only advice where v1.40, not seen, may ask for less."""
    previsao, saida = nota.ide["dPrevEntrega"], _saida(nota)
    if previsao >= saida:
        return None
    emissao = nota.ide["dhEmi"][:10]
    unsure = emissao >= EMISSAO_V140 and previsao >= emissao
    return Falha("ide/dPrevEntrega", previsao, f"a partir de {saida}", aviso=unsure)


@da_nota(
    "nfe:B10a-40",
    "1156",
    com=_PREVISAO,
    quando=lambda nota: nota.finNFe not in _COM_ENTREGA,
    correcao="Retire dPrevEntrega: só a nota normal e a de devolução têm previsão de entrega.",
    causa="A nota complementar, de ajuste, de crédito ou de débito copiou os dados da original.",
    **V130_SEGUNDA_ETAPA,
)
def previsao_em_nota_sem_entrega(nota: Nota) -> Falha | None:
    return Falha("ide/dPrevEntrega", nota.ide["dPrevEntrega"], "não informar")


@da_nota(
    "nfe:B10a-50",
    "1157",
    com=_PREVISAO,
    correcao="Retire dPrevEntrega, ou corrija modFrete: com frete do destinatário ou sem "
    "transporte não há previsão de entrega.",
    causa="O sistema preenche a previsão de entrega sem olhar a modalidade do frete.",
    **V130_SEGUNDA_ETAPA,
)
def previsao_sem_frete(nota: Nota) -> Falha | None:
    frete = nota.grupo.em("transp")["modFrete"]
    if frete not in _SEM_ENTREGA:
        return None
    return Falha("ide/dPrevEntrega", f"informado, com modFrete {frete}", "não informar")
