"""Names what is in a text: by root, namespace and model, never by a part somewhere inside.

Containers (lote, SOAP, distribution answer) give each document that they carry, in order.
"""

from __future__ import annotations

import base64
import dataclasses
import re
import zlib
from collections.abc import Iterator

import msgspec

from fiscalxml.documents.familias import BY_ROOT, FAMILIAS, kind_named
from fiscalxml.documents.foreign import looks_like
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.kind import Familia, Kind
from fiscalxml.documents.plain import read_plain
from fiscalxml.report import Achado
from fiscalxml.xml import (
    Element,
    Limits,
    Xml,
    XmlRecusado,
    child,
    local_name,
    milhar,
    namespace,
    parse,
    plain_xml,
    short,
    text_of,
)


class Ilegivel(msgspec.Struct, frozen=True):
    """What could not be read: an input, or a document inside a container."""

    achado: Achado
    parece: str | None = None


class VariosDocumentos(ValueError):
    """The input holds more than one document: take each of them."""


_POR_NAMESPACE = {familia.namespace: familia for familia in FAMILIAS}
_MENSAGEM = re.compile(
    r"(?:ret|cons|Cons|dist|envi?[A-Z]|res[A-Z]|adm|down|canc|nfce|mdfeConsulta|cabec|nfeCabec|"
    r"Consultar?|Cancelar|Gerar|Enviar|Recepcionar|Substituir|procCanc)\w*"
)
_NOMEADA = re.compile(r"MDFe|NFCom|NF3e|NFGas|NFe|CTe|BPe|DCe", re.IGNORECASE)
_WSDL = re.compile(r"/wsdl/|schemas\.xmlsoap\.org|w3\.org/2003/05/soap-envelope")
_MAX_WRAPPERS = 8
_MAX_NESTING = 2  # texts inside texts
_MAX_UNPACKED = 4  # all texts of one input together, in units of the cap on one text


def read_documents(data: bytes, limits: Limits) -> Iterator[Encontrado | Ilegivel]:
    """What is in an input, whatever the bytes are: its documents, or why there are none (more)."""
    plano = read_plain(data, limits)
    if plano is not None:
        yield Encontrado(plain_xml(data), familia=plano.familia, kind=plano.kind, plano=plano)
        return
    try:
        xml = parse(data, limits)
    except XmlRecusado as refused:
        yield Ilegivel(refused.achado, refused.parece)
        return
    for indice, found in enumerate(detect(xml, limits)):
        if indice == limits.max_documents:
            yield Ilegivel(_too_many_documents(limits))
            return
        yield found


def detect(xml: Xml, limits: Limits) -> Iterator[Encontrado | Ilegivel]:
    """The documents of a text, at least one."""
    yield from _Detector(limits).inside(xml, xml.root)


class _Detector:
    """Walks from the root to the documents, through a few wrappers and a bounded amount of text."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.nesting = 0
        self.unpacked = 0
        self.alive = 0
        """nodes of the texts around the one that is read: their trees are in memory too"""

    def inside(self, xml: Xml, element: Element) -> Iterator[Encontrado | Ilegivel]:
        name = local_name(element)
        if found := _kind_of(element):
            yield Encontrado(xml, element, *found)
        elif familia := _POR_NAMESPACE.get(namespace(element)) or _named_family(element):
            yield from self.of_family(xml, element, name, familia)
        else:
            yield from self.wrapped(xml, element, name)

    def of_family(
        self, xml: Xml, element: Element, name: str, familia: Familia
    ) -> Iterator[Encontrado | Ilegivel]:
        """A root of a known namespace that is no document by itself."""
        documents = self.carried(xml, element, name, familia)
        first = next(documents, None)
        if first is not None:
            yield first
            yield from documents
        elif _MENSAGEM.fullmatch(name):
            yield Encontrado(xml, element, familia, mensagem=True)
        else:
            yield from self.misnamed(xml, element, name, familia)

    def misnamed(
        self, xml: Xml, element: Element, name: str, familia: Familia
    ) -> Iterator[Encontrado | Ilegivel]:
        """A fragment, or documents inside an envelope that no layout has."""
        empty = True
        for item in _fiscal_elements(element):
            for document in self.inside(xml, item):
                empty = False
                if isinstance(document, Encontrado):
                    document = msgspec.structs.replace(document, estranho=short(name))
                yield document
        if empty:
            words = f"trecho de {familia.nome} ({short(name)})"
            yield Encontrado(xml, element, familia, parece=words)

    def carried(
        self, xml: Xml, element: Element, name: str, familia: Familia
    ) -> Iterator[Encontrado | Ilegivel]:
        if name in familia.lotes:
            first: Encontrado | None = None
            for item in element.iterchildren("{*}*"):
                if found := _kind_of(item):
                    document = Encontrado(xml, item, *found)
                    if first is None:
                        first = document
                        yield msgspec.structs.replace(document, lote=element)
                    else:
                        yield msgspec.structs.replace(document, primeiro=first.assinado)
        elif name == "retDistDFeInt":
            payloads = list(element.iter("{*}docZip"))
            if any(text_of(payload) for payload in payloads):
                around = xml.nodes
                for payload in payloads:
                    yield from self.doc_zip(xml, payload, around)

    def doc_zip(self, xml: Xml, element: Element, around: int) -> Iterator[Encontrado | Ilegivel]:
        """A document of a distribution answer: Base64 of gzip."""
        if self.exhausted():
            yield Ilegivel(_over_the_limit(xml, element))
            return
        cap = self.limits.max_bytes + 1  # one more, so that `parse` refuses what is over the cap
        try:
            packed = base64.b64decode("".join(element.itertext()))
            data = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(packed, cap)
            if not data:
                raise zlib.error
        except (ValueError, zlib.error):
            words = "docZip vazio ou que não é Base64 de gzip."
            yield Ilegivel(_unreadable("XML-031", words, xml, element))
            return
        yield from self.text(data, xml, element, around)

    def text(
        self, data: bytes, xml: Xml, element: Element, around: int
    ) -> Iterator[Encontrado | Ilegivel]:
        """A document carried as text inside another, whose tree of `around` nodes stays alive."""
        self.unpacked += len(data)
        if self.exhausted():
            yield Ilegivel(_over_the_limit(xml, element))
            return
        room = max(self.limits.max_nodes - self.alive - around, 0)
        try:
            inner = parse(data, dataclasses.replace(self.limits, max_nodes=room))
        except XmlRecusado as refused:
            yield Ilegivel(refused.achado, refused.parece)
            return
        self.nesting += 1
        self.alive += around
        yield from self.inside(inner, inner.root)
        self.alive -= around
        self.nesting -= 1

    def exhausted(self) -> bool:
        return self.nesting == _MAX_NESTING or self.unpacked > _MAX_UNPACKED * self.limits.max_bytes

    def wrapped(self, xml: Xml, element: Element, name: str) -> Iterator[Encontrado | Ilegivel]:
        """Anything else: an envelope around fiscal elements, or text that holds them."""
        empty = True
        for item in _fiscal_elements(element):
            empty = False
            yield from self.inside(xml, item)
        if empty:
            around = 0
            for leaf in _xml_texts(element):
                around = around or xml.nodes
                empty = False
                yield from self.text((leaf.text or "").strip().encode(), xml, leaf, around)
        if not empty:
            return
        if _MENSAGEM.fullmatch(name) and _WSDL.search(namespace(element)):
            yield Encontrado(xml, element, mensagem=True)
        else:
            yield Encontrado(xml, element, parece=looks_like(element, name))


def _kind_of(element: Element) -> tuple[Familia, Kind] | None:
    """The kind of a document; where its author forgot the namespace, by root and signed child."""
    name, space = local_name(element), namespace(element)
    if space:
        return kind_named(space, name)
    for familia, kind in BY_ROOT.get(name, ()):
        documento = element if name == kind.raiz else child(element, kind.raiz)
        if documento is not None and child(documento, kind.assinado) is not None:
            return familia, kind
    return None


def _named_family(element: Element) -> Familia | None:
    """The family of a message or lote without namespace, by what its root is named after."""
    name = local_name(element)
    named = None if namespace(element) else _NOMEADA.search(name)
    if named is None or not _MENSAGEM.fullmatch(name):
        return None
    return next(familia for familia in FAMILIAS if familia.namespace.endswith(named[0].lower()))


def _fiscal_elements(element: Element, depth: int = _MAX_WRAPPERS) -> Iterator[Element]:
    """The topmost elements of a known family, in document order, that are more than a field."""
    for item in element.iterchildren("{*}*"):
        if namespace(item) in _POR_NAMESPACE and len(item):
            if _kind_of(item) or _is_root(item):
                yield item
        elif depth:
            yield from _fiscal_elements(item, depth - 1)


def _is_root(item: Element) -> bool:
    name = local_name(item)
    return name in _POR_NAMESPACE[namespace(item)].lotes or bool(_MENSAGEM.fullmatch(name))


def _xml_texts(element: Element) -> Iterator[Element]:
    """The leaves whose text is itself XML (CDATA or escaped)."""
    return (
        leaf
        for leaf in element.iter("{*}*")
        if not len(leaf) and leaf.text and leaf.text.lstrip().startswith("<")
    )


def root_looks_like(name: str) -> str | None:
    """What a text that could not be parsed seems to be, by the name of its root."""
    found = BY_ROOT.get(name)
    if found:
        return f"{found[0][0].nome} ({name})"
    return f"mensagem ({name})" if _MENSAGEM.fullmatch(name) else None


def _too_many_documents(limits: Limits) -> Achado:
    """The finding on what comes after the most documents that one text may have."""
    return Achado(
        codigo="XML-033",
        camada="xml",
        severidade="erro",
        mensagem=f"Mais de {milhar(limits.max_documents)} documentos: o resto não foi lido.",
        correcao="Divida o lote em arquivos menores.",
        caminho="",
    )


def _over_the_limit(xml: Xml, element: Element) -> Achado:
    words = "Conteúdo embutido além do limite (profundidade ou tamanho total)."
    return _unreadable("XML-032", words, xml, element)


def _unreadable(code: str, message: str, xml: Xml, element: Element) -> Achado:
    return Achado(
        codigo=code,
        camada="xml",
        severidade="erro",
        mensagem=message,
        correcao="Peça o documento de novo a quem o enviou ou à SEFAZ.",
        caminho=local_name(element),
        linha=xml.line(element),
    )
