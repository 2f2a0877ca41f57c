"""What a kind of document is judged by: its rules, and what they are given of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from fiscalxml.documents.destino import Destino
from fiscalxml.documents.facts import Fatos
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.groups import Grupo
from fiscalxml.engine import Escopo, Regra


class Leitura(NamedTuple):
    """What is known of a document when its rules are about to run."""

    found: Encontrado
    grupos: Grupo
    """those of the signed element"""
    fatos: Fatos
    recebimento: datetime | None
    """instant of receipt by SEFAZ, where it is known"""
    destino: Destino
    """where it is sent, if somebody said so"""


class Todo(Protocol):
    """The scope of a whole document."""

    somas: dict[str, Decimal]


@dataclass(slots=True, eq=False)
class Acervo:
    """The rules on one kind of document, in one version of its layout."""

    nome: str
    versao: str
    regras: Iterable[Regra]
    abre: Callable[[Leitura], Todo]
    """makes the scope of the whole document"""
    natureza: Callable[[Leitura], Hashable]
    """what `quando` of the rules is asked about: alike for many documents"""
    escopos: Mapping[str, Escopo]
    somas: Mapping[str, str]
    de_servico: bool = False
    """events and services: their rows of the catalogue, not those of the documents"""
