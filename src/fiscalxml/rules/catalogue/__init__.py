"""The rules as published: codes, official messages and conditions, whether checked here or not.

A table for each family, made by `scripts/build_catalogue.py`. It is the one place of the texts; the
functions that check the rules name them by id and code.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

import msgspec

FAMILIAS = ("nfe", "cte", "mdfe", "nfse")


class Verbete(msgspec.Struct, frozen=True):
    """One row of the catalogue, texts verbatim."""

    regra: str
    """kind:id of the manual; empty where only the code is known"""
    codigo: str
    mensagem: str
    condicao: str
    avaliacao: str
    """what it takes to check it: xml, tabela:…, certificado, estado"""
    obrigatoriedade: str
    """obrigatoria, facultativa (each state's choice), or empty where the source does not say"""
    observacao: str
    modelos: str
    fonte: str
    """the official publication; empty where none was seen"""

    @property
    def de_servico(self) -> bool:
        """It is about an event or another service, not about a document."""
        return self.observacao.startswith("ev")


@lru_cache(maxsize=len(FAMILIAS))
def verbetes(familia: str) -> tuple[Verbete, ...]:
    """The catalogue of a family, in the order of its manuals."""
    table = files(__package__).joinpath(f"{familia}.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(Verbete(**row) for row in rows)


@lru_cache(maxsize=len(FAMILIAS))
def _by_rule(familia: str) -> dict[tuple[str, str], Verbete]:
    return {(verbete.regra, verbete.codigo): verbete for verbete in verbetes(familia)}


def verbete(familia: str, regra: str, codigo: str) -> Verbete:
    """The row of a rule and its code. Raises KeyError when there is none."""
    return _by_rule(familia)[regra, codigo]
