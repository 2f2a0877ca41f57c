"""Groups I80 and K: the lots of a product (rastro), and the medicines that must have them."""

from __future__ import annotations

from typing import Final

from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.scopes import (
    MOC_7,
    SIMPLIFICADO,
    Item,
    Natureza,
    de_cada_no_item,
    do_item,
)

_SEM_ENTREGA: Final = frozenset({"5922", "6922", "5118", "6118", "5119", "6119", "5120", "6120"})
"""CFOPs of a sale for later delivery or à ordem: the lot is not known yet"""
_MEDICAMENTOS: Final = frozenset({"3001", "3002", "3003", "3004", "3005", "3006"})
"""headings of the NCM"""


@de_cada_no_item(
    "prod/rastro",
    "nfe:I83-10",
    "877",
    relogio=True,
    correcao="Corrija dFab: o produto não pode ter sido fabricado depois de a nota ser recebida.",
    causa="Datas de fabricação e validade trocadas, ou ano digitado errado.",
)
def fabricado_no_futuro(rastro: Grupo, item: Item) -> Falha | None:
    """dFab is not after the day of receipt."""
    if item.nota.recebimento is None:
        return None
    dia = item.nota.recebimento.date().isoformat()
    return Falha("dFab", rastro["dFab"], f"até {dia}") if rastro["dFab"] > dia else None


@de_cada_no_item(
    "prod/rastro",
    "nfe:I84-10",
    "870",
    correcao="A validade do lote não pode ser anterior à fabricação.",
    causa="Datas de fabricação e validade trocadas.",
)
def validade_antes_da_fabricacao(rastro: Grupo, _item: Item) -> Falha | None:
    if rastro["dVal"] < rastro["dFab"]:  # ISO dates compare as text
        return Falha("dVal", rastro["dVal"], f"de {rastro['dFab']} em diante")
    return None


def _venda_rastreada(nota: Natureza) -> bool:
    return (
        nota.tpNF == "1"
        and nota.finNFe not in ("2", "3", "4")
        and nota.indPres not in ("2", "3")
        and nota.tpImp != SIMPLIFICADO
    )


@do_item(
    "nfe:K01-10",
    "840",
    quando=lambda nota: nota.tpImp != SIMPLIFICADO,
    duvida="É de implementação futura: a nota técnica não diz a data.",
    correcao="Informe o grupo med do medicamento; em cProdANVISA, ISENTO se ele não tem registro.",
    causa="Curativos, reagentes e outros produtos do capítulo 30 do NCM sem registro na Anvisa.",
)
def medicamento_sem_grupo(item: Item) -> Falha | None:
    if item.prod["NCM"][:4] not in _MEDICAMENTOS or item.prod.tem("med"):
        return None
    return Falha("prod/med", "ausente", "informado", f"O NCM {item.prod['NCM']} é de medicamento.")


@do_item(
    "nfe:K01-20",
    "873",
    quando=_venda_rastreada,
    com="prod/med",
    desde=MOC_7,
    correcao="Informe no grupo rastro o lote do medicamento, sua fabricação e sua validade.",
    causa="Venda sem controle de lotes no estoque.",
)
def medicamento_sem_lote(item: Item) -> Falha | None:
    """A medicine that leaves in a sale names its lot, unless it will be delivered later."""
    if item.prod.tem("rastro") or item.prod["CFOP"] in _SEM_ENTREGA:
        return None
    return Falha("prod/rastro", "ausente", "lote do medicamento")
