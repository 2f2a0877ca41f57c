"""Group I, rules I03 and I12: the bar code (GTIN) of the product and of its taxable unit."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.identifiers.gtin import is_valid_gtin
from fiscalxml.rules.nfe.scopes import Item, do_item

_SEM_GTIN: Final = "SEM GTIN"
_MEI: Final = "4"
_GTIN_ETAPA_1: Final = date(2022, 9, 12)
"""NT 2021.003 v1.10, production"""


@do_item(
    "nfe:I03-10",
    "611",
    correcao="Corrija o GTIN em cEAN, ou informe SEM GTIN se o produto não tem código de barras.",
    causa="Código interno ou código de barras de balança no campo do GTIN, ou erro de digitação.",
)
def gtin_comercial(item: Item) -> Falha | None:
    return _gtin_invalido(item, "cEAN")


def _sem_informacao(regra: str, codigo: str, campo: str) -> None:
    """The field is not left empty: a product without bar code says so."""

    def vazio(item: Item) -> Falha | None:
        return None if item.prod[campo] else Falha(f"prod/{campo}", "vazio", "GTIN ou SEM GTIN")

    do_item(
        regra,
        codigo,
        quando=lambda nota: nota.CRT != _MEI,
        desde=_GTIN_ETAPA_1,
        correcao=f"Informe em {campo} o GTIN do produto, ou SEM GTIN se ele não tem código de "
        "barras.",
        causa="Produto cadastrado sem código de barras: o sistema deixa a tag vazia.",
    )(vazio)


_sem_informacao("nfe:I03-30", "883", "cEAN")


@do_item(
    "nfe:I12-10",
    "612",
    correcao="Corrija o GTIN em cEANTrib, ou informe SEM GTIN se o produto não tem código de "
    "barras.",
    causa="Código interno no campo do GTIN da unidade tributável, ou erro de digitação.",
)
def gtin_tributavel(item: Item) -> Falha | None:
    return _gtin_invalido(item, "cEANTrib")


@do_item(
    "nfe:I12-30",
    "885",
    correcao="Se há GTIN em cEAN, informe também o da unidade tributável em cEANTrib.",
    causa="O sistema preenche cEAN pelo cadastro e deixa cEANTrib com SEM GTIN.",
)
def so_gtin_comercial(item: Item) -> Falha | None:
    if _tem_gtin(item, "cEAN") and not _tem_gtin(item, "cEANTrib"):
        return Falha("prod/cEANTrib", item.prod["cEANTrib"] or "vazio", "GTIN")
    return None


@do_item(
    "nfe:I12-40",
    "886",
    correcao="Se há GTIN em cEANTrib, informe também o da unidade comercial em cEAN.",
    causa="O sistema preenche cEANTrib pelo cadastro e deixa cEAN com SEM GTIN.",
)
def so_gtin_tributavel(item: Item) -> Falha | None:
    if _tem_gtin(item, "cEANTrib") and not _tem_gtin(item, "cEAN"):
        return Falha("prod/cEAN", item.prod["cEAN"] or "vazio", "GTIN")
    return None


_sem_informacao("nfe:I12-60", "888", "cEANTrib")


def _tem_gtin(item: Item, campo: str) -> bool:
    return item.prod[campo] not in ("", _SEM_GTIN)


def _gtin_invalido(item: Item, campo: str) -> Falha | None:
    """Only the check digit counts: that of zeros alone is right."""
    gtin = item.prod[campo]
    if gtin in ("", _SEM_GTIN) or gtin.strip("0") == "" or is_valid_gtin(gtin):
        return None
    return Falha(f"prod/{campo}", gtin, "GTIN com dígito verificador correto, ou SEM GTIN")
