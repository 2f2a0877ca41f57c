"""The 44-character access key of the documents that SEFAZ authorises.

cUF(2) AAMM(4) CNPJ or CPF(14) mod(2) serie(3) número(9) tpEmis(1) código(8) cDV(1). Since July
2026 the CNPJ inside may hold letters (NT Conjunta 2025.001). Some models divide the 21
characters between mod and cDV in another way: see `Layout`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from fiscalxml.identifiers.chave_invalida import (
    ChaveInvalida,
    require_characters,
    require_check_digit,
    require_length,
    require_month,
)
from fiscalxml.identifiers.modulo import modulo_11, weighted_sum, weights_2_to_9
from fiscalxml.identifiers.uf import UF_POR_CODIGO

TAMANHO: Final = 44

_BASE: Final = re.compile(r"[0-9]{6}[0-9A-Z]{12}[0-9]{25}")
_LETTERS: Final = range(6, 18)
_PREFIX: Final = re.compile(r"\A(?:NF3e|[A-Z]+)", re.ASCII | re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"[\s./-]")
_WEIGHTS: Final = weights_2_to_9(TAMANHO - 1)


class Layout(NamedTuple):
    """How many characters each part between mod and cDV takes; 0 where a model lacks it."""

    serie: int = 3
    numero: int = 9
    tipo_emissao: int = 1
    nsite_autoriz: int = 0
    codigo: int = 8


_COMUM: Final = Layout()
# nSiteAutoriz comes out of the código, which has 7 digits there (nf3e and nfcom XSDs).
_COM_SITE: Final = Layout(nsite_autoriz=1, codigo=7)
# CF-e: serial number of the SAT equipment, number of the cupom; it has no tpEmis.
_SAT: Final = Layout(serie=9, numero=6, tipo_emissao=0, codigo=6)

MODELOS: Final[dict[str, Layout]] = {
    "55": _COMUM,  # NF-e
    "57": _COMUM,  # CT-e, CT-e Simplificado
    "58": _COMUM,  # MDF-e
    "59": _SAT,  # CF-e SAT
    "62": _COM_SITE,  # NFCom
    "63": _COMUM,  # BP-e
    "64": _COMUM,  # GTV-e
    "65": _COMUM,  # NFC-e
    "66": _COM_SITE,  # NF3e
    "67": _COMUM,  # CT-e OS
    "75": _COM_SITE,  # NFAg
    "76": _COM_SITE,  # NFGas
    "99": _COMUM,  # DC-e: its 8 last are kept whole (tpEmit, nSiteAutoriz and cDC share them)
}
"""Models of documents that have an access key, and how their keys are divided."""

# Series reserved for an emitente that is a person: NF-e, MOC rules BA02-30 and C02a-10;
# MDF-e, MOC rules F69 and F70.
SERIES_DE_CPF: Final = {"55": range(910, 970), "58": range(920, 970)}
_SERIES_AVULSAS: Final = range(890, 900)


@dataclass(frozen=True, slots=True)
class Chave:
    """The parts of a key, each with the zeros it has there. `uf` is the cUF."""

    text: str
    uf: str
    ano_mes: str
    emitente: str
    modelo: str
    serie: str
    numero: str
    tipo_emissao: str
    nsite_autoriz: str
    codigo: str
    dv: str

    @property
    def sigla_uf(self) -> str:
        """'SP' for cUF 35."""
        return UF_POR_CODIGO[self.uf]

    @property
    def cpf(self) -> str | None:
        """The emitente's CPF, where the series is reserved for persons.

        With tpEmis 3 (Nota Fiscal Fácil) the series does not tell a CPF from a CNPJ.
        """
        reserved = SERIES_DE_CPF.get(self.modelo, ())
        return self.emitente[3:] if int(self.serie) in reserved else None

    @property
    def avulsa(self) -> bool:
        """NF-e of series 890-899, whose key holds the CNPJ of the SEFAZ (MOC rule A03-10)."""
        return self.modelo == "55" and int(self.serie) in _SERIES_AVULSAS


def parse_chave(text: str) -> Chave:
    """The parts of an access key. Raises `ChaveInvalida` with the first thing that is wrong.

    The emitente's own check digits are not verified here.
    """
    _require_shape(text)
    uf, ano_mes, emitente, modelo = text[:2], text[2:6], text[6:20], text[20:22]
    _require_uf(uf)
    require_month(ano_mes)
    layout = _layout_of(modelo)
    require_check_digit(text[-1], chave_check_digit(text[:-1]))
    ends = accumulate(layout, initial=22)
    serie, numero, tipo_emissao, nsite_autoriz, codigo = (
        text[start:end] for start, end in pairwise(ends)
    )
    return Chave(
        text=text,
        uf=uf,
        ano_mes=ano_mes,
        emitente=emitente,
        modelo=modelo,
        serie=serie,
        numero=numero,
        tipo_emissao=tipo_emissao,
        nsite_autoriz=nsite_autoriz,
        codigo=codigo,
        dv=text[-1],
    )


def is_valid_chave(text: str) -> bool:
    """Whether `parse_chave` accepts it."""
    try:
        parse_chave(text)
    except ChaveInvalida:
        return False
    return True


def chave_check_digit(base: str) -> str:
    """The cDV of the first 43 characters. Raises ValueError on another shape."""
    if not _BASE.fullmatch(base):
        raise ValueError(f"A chave sem o DV tem 43 caracteres, letras só no CNPJ: {base!r}.")
    return modulo_11(weighted_sum(base, _WEIGHTS))


def build_chave(
    *,
    uf: str,
    ano_mes: str,
    emitente: str,
    modelo: str,
    serie: int,
    numero: int,
    codigo: str,
    tipo_emissao: str = "",
    nsite_autoriz: str = "",
) -> Chave:
    """The key of these parts, with its cDV. `uf` is the cUF; a CPF gets zeros on the left.

    Raises `ChaveInvalida` when a part does not fit.
    """
    layout = _layout_of(modelo)
    parts = (
        str(serie).zfill(layout.serie),
        str(numero).zfill(layout.numero),
        tipo_emissao,
        nsite_autoriz,
        codigo,
    )
    for campo, part, width in zip(Layout._fields, parts, layout, strict=True):
        if len(part) != width:
            raise ChaveInvalida(
                f"Na chave do modelo {modelo}, {campo} ocupa {width} posições e veio {part!r}.",
                campo=campo,
                encontrado=part,
                esperado=f"{width} posições",
            )
    base = f"{uf}{ano_mes}{emitente.zfill(14)}{modelo}{''.join(parts)}"
    _require_shape(f"{base}0")
    return parse_chave(base + chave_check_digit(base))


def clean_chave(text: str) -> str:
    """A key as people paste it, without spaces, dots and the prefix of the Id (NFe, CTe …)."""
    key = _PREFIX.sub("", _SEPARATORS.sub("", text))
    return key.upper() if key.isascii() else key


def _require_shape(text: str) -> None:
    require_length(text, TAMANHO, "A chave de acesso")
    require_characters(text, _LETTERS)


def _require_uf(uf: str) -> None:
    if uf not in UF_POR_CODIGO:
        raise ChaveInvalida(
            f"A chave começa por {uf}, que não é o código IBGE de nenhuma UF.",
            campo="cUF",
            encontrado=uf,
            esperado="código IBGE de uma das 27 UFs",
        )


def _layout_of(modelo: str) -> Layout:
    layout = MODELOS.get(modelo)
    if layout is None:
        raise ChaveInvalida(
            f"O modelo {modelo} não é de documento eletrônico com chave de acesso.",
            campo="mod",
            encontrado=modelo,
            esperado=", ".join(MODELOS),
        )
    return layout
