"""Means of payment (tPag) and card brands (tBand).

From the tables "Meios de pagamento" (IT 2024.002, v1.11) and "Bandeiras" that the Portal Nacional
da NF-e publishes; they are few, so they are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from fiscalxml.tables.tabela import Tabela


class Meio(msgspec.Struct, frozen=True):
    """A means of payment."""

    codigo: str
    descricao: str
    desde: date | None = None
    """first day on which a note may have it, where it is not older than the table"""


_MEIOS: Final[Mapping[str, Meio]] = {
    meio.codigo: meio
    for meio in (
        Meio("01", "Dinheiro"),
        Meio("02", "Cheque"),
        Meio("03", "Cartão de crédito"),
        Meio("04", "Cartão de débito"),
        Meio("05", "Cartão da loja (private label), crediário digital, outros crediários"),
        Meio("10", "Vale-alimentação"),
        Meio("11", "Vale-refeição"),
        Meio("12", "Vale-presente"),
        Meio("13", "Vale-combustível"),
        Meio("14", "Duplicata mercantil"),
        Meio("15", "Boleto bancário"),
        Meio("16", "Depósito bancário"),
        Meio("17", "Pagamento instantâneo (PIX) dinâmico"),
        Meio("18", "Transferência bancária, carteira digital (TED)"),
        Meio("19", "Programa de fidelidade, cashback, crédito virtual"),
        Meio("20", "Pagamento instantâneo (PIX) estático", date(2024, 7, 1)),
        Meio("21", "Crédito em loja", date(2024, 7, 1)),
        Meio("22", "Pagamento eletrônico não informado: falha de hardware", date(2024, 7, 1)),
        Meio("23", "Pagamento instantâneo (PIX) automático", date(2026, 5, 4)),
        Meio("24", "TEF, book transfer", date(2026, 5, 4)),
        Meio("90", "Sem pagamento"),
        Meio("91", "Pagamento posterior", date(2025, 11, 3)),
        Meio("99", "Outros"),
    )
}
_BANDEIRAS: Final[Mapping[str, str]] = {
    "01": "Visa",
    "02": "Mastercard",
    "03": "American Express",
    "04": "Sorocred",
    "05": "Diners Club",
    "06": "Elo",
    "07": "Hipercard",
    "08": "Aura",
    "09": "Cabal",
    "10": "Alelo",
    "11": "Banes Card",
    "12": "CalCard",
    "13": "Credz",
    "14": "Discover",
    "15": "GoodCard",
    "16": "GreenCard",
    "17": "Hiper",
    "18": "JCB",
    "19": "Mais",
    "20": "MaxVan",
    "21": "Policard",
    "22": "RedeCompras",
    "23": "Sodexo",
    "24": "ValeCard",
    "25": "Verocheque",
    "26": "VR",
    "27": "Ticket",
    "99": "Outros",
}
TABELA: Final = Tabela(
    nome="Meios de pagamento e bandeiras",
    fonte="Portal Nacional da NF-e, IT 2024.002 v1.11",
    data=date(2026, 8, 25),  # copies made later have no newer code
    linhas=len(_MEIOS) + len(_BANDEIRAS),
)


def meio(codigo: str) -> Meio | None:
    """A means of payment (tPag), if it is in the table."""
    return _MEIOS.get(codigo)


def bandeira(codigo: str) -> str | None:
    """The name of a card brand (tBand), if it is in the table."""
    return _BANDEIRAS.get(codigo)
