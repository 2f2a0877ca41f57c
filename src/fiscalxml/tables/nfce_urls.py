"""Addresses that a NFC-e may name for its consultation, by UF and environment (tpAmb).

States change theirs and go on to take the old ones: each has all that are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from fiscalxml.tables.dados import proveniencia
from fiscalxml.tables.tabela import read_rows

TABELA: Final = proveniencia.NFCE_URLS
_VISTOS: Final = (
    ("BA", "1", "qrcode", "nfe.sefaz.ba.gov.br", "nfcec_consulta_chave_acesso"),
    ("BA", "2", "qrcode", "hnfe.sefaz.ba.gov.br", "nfcec_consulta_chave_acesso"),
)
"""of notes that were authorised long ago: host and page"""
_NONE: Final[frozenset[str]] = frozenset()


def consulta(uf: str, ambiente: str) -> frozenset[str]:
    """Addresses of consultation by key (urlChave), as `endereco` writes them."""
    return _urls().get((uf, ambiente, "consulta"), _NONE)


def qrcode(uf: str, ambiente: str) -> frozenset[str]:
    """Addresses of a QR Code (qrCode up to its ?), as `endereco` writes them."""
    return _urls().get((uf, ambiente, "qrcode"), _NONE)


def endereco(url: str) -> str:
    """A URL as it is compared: without scheme, query, capitals, last slash."""
    return url.lower().rpartition("://")[2].partition("?")[0].rstrip("/")


@lru_cache(maxsize=1)
def _urls() -> Mapping[tuple[str, str, str], frozenset[str]]:
    found: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for uf, ambiente, tipo, url in read_rows("nfce_urls"):
        found[uf, ambiente, tipo].add(url)
    for uf, ambiente, tipo, host, page in _VISTOS:
        found[uf, ambiente, tipo].add(f"{host}/servicos/nfce/modulos/geral/{page}.aspx")
    return {key: frozenset(urls) for key, urls in found.items()}
