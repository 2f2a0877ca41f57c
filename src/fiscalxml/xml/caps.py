"""Caps on a text, checked before a tree is built.

Bounds on the bytes clear nearly every text in a few microseconds. What they do not clear is
counted exactly while streaming through expat, which stops at the first thing that is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.parsers import expat

from fiscalxml.xml.faults import TOO_LONG
from fiscalxml.xml.refusals import XmlRecusado, doctype, milhar, refuse


# Medida: xml-hostil
@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one XML text. An NF-e of 990 items has about 150,000 nodes and 1.5 MB."""

    max_bytes: int = 16 * 1024 * 1024
    max_nodes: int = 250_000
    """elements, attributes, namespace declarations, comments: what a parser keeps one by one"""
    max_attributes: int = 256
    """per element. (Depth is capped at 256 by libxml2 itself.)"""
    max_text: int = 1024 * 1024
    """bytes of one text or tag: libxml2 needs 35 times as much to match a pattern"""
    max_documents: int = 10_000
    """in one text"""


MAX_PREFIXES = 64
"""declarations in scope at once: C14N looks through all of them for every element"""
MAX_NAMESPACE = 512
"""characters of a namespace name: C14N may repeat it in every element"""

_FREE_PREFIXES = 16  # `xmlns:` that need no exact count
_BYTES_PER_NODE = 4  # `<a/>`
_BYTES_PER_ATTRIBUTE = 5  # ` a=""`
_UNUSUAL = re.compile(
    rb"xml(?::|ns(?::|\s*=\s*(?:\"[^\"<]{%d}|'[^'<]{%d})))" % (MAX_NAMESPACE, MAX_NAMESPACE)
)
_LONG_NAMESPACE = re.compile(
    rb"xmlns(?::[^\s=<>:]{1,100})?\s*=\s*(?:\"[^\"<]{%d}|'[^'<]{%d})|xmlns:[^\s=<>:]{101}"
    % (MAX_NAMESPACE, MAX_NAMESPACE)
)


def has_unusual_declarations(data: bytes) -> bool:
    """Whether `xmlns:`, `xml:` or a long default namespace occurs: most texts have none."""
    return _UNUSUAL.search(data) is not None


def screen(data: bytes, limits: Limits, *, unusual: bool) -> None:
    """Raise `XmlRecusado` for a text that breaks a cap.

    `unusual`: the answer of `has_unusual_declarations`.
    """
    if (
        (b"!" in data and b"<!DOCTYPE" in data)  # one byte is found far faster than nine
        or (unusual and _has_many_or_long_namespaces(data))
        or _may_have_too_many_nodes(data, limits)
        or _may_have_long_texts(data, limits)
        or _may_have_many_attributes(data, limits.max_attributes)
    ):
        _Inspector(limits).run(data)


def too_large(size: int, limits: Limits) -> XmlRecusado:
    """The refusal of a text of `size` bytes, over the cap."""
    return refuse(
        "XML-007",
        f"Arquivo com {milhar(size)} bytes; o limite é {milhar(limits.max_bytes)}.",
        "Divida o arquivo ou envie cada documento em separado.",
    )


def count_nodes(data: bytes) -> int:
    """An upper bound of what a tree of this text holds."""
    return data.count(b"<") - data.count(b"</") + data.count(b"=")


def _may_have_too_many_nodes(data: bytes, limits: Limits) -> bool:
    return len(data) > _BYTES_PER_NODE * limits.max_nodes and count_nodes(data) > limits.max_nodes


def _may_have_long_texts(data: bytes, limits: Limits) -> bool:
    """A text runs from one tag to the next, unless comments, PIs or CDATA sections divide it."""
    if len(data) <= limits.max_text:
        return False
    declared = data.find(b"?>") + 1 if data.startswith(b"<?") else 0
    return (
        (b"!" in data and b"<!" in data)
        or (data.rfind(b"?") > declared and data.find(b"<?", 1) > 0)
        or _has_stretch(data, limits.max_text)
    )


def _has_stretch(data: bytes, size: int) -> bool:
    """Whether more than `size` bytes stand together without a `<`.

    From tag to tag in the longest hops that cannot jump over such a stretch.
    """
    start, end = -1, len(data)
    while start + 1 + size < end:
        start = data.rfind(b"<", start + 1, start + 2 + size)
        if start < 0:
            return True
    return False


def _has_many_or_long_namespaces(data: bytes) -> bool:
    return data.count(b"xmlns:") > _FREE_PREFIXES or _LONG_NAMESPACE.search(data) is not None


def _may_have_many_attributes(data: bytes, most: int) -> bool:
    """Only a stretch without `<` of at least so many bytes can hold so many attributes.

    From tag to tag in the longest hops that cannot jump over such a stretch.
    """
    stretch = most * _BYTES_PER_ATTRIBUTE
    start, end = 0, len(data)
    while start + stretch < end:
        hop = data.rfind(b"<", start + 1, start + stretch)
        if hop < 0:
            hop = data.find(b"<", start + stretch)
            if data.count(b"=", start, hop if hop > 0 else end) > most:
                return True
        start = hop if hop > 0 else end
    return False


class _Inspector:
    """Counts while streaming, and stops at the first thing that is refused."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.nodes = 0
        self.prefixes = 0
        self.text = 0
        self.rooted = False
        """past the point where a DOCTYPE may stand"""

    def run(self, data: bytes) -> None:
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.StartElementHandler = self.element
        parser.EndElementHandler = self.end
        parser.StartNamespaceDeclHandler = self.prefix
        parser.EndNamespaceDeclHandler = self.end_prefix
        parser.StartDoctypeDeclHandler = self.doctype
        parser.CharacterDataHandler = self.characters
        parser.CommentHandler = parser.ProcessingInstructionHandler = self.node
        parser.StartCdataSectionHandler = self.node
        try:
            for offset in range(0, len(data), 65536):
                parser.Parse(data[offset : offset + 65536], False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            # libxml2 will say where it is not well-formed, in the usual words. But what could not
            # be counted to its end is not given to it when it may be too much.
            if b"<!DOCTYPE" in data and not self.rooted:
                raise doctype() from None
            if count_nodes(data) > self.limits.max_nodes:
                raise self.too_many() from None
            if _has_stretch(data, self.limits.max_text):
                raise _too_long() from None

    def element(self, _name: str, attributes: dict[str, str]) -> None:
        if len(attributes) > self.limits.max_attributes:
            raise refuse(
                "XML-009",
                f"Um elemento tem mais de {self.limits.max_attributes} atributos.",
                "Nenhum leiaute fiscal tem tantos atributos: confira a origem do arquivo.",
            )
        self.rooted = True
        self.text = 0
        self.nodes += len(attributes)
        self.node()

    def end(self, _name: str) -> None:
        self.text = 0

    def prefix(self, _prefix: str | None, uri: str | None) -> None:
        self.prefixes += 1
        self.node()
        if self.prefixes > MAX_PREFIXES or (len(uri or "") > MAX_NAMESPACE):
            raise refuse(
                "XML-011",
                "Declarações de namespace em excesso, ou longas demais.",
                "Um documento fiscal declara poucos namespaces: confira a origem do arquivo.",
            )

    def end_prefix(self, _prefix: str | None) -> None:
        self.prefixes -= 1

    def characters(self, text: str) -> None:
        self.text += len(text)
        if self.text > self.limits.max_text:
            raise _too_long()

    def node(self, *_content: str) -> None:
        self.nodes += 1
        if self.nodes > self.limits.max_nodes:
            raise self.too_many()

    def too_many(self) -> XmlRecusado:
        return refuse(
            "XML-008",
            f"Mais de {milhar(self.limits.max_nodes)} elementos e atributos em um arquivo.",
            "Divida o lote em arquivos menores.",
        )

    def doctype(self, *_declaration: object) -> None:
        raise doctype()


def _too_long() -> XmlRecusado:
    return refuse(*TOO_LONG)
