"""Group I, rules I03 and I12: the bar code (GTIN) of the product and of its taxable unit."""

from __future__ import annotations

from datetime import date
from typing import Final

from fiscalxml.engine import Falha
from fiscalxml.identifiers.gtin import is_valid_gtin
from fiscalxml.rules.lookup import desconhecido
from fiscalxml.rules.nfe.scopes import MEI, Item, do_item
from fiscalxml.tables import gtin

_SEM_GTIN: Final = "SEM GTIN"
_GTIN_CERTO: Final = "GTIN com dígito verificador correto, ou SEM GTIN"
_GTIN_ETAPA_1: Final = date(2022, 9, 12)
"""NT 2021.003 v1.10, production"""


def _sem_gtin(texto: str) -> bool:
    return texto in ("", _SEM_GTIN)


def _gtin_invalido(texto: str) -> bool:
    """Only the check digit counts: that of zeros alone is right."""
    return not _sem_gtin(texto) and texto.strip("0") != "" and not is_valid_gtin(texto)


def _prefixo_invalido(texto: str) -> bool:
    return not _sem_gtin(texto) and not gtin.prefixo_valido(texto)


@do_item(
    "nfe:I03-10",
    "611",
    com="prod:cEAN",
    se=_gtin_invalido,
    correcao="Corrija o GTIN em cEAN, ou informe SEM GTIN se o produto não tem código de barras.",
    causa="Código interno ou código de barras de balança no campo do GTIN, ou erro de digitação.",
)
def gtin_comercial(item: Item) -> Falha | None:
    return Falha("prod/cEAN", item.prod["cEAN"], _GTIN_CERTO)


def _sem_informacao(regra: str, codigo: str, campo: str) -> None:
    """The field is not left empty: a product without bar code says so."""

    def vazio(_item: Item) -> Falha | None:
        return Falha(f"prod/{campo}", "vazio", "GTIN ou SEM GTIN")

    do_item(
        regra,
        codigo,
        com=f"prod:{campo}",
        se=lambda texto: texto == "",
        quando=lambda nota: nota.CRT != MEI,
        desde=_GTIN_ETAPA_1,
        correcao=f"Informe em {campo} o GTIN do produto, ou SEM GTIN se ele não tem código de "
        "barras.",
        causa="Produto cadastrado sem código de barras: o sistema deixa a tag vazia.",
    )(vazio)


@do_item(
    "nfe:I03-20",
    "882",
    se=_prefixo_invalido,
    com="prod:cEAN",
    desde=_GTIN_ETAPA_1,
    correcao="Informe em cEAN o GTIN que a GS1 deu ao produto (no Brasil, 789 ou 790), ou SEM "
    "GTIN.",
    causa="Código de barras interno da loja, ou código inventado, no lugar do GTIN.",
)
def prefixo_do_gtin(item: Item) -> Falha | None:
    return _sem_prefixo(item, "cEAN")


_sem_informacao("nfe:I03-30", "883", "cEAN")


@do_item(
    "nfe:I12-10",
    "612",
    com="prod:cEANTrib",
    se=_gtin_invalido,
    correcao="Corrija o GTIN em cEANTrib, ou informe SEM GTIN se o produto não tem código de "
    "barras.",
    causa="Código interno no campo do GTIN da unidade tributável, ou erro de digitação.",
)
def gtin_tributavel(item: Item) -> Falha | None:
    return Falha("prod/cEANTrib", item.prod["cEANTrib"], _GTIN_CERTO)


@do_item(
    "nfe:I12-20",
    "884",
    se=_prefixo_invalido,
    com="prod:cEANTrib",
    desde=_GTIN_ETAPA_1,
    correcao="Informe em cEANTrib o GTIN que a GS1 deu à unidade tributável (no Brasil, 789 ou "
    "790), ou SEM GTIN.",
    causa="Código de barras interno da loja, ou código inventado, no lugar do GTIN.",
)
def prefixo_do_gtin_tributavel(item: Item) -> Falha | None:
    return _sem_prefixo(item, "cEANTrib")


@do_item(
    "nfe:I12-30",
    "885",
    com="prod:cEANTrib",
    se=_sem_gtin,
    correcao="Se há GTIN em cEAN, informe também o da unidade tributável em cEANTrib.",
    causa="O sistema preenche cEAN pelo cadastro e deixa cEANTrib com SEM GTIN.",
)
def so_gtin_comercial(item: Item) -> Falha | None:
    if _sem_gtin(item.prod["cEAN"]):
        return None
    return Falha("prod/cEANTrib", item.prod["cEANTrib"] or "vazio", "GTIN")


@do_item(
    "nfe:I12-40",
    "886",
    com="prod:cEAN",
    se=_sem_gtin,
    correcao="Se há GTIN em cEANTrib, informe também o da unidade comercial em cEAN.",
    causa="O sistema preenche cEANTrib pelo cadastro e deixa cEAN com SEM GTIN.",
)
def so_gtin_tributavel(item: Item) -> Falha | None:
    if _sem_gtin(item.prod["cEANTrib"]):
        return None
    return Falha("prod/cEAN", item.prod["cEAN"] or "vazio", "GTIN")


_sem_informacao("nfe:I12-60", "888", "cEANTrib")


def _sem_prefixo(item: Item, campo: str) -> Falha:
    return desconhecido(
        f"prod/{campo}",
        item.prod[campo],
        "GTIN com prefixo da GS1, ou SEM GTIN",
        tabela=gtin.TABELA,
        emissao=item.nota.emissao,
    )
