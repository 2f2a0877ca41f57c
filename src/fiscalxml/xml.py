"""Hardened parsing: bytes in, a tree or one precise finding out.

libxml2 only ever sees UTF-8 bytes that passed the caps, never a path, a URL, a DOCTYPE or an
XInclude. Encodings come from a short allow-list and are transcoded here, because libxml2's own
converters (UTF-7 among them) would hide markup from the checks that run on the bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, cast
from xml.parsers import expat

from lxml import etree

from fiscalxml.report import Achado
from fiscalxml.xml_messages import looks_cut, translate_xml_error

Element = etree._Element


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one XML text. An NF-e of 990 items has about 150,000 elements and 1.5 MB."""

    max_bytes: int = 16 * 1024 * 1024
    max_nodes: int = 400_000
    """elements, attributes, comments: what a parser keeps in memory one by one"""
    max_attributes: int = 256
    """per element. (Depth is capped at 256 by libxml2 itself.)"""


class Xml(NamedTuple):
    """A parsed text and what was seen in its bytes."""

    root: Element
    data: bytes
    """UTF-8, from the first `<` on"""
    first_line: int
    """lines cut before the first `<`, to be added to libxml2's line numbers"""
    codificacao: str
    """the encoding the bytes were read with, in lower case"""
    bytes_invalidos: str | None
    """where the bytes contradict the declared UTF-8, in words, when Latin-1 was assumed"""
    bom: bool
    espacos_iniciais: bool
    declaracao: bool
    prefixos: bool
    """`xmlns:` or `xml:` occurs: more than one default namespace may be in scope"""
    referencias: bool
    """a character reference occurs: a name may not stand in the bytes as it reads"""
    corrompido: bool
    """bytes occur as in a text that was encoded twice, or that lost characters"""

    def line(self, element: Element) -> int | None:
        """The line of an element in the text as received; None past what libxml2 can count."""
        return self.received_line(element.sourceline)

    def received_line(self, line: int | None) -> int | None:
        return line + self.first_line if line and line < _LAST_LINE else None


class XmlRecusado(Exception):
    """The text cannot be read; `achado` says why, `parece` what it seems to be, if that shows."""

    def __init__(self, achado: Achado, parece: str | None = None) -> None:
        super().__init__(achado.mensagem)
        self.achado = achado
        self.parece = parece


_GARBLED = (b"\xc3\x83\xc2", b"\xef\xbf\xbd")
"""UTF-8 of `Ã` and of half a character: UTF-8 that was encoded twice; UTF-8 of U+FFFD"""
_LAST_LINE = 65535  # libxml2 keeps an element's line in 16 bits
_BOM = b"\xef\xbb\xbf"
_XINCLUDE = b"http://www.w3.org/2001/XInclude"
_DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_UTF16_OR_32 = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"<\x00": "utf-16-le",
    b"\x00<": "utf-16-be",
}
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "iso8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
    "cp1252": "windows-1252",
}
_MAGIC = (
    (b"%PDF", "um PDF"),
    (b"PK\x03\x04", "um arquivo ZIP"),
    (b"\x1f\x8b", "um arquivo compactado (gzip)"),
    (b"7z\xbc\xaf", "um arquivo 7z"),
    (b"Rar!", "um arquivo RAR"),
    (b"\x89PNG", "uma imagem PNG"),
    (b"\xff\xd8\xff", "uma imagem JPEG"),
    (b"{", "um JSON"),
    (b"[", "um JSON"),
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_TAG = re.compile(rb"[^<]+")
_ROOT_NAME = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")


def parse(data: bytes, limits: Limits) -> Xml:
    """Parse one XML text. Raises `XmlRecusado` with the finding when it cannot be read."""
    if len(data) > limits.max_bytes:
        raise too_large(len(data), limits)
    text, encoding = _transcode(data)
    start = text.find(b"<")
    head = text[: max(start, 0)]
    if start < 0 or head.replace(_BOM, b"").strip():
        raise _not_xml(text)
    body = text[start:] if start else text
    if _HTML.search(body, 0, 400):
        raise _html_page()
    _screen(body, limits)
    invalid = None
    try:
        root = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as error:
        if encoding != "utf-8" or (invalid := _invalid_utf8(body)) is None:
            raise _malformed(error, body, head.count(b"\n")) from None
        body, encoding = _as_latin1(body).encode(), "iso-8859-1"
        try:
            root = etree.fromstring(body, _parser())
        except etree.XMLSyntaxError as second:
            raise _malformed(second, body, head.count(b"\n")) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype()
    return Xml(
        root=root,
        data=body,
        first_line=head.count(b"\n"),
        codificacao=encoding,
        bytes_invalidos=invalid,
        bom=data.startswith(_BOM),
        espacos_iniciais=bool(head.strip(_BOM)),
        declaracao=body.startswith(b"<?xml"),
        prefixos=b"xmlns:" in body or b"xml:" in body,
        referencias=b"&#" in body,
        corrompido=any(mark in body for mark in _GARBLED),
    )


def tag(element: Element) -> str:
    """`{namespace}name`. Only elements are asked: a comment or a PI has no name."""
    return cast(str, element.tag)


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return tag(element).rpartition("}")[2]


def namespace(element: Element) -> str:
    """The element's namespace, empty when it has none."""
    name = tag(element)
    return name[1:].partition("}")[0] if name[0] == "{" else ""


def child(element: Element, name: str) -> Element | None:
    """The first child of that name, in any namespace."""
    return next(element.iterchildren(f"{{*}}{name}"), None)


def descend(element: Element | None, *names: str) -> Element | None:
    """The first element down a path of names; None where the path breaks off."""
    for name in names:
        if element is None:
            return None
        element = child(element, name)
    return element


def text_of(element: Element | None, *names: str) -> str | None:
    """The text down a path of names; None where there is no such element or text."""
    found = descend(element, *names)
    if found is None:
        return None
    text = "".join(found.itertext()) if len(found) else found.text  # a comment splits a text
    return (text or "").strip() or None


def copy_of(element: Element) -> Element:
    """The element parsed again as a document of its own, with all namespaces in its scope."""
    return etree.fromstring(etree.tostring(element, with_tail=False), _parser())


def canonical(element: Element, *, exclusive: bool) -> bytes | None:
    """The C14N of an element, without comments; None for a document that has none.

    (C14N is not defined for relative namespace names.) lxml writes the exclusive form of a subtree
    directly; for the inclusive form the element must be a root, or a bogus `xmlns=""` appears.
    """
    try:
        return etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=False)
    except etree.C14NError:
        return None


def caminho(element: Element, *tops: Element | None) -> str:
    """The contract's path: names from the nearest of `tops`, positions where an element repeats."""
    steps: list[str] = []
    node: Element | None = element
    while node is not None:
        is_top = any(node is top for top in tops)
        steps.append(_step(node, positioned=not is_top))
        node = None if is_top else node.getparent()
    return "/".join(reversed(steps))


def _step(node: Element, *, positioned: bool) -> str:
    name = local_name(node)
    if not positioned:
        return name
    before = sum(1 for _ in node.itersiblings(tag(node), preceding=True))
    alone = not before and next(node.itersiblings(tag(node)), None) is None
    return name if alone else f"{name}[{before + 1}]"


def _parser() -> etree.XMLParser[Element]:
    # One per call: a parser serves one thread at a time, and making one costs 2 µs.
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
    )


def _transcode(data: bytes) -> tuple[bytes, str]:
    """The text in UTF-8 and the encoding it came in. UTF-8 is passed through unchecked."""
    for mark, encoding in _UTF16_OR_32.items():
        if data.startswith(mark):
            return _decode(data, encoding).lstrip("\ufeff").encode(), encoding[:6]
    match = _DECLARATION.search(data[:1024])
    declared = match[1].decode().lower() if match else "utf-8"
    encoding = _ENCODINGS.get(declared, "")
    if not encoding:
        raise _refuse(
            "XML-023",
            f'Codificação "{declared}" não suportada.',
            "Gere o arquivo em UTF-8, a única codificação que a SEFAZ aceita.",
        )
    return (data, encoding) if encoding == "utf-8" else (_decode(data, encoding).encode(), encoding)


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _refuse(
            "XML-014",
            f"Byte inválido em {encoding.upper()} na posição {error.start}.",
            "Gere o arquivo em UTF-8.",
        ) from None


def _invalid_utf8(data: bytes) -> str | None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return f"byte 0x{data[error.start]:02X} na linha {line}"
    return None


def _as_latin1(data: bytes) -> str:
    """What the bytes most likely mean: Windows-1252, or ISO-8859-1 where that has no character."""
    try:
        return data.decode("windows-1252")
    except UnicodeDecodeError:
        return data.decode("iso-8859-1")


def _screen(data: bytes, limits: Limits) -> None:
    """Refuse what breaks a cap. Bounds on the bytes clear nearly every text at once, in a few
    microseconds; what they do not clear is counted exactly while streaming."""
    attributes = data.count(b"=")
    if (
        data.count(b"<") - data.count(b"</") > limits.max_nodes
        or attributes > limits.max_nodes
        or b"<!DOCTYPE" in data
        or _XINCLUDE in data
        or (
            attributes > limits.max_attributes
            and any(tag[0].count(b"=") > limits.max_attributes for tag in _TAG.finditer(data))
        )
    ):
        _Inspector(limits).run(data)


class _Inspector:
    """Counts while streaming through expat, and stops at the first thing that is refused."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.nodes = 0

    def run(self, data: bytes) -> None:
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.StartElementHandler = self.element
        parser.StartDoctypeDeclHandler = self.doctype
        parser.CommentHandler = parser.ProcessingInstructionHandler = self.node
        parser.StartCdataSectionHandler = self.node
        try:
            for offset in range(0, len(data), 65536):
                parser.Parse(data[offset : offset + 65536], False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            return  # not well-formed: libxml2 will say where, in the usual words

    def element(self, name: str, attributes: dict[str, str]) -> None:
        if name.startswith(_XINCLUDE.decode()):
            raise _refuse(
                "XML-006",
                "XInclude recusado: um documento fiscal não inclui outros arquivos.",
                "Remova o elemento XInclude.",
            )
        if len(attributes) > self.limits.max_attributes:
            raise _refuse(
                "XML-009",
                f"Um elemento tem mais de {self.limits.max_attributes} atributos.",
                "Nenhum leiaute fiscal tem tantos atributos: confira a origem do arquivo.",
            )
        self.node()
        self.nodes += len(attributes)

    def node(self, *_content: str) -> None:
        self.nodes += 1
        if self.nodes > self.limits.max_nodes:
            raise _refuse(
                "XML-008",
                f"Mais de {self.limits.max_nodes} elementos e atributos em um arquivo.",
                "Divida o lote em arquivos menores.",
            )

    def doctype(self, *_declaration: object) -> None:
        raise _doctype()


def too_large(size: int, limits: Limits) -> XmlRecusado:
    """The refusal of a text of `size` bytes, over the cap."""
    return _refuse(
        "XML-007",
        f"Arquivo com {size:,} bytes; o limite é {limits.max_bytes:,}.".replace(",", "."),
        "Divida o arquivo ou envie cada documento em separado.",
    )


def _doctype() -> XmlRecusado:
    return _refuse(
        "XML-005",
        "Declaração DOCTYPE recusada: documentos fiscais não usam DTD nem entidades.",
        "Remova a declaração DOCTYPE e as entidades que ela define.",
    )


def _not_xml(text: bytes) -> XmlRecusado:
    content = text.replace(_BOM, b"").strip()
    if not content.strip(b"\x00"):
        return _refuse("XML-001", "Arquivo vazio.", "Envie o conteúdo do XML.")
    for magic, words in _MAGIC:
        if content.startswith(magic):
            return _refuse("XML-002", f"Não é um XML: é {words}.", "Envie o arquivo XML.", words)
    return _refuse(
        "XML-002",
        "Não é um XML: há outro conteúdo antes do primeiro elemento.",
        "O arquivo deve começar por <?xml … ?> ou pelo elemento raiz do documento.",
    )


def _malformed(error: etree.XMLSyntaxError, data: bytes, first_line: int) -> XmlRecusado:
    fault = translate_xml_error(error.code, error.msg or "", cortado=looks_cut(data))
    root = _ROOT_NAME.search(data)
    return _refuse(
        fault.codigo,
        fault.mensagem,
        fault.correcao,
        root[1].decode() if root else None,
        (error.lineno or 1) + first_line,
    )


def _html_page() -> XmlRecusado:
    """The finding for a web page that was saved in the place of a document."""
    return _refuse(
        "XML-022",
        "É uma página HTML salva como XML, e não um documento fiscal.",
        "Baixe o documento de novo: o portal devolveu uma página (de erro ou de login).",
        "página HTML",
    )


def _refuse(
    code: str, message: str, fix: str | None, parece: str | None = None, line: int | None = None
) -> XmlRecusado:
    achado = Achado(
        codigo=code,
        camada="xml",
        severidade="erro",
        mensagem=message,
        correcao=fix,
        caminho="",
        linha=line,
    )
    return XmlRecusado(achado, parece)
