"""Groups NA, O, P, Q, R, S, T, U, UA: the other taxes of each item."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.rules.nfe.proibicoes import proibe_no_item
from fiscalxml.rules.nfe.scopes import CREDITO_E_DEBITO, MOC_7, Item, a_consumidor, do_item

_EXTINCAO: Final = date(2026, 12, 31)
"""last day of PIS and COFINS (LC 214/2025)"""
_CADASTRO_DA_NFE: Final = (
    "O sistema emissor usa na venda a consumidor a tributação cadastrada para as demais notas."
)

for _regra, _codigo, _grupo, _nome in (
    ("nfce:NA01-10", "807", "ICMSUFDest", "ICMS para a UF de destino"),
    ("nfce:O01-10", "742", "IPI", "IPI"),
    ("nfce:P01-10", "743", "II", "Imposto de Importação"),
    ("nfce:R01-10", "746", "PISST", "PIS-ST"),
    ("nfce:T01-10", "749", "COFINSST", "COFINS-ST"),
):
    proibe_no_item(
        _regra,
        _codigo,
        f"imposto/{_grupo}",
        quando=a_consumidor,
        correcao=f"A venda a consumidor (NFC-e, ou NF-e com tpImp 6) não tem {_nome}: retire o "
        f"grupo {_grupo}.",
        causa=_CADASTRO_DA_NFE,
    )
proibe_no_item(
    "nfce:UA01-20",
    "390",
    "impostoDevol",
    quando=a_consumidor,
    correcao="A venda a consumidor (NFC-e, ou NF-e com tpImp 6) não devolve tributos: retire o "
    "grupo impostoDevol.",
    causa="A devolução foi feita no documento da venda; ela é de uma NF-e, com finNFe 4.",
)


@do_item(
    "nfe:UA01-10",
    "354",
    quando=lambda nota: nota.finNFe in ("1", "2", "3"),
    com="impostoDevol",
    correcao="Retire o grupo impostoDevol, ou informe finNFe 4 se a nota é de devolução.",
    causa="O IPI devolvido vai em impostoDevol, mas a nota ficou com finalidade normal.",
)
def tributo_devolvido_sem_devolucao(_item: Item) -> Falha | None:
    """Of credit and debit notes, which are newer than the rule, nothing is said."""
    return Falha("impostoDevol", "informado", "não informar")


@do_item(
    "nfe:Q01-20",
    "745",
    com="imposto",
    sem="PIS",
    desde=MOC_7,
    ate=_EXTINCAO,
    quando=lambda nota: nota.finNFe not in CREDITO_E_DEBITO,
    correcao="Informe o grupo PIS do item.",
    causa="Produto sem CST de PIS no cadastro; quem não paga informa o grupo com CST 07, 08 ou 49.",
)
def nfe_sem_pis(item: Item) -> Falha | None:
    return _sem_contribuicao(item, "PIS")


@do_item(
    "nfe:S01-20",
    "748",
    com="imposto",
    sem="COFINS",
    desde=MOC_7,
    ate=_EXTINCAO,
    quando=lambda nota: nota.finNFe not in CREDITO_E_DEBITO,
    correcao="Informe o grupo COFINS do item.",
    causa="Produto sem CST de COFINS no cadastro; quem não paga informa o grupo com CST 07, 08 ou "
    "49.",
)
def nfe_sem_cofins(item: Item) -> Falha | None:
    return _sem_contribuicao(item, "COFINS")


def _sem_contribuicao(item: Item, grupo: str) -> Falha | None:
    """Credit and debit notes, and receipts of government purchases, are excepted."""
    if item.nota.ide.em("gCompraGov")["tpOperGov"] == "2":
        return None
    return Falha(f"imposto/{grupo}", "ausente", "informado")
