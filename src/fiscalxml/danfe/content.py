"""What the renderer is given of a document: what is signed, its protocol, and nothing around them.

The library looks elements up by name anywhere below the root; so nothing that was not judged may
be there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from copy import deepcopy
from decimal import Decimal
from typing import Final, NamedTuple

from lxml import etree

from fiscalxml.danfe.annex import take_annex
from fiscalxml.danfe.wire import Auxiliar, Bloco
from fiscalxml.xml import Element, child, descend, local_name, namespace, text_of

ENCODING: Final = "cp1252"
"""all that the fonts built into PDF can show"""
_ORIENTATIONS: Final = ("1", "2")
_MAX_CASAS: Final = 10  # of vUnCom, the longest that a layout has
_MIN_CASAS: Final = 2


class Conteudo(NamedTuple):
    """What is drawn of a document."""

    xml: str
    anexo: tuple[Bloco, ...]
    trocados: bool
    """characters that the fonts lack were replaced"""


def conteudo(auxiliar: Auxiliar, assinado: Element, protocolo: Element | None) -> Conteudo:
    """Its XML, and what the pages of the library have no room for.

    `protocolo`: protNFe, retEvento …; None when the document is to be drawn without one.
    """
    space = namespace(assinado)
    root = etree.Element(f"{{{space}}}impressao", nsmap={None: space})
    root.append(_copy(assinado))
    for item in assinado.itersiblings("{*}*"):
        if local_name(item).endswith("Supl"):  # the QR code stands beside what is signed
            root.append(_copy(item))
    if protocolo is not None:
        root.append(_copy(protocolo))
    trocados = _make_printable(root)
    _orient(root[0])
    _join_volumes(root[0])
    anexo = take_annex(auxiliar, root[0])
    return Conteudo(etree.tostring(root, encoding="unicode"), anexo, trocados)


def casas(assinado: Element, names: Iterable[str]) -> int:
    """Decimals that are enough for every value of those names, trailing zeros aside."""
    tags = [f"{{*}}{name}" for name in names]
    used = (_casas(item.text or "") for item in assinado.iter(*tags))
    return min(max(_MIN_CASAS, max(used, default=0)), _MAX_CASAS)


def _casas(text: str) -> int:
    return len(text.strip().partition(".")[2].rstrip("0"))


def _copy(element: Element) -> Element:
    copied = deepcopy(element)
    copied.tail = None
    return copied


def _orient(assinado: Element) -> None:
    """tpImp: what is neither portrait nor landscape (none, simplified) is drawn as portrait."""
    item = descend(assinado, "ide", "tpImp")
    if item is not None and item.text not in _ORIENTATIONS:
        item.text = _ORIENTATIONS[0]


def _join_volumes(assinado: Element) -> None:
    """The library draws the first vol only: that one gets the sums of all."""
    transp = child(assinado, "transp")
    volumes = [] if transp is None else list(transp.iterchildren("{*}vol"))
    if len(volumes) < 2:
        return
    joined = etree.Element(volumes[0].tag)
    for name in ("qVol", "esp", "marca", "nVol", "pesoL", "pesoB"):
        texts = [text for volume in volumes if (text := text_of(volume, name))]
        if texts:
            numeric = name in ("qVol", "pesoL", "pesoB")
            field = etree.SubElement(joined, f"{{{namespace(volumes[0])}}}{name}")
            field.text = (
                str(sum(map(Decimal, texts))) if numeric else "/".join(dict.fromkeys(texts))
            )
    volumes[0].addprevious(joined)
    for volume in volumes:
        volume.getparent().remove(volume)  # type: ignore[union-attr]


def _make_printable(root: Element) -> bool:
    replaced = False
    for item in root.iter("{*}*"):
        text = item.text
        if text and not text.isascii() and (shown := printable(text)) != text:
            item.text = shown
            replaced |= shown != unicodedata.normalize("NFC", text)
    return replaced


def printable(text: str) -> str:
    """The text with what the fonts lack replaced by what is nearest, at worst a question mark."""
    return "".join(map(_printable, unicodedata.normalize("NFC", text)))


def _printable(char: str) -> str:
    try:
        char.encode(ENCODING)
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKD", char).encode(ENCODING, "ignore").decode(ENCODING)
        return plain or "?"
    return char
