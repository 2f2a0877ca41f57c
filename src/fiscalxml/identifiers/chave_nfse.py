"""The 50-character key of the national NFS-e, and the Id of its DPS.

Both are laid out in tiposSimples_v1.01.xsd (TSIdNFSe, TSIdDPS). The XSD does not say how the DV
is computed; published keys follow the modulo 11 of the other documents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fiscalxml.identifiers.chave_invalida import (
    ChaveInvalida,
    require_characters,
    require_check_digit,
    require_length,
    require_month,
)
from fiscalxml.identifiers.modulo import modulo_11, weighted_sum, weights_2_to_9

TAMANHO: Final = 50
TAMANHO_ID_DPS: Final = 45

_BASE: Final = re.compile(r"[0-9]{9}[0-9A-Z]{12}[0-9]{28}")
_WEIGHTS: Final = weights_2_to_9(TAMANHO - 1)
_LETTERS: Final = range(9, 21)
_LETTERS_DPS: Final = range(8, 20)
_AMBIENTES_GERADORES: Final = ("1", "2")


@dataclass(frozen=True, slots=True)
class ChaveNfse:
    """The parts of an NFS-e key, each with the zeros it has there.

    `ambiente_gerador` is 1 (prefeitura) or 2 (Sistema Nacional); `inscricao` is a CNPJ, or a CPF
    after three zeros.
    """

    text: str
    municipio: str
    ambiente_gerador: str
    tipo_inscricao: str
    inscricao: str
    numero: str
    ano_mes: str
    codigo: str
    dv: str


@dataclass(frozen=True, slots=True)
class IdDps:
    """The parts of a DPS Id, each with the zeros it has there; `text` includes 'DPS'."""

    text: str
    municipio: str
    tipo_inscricao: str
    inscricao: str
    serie: str
    numero: str


def parse_chave_nfse(text: str) -> ChaveNfse:
    """The parts of an NFS-e key. Raises `ChaveInvalida` with the first thing that is wrong."""
    require_length(text, TAMANHO, "A chave da NFS-e nacional")
    require_characters(text, _LETTERS)
    chave = ChaveNfse(
        text=text,
        municipio=text[:7],
        ambiente_gerador=text[7],
        tipo_inscricao=text[8],
        inscricao=text[9:23],
        numero=text[23:36],
        ano_mes=text[36:40],
        codigo=text[40:49],
        dv=text[49],
    )
    _require_ambiente_gerador(chave.ambiente_gerador)
    require_month(chave.ano_mes)
    require_check_digit(chave.dv, chave_nfse_check_digit(text[:-1]))
    return chave


def is_valid_chave_nfse(text: str) -> bool:
    """Whether `parse_chave_nfse` accepts it."""
    try:
        parse_chave_nfse(text)
    except ChaveInvalida:
        return False
    return True


def chave_nfse_check_digit(base: str) -> str:
    """The DV of the first 49 characters. Raises ValueError on another shape."""
    if not _BASE.fullmatch(base):
        raise ValueError(f"A chave sem o DV tem 49 caracteres, letras só no CNPJ: {base!r}.")
    return modulo_11(weighted_sum(base, _WEIGHTS))


def parse_id_dps(text: str) -> IdDps:
    """The parts of a DPS Id, which has no check digit. Raises `ChaveInvalida`."""
    require_length(text, TAMANHO_ID_DPS, "O Id da DPS")
    if not text.startswith("DPS"):
        raise ChaveInvalida(
            f"O Id da DPS começa por 'DPS', mas este começa por {text[:3]!r}.",
            campo="prefixo",
            encontrado=text[:3],
            esperado="DPS",
        )
    body = text[3:]
    require_characters(body, _LETTERS_DPS)
    return IdDps(
        text=text,
        municipio=body[:7],
        tipo_inscricao=body[7],
        inscricao=body[8:22],
        serie=body[22:27],
        numero=body[27:],
    )


def _require_ambiente_gerador(found: str) -> None:
    if found not in _AMBIENTES_GERADORES:
        raise ChaveInvalida(
            f"O ambiente gerador na chave é {found}, mas só existem 1 (prefeitura) e "
            "2 (Sistema Nacional).",
            campo="ambGer",
            encontrado=found,
            esperado="1 ou 2",
        )
