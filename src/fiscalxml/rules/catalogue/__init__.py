"""The rules as published: codes, official messages and conditions, whether checked here or not.

A table for each family, made by `scripts/build_catalogue.py`. It is the one place of the texts; the
functions that check the rules name them by id and code.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

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


class Remedio(msgspec.Struct, frozen=True):
    """What to do about a code that no document can show."""

    causa: str
    correcao: str


@lru_cache(maxsize=1)
def remedios() -> Mapping[str, Remedio]:
    """For the codes of the NF-e that depend on what SEFAZ has on file, the most frequent ones."""
    text = files(__package__).joinpath("explicacoes.toml").read_text(encoding="utf-8")
    found: dict[str, Remedio] = {}
    for entry in tomllib.loads(text)["explicacao"]:
        for codigo in entry["codigos"]:
            if codigo in found:
                raise ValueError(f"{codigo} is explained twice")
            found[codigo] = Remedio(entry["causa"], entry["correcao"])
    return found


class Camada(NamedTuple):
    """What checks a row in the place of a rule, and what to do about it."""

    nome: str
    """xml, schema; nenhuma where nothing can"""
    remedio: Remedio


@lru_cache(maxsize=1)
def outras_camadas() -> Mapping[tuple[str, str], Camada]:
    """By rule id and code."""
    text = files(__package__).joinpath("outras_camadas.toml").read_text(encoding="utf-8")
    found: dict[tuple[str, str], Camada] = {}
    for grupo in tomllib.loads(text)["grupo"]:
        camada = Camada(grupo["camada"], Remedio(grupo["causa"], grupo["correcao"]))
        for row in grupo["regras"]:
            regra, _, codigo = row.rpartition(" ")
            found[regra, codigo] = camada
    return found


@lru_cache(maxsize=1)
def pendentes() -> Mapping[tuple[str, str], str]:
    """What is missing before a row can be checked, by rule id and code."""
    text = files(__package__).joinpath("pendentes.toml").read_text(encoding="utf-8")
    rows = [
        (row, grupo["falta"]) for grupo in tomllib.loads(text)["grupo"] for row in grupo["regras"]
    ]
    return {(row.rpartition(" ")[0], row.rpartition(" ")[2]): falta for row, falta in rows}


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
