"""Shapes of exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args
from uuid import UUID

import msgspec

Formato = Literal["csv", "csv_simples", "xlsx", "jsonl", "parquet", "zip"]
NomeDeTabela = Literal["documentos", "itens", "tributos", "achados"]

EXPORTAR: Final = "exportar"
"""the type of an export's job"""

Situacao = Literal["recebida", "processando", "pronta", "falhou", "cancelada", "expirada"]
SITUACOES: Final = get_args(Situacao)
ABERTAS: Final = ("recebida", "processando")
"""states of what is still to be done"""


class Pedido(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be exported: the documents of a lote, or those that a filter chooses."""

    formato: Formato
    tabela: NomeDeTabela | None = None
    lote: UUID | None = None
    filtro: Mapping[str, str] = {}
    """parameters of a search, as they were given"""

    def to_json(self) -> str:
        """The same text for the same request."""
        return msgspec.json.encode(self, order="sorted").decode()

    @classmethod
    def parse(cls, text: str) -> Pedido:
        """The inverse of `to_json`."""
        return msgspec.json.decode(text, type=cls)


def folder(exportacao: UUID) -> str:
    """Where the objects of an export are, one for each attempt."""
    return f"exportacoes/{exportacao}"
