"""What no code can do: decisions of people, each with a role, and how often it is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache

import msgspec

from fiscalxml_ops.compliance.evidence import Evidencia
from fiscalxml_ops.compliance.measures import FONTES


class Papel(StrEnum):
    """Who decides. One person may have several; nobody approves what is his own."""

    DIRECAO = "Direção"
    ENCARREGADO = "Encarregado"
    """of personal data (LGPD, art. 41)"""
    SEGURANCA = "Segurança"
    OPERACAO = "Operação"
    ENGENHARIA = "Engenharia"
    JURIDICO = "Jurídico"
    PESSOAS = "Pessoas"
    FINANCEIRO = "Financeiro"


class Quando(StrEnum):
    """How often."""

    UMA_VEZ = "uma vez, antes de entrar em produção"
    CADA_CASO = "a cada caso"
    MENSAL = "todo mês"
    TRIMESTRAL = "a cada trimestre"
    SEMESTRAL = "a cada semestre"
    ANUAL = "todo ano"


class Decisao(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`decide`: what; `registro`: what is kept of it, and where."""

    papel: Papel
    decide: str
    quando: Quando
    registro: str
    roteiro: str = ""
    """path#heading of how it is done"""


@cache
def decisions() -> Mapping[str, Decisao]:
    """By id. Raises msgspec.ValidationError."""
    return msgspec.toml.decode((FONTES / "decisoes.toml").read_bytes(), type=dict[str, Decisao])


def faults(known: Mapping[str, Decisao]) -> Iterator[str]:
    """What is wrong with decisions, in Portuguese."""
    for nome, each in known.items():
        if each.roteiro and (falha := Evidencia(each.roteiro).falha()):
            yield f"decisão {nome}: {falha}"
