"""The text of an NFC-e's QR Code, taken apart: its address, its version and its parameters.

Version 1 names its parameters (`chNFe=…&nVersao=100&…`); 2 and 3 order them (`p=chave|3|1`), and
have more of them in contingência off-line. The schema makes sure that each form is complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_OFFLINE: Final = 8
_V2: Final = ("chave", "versao", "tpAmb", "id_csc", "hash")
_V2_OFFLINE: Final = ("chave", "versao", "tpAmb", "dia", "vNF", "digVal", "id_csc", "hash")
_V3_OFFLINE: Final = ("chave", "versao", "tpAmb", "dia", "vNF", "tipo", "dest", "assinatura")
_V1: Final = {
    "chNFe": "chave",
    "nVersao": "versao",
    "tpAmb": "tpAmb",
    "cDest": "dest",
    "dhEmi": "dhEmi",
    "vNF": "vNF",
    "vICMS": "vICMS",
    "digVal": "digVal",
    "cIdToken": "id_csc",
    "cHashQRCode": "hash",
}


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR Code. A parameter that it has not reads as an empty text."""

    endereco: str
    """up to the ? before the parameters"""
    texto: str
    """the parameters"""
    versao: str
    """100, 2 or 3"""
    parametros: Mapping[str, str]

    def __getitem__(self, nome: str) -> str:
        return self.parametros.get(nome, "")

    @property
    def ordenado(self) -> bool:
        """Version 2 or 3."""
        return self.versao in ("2", "3")

    @property
    def offline(self) -> bool:
        """In the form of the contingência off-line of version 2 or 3."""
        return "dia" in self.parametros


@lru_cache(maxsize=4)
def parse_qr_code(texto: str) -> QrCode:
    """The parts of a QR Code, whatever it is. (Kept for the next rule on the same note.)

    The address of a state may have a query of its own (PB: …?cdFuncao=FIS_1410?p=…).
    """
    endereco, ordered, query = texto.strip().partition("?p=")
    if ordered:
        values = query.split("|")
        versao = values[1] if len(values) > 1 else ""
        names: tuple[str, ...] = _V2
        if len(values) == _OFFLINE:
            names = _V3_OFFLINE if versao == "3" else _V2_OFFLINE
        return QrCode(endereco, query, versao, dict(zip(names, values, strict=False)))
    endereco, _, query = endereco.partition("?")
    pairs = (pair.partition("=") for pair in query.split("&"))
    named = {_V1[name]: value for name, _, value in pairs if name in _V1}
    return QrCode(endereco, query, named.get("versao", ""), named)
