"""Hardened parsing: bytes in, a tree or one precise finding out.

libxml2 only ever sees UTF-8 bytes that passed the caps, never a path, a URL, a DOCTYPE or an
XInclude. Encodings come from a short allow-list and are transcoded here, because libxml2's own
converters (UTF-7 among them) would hide markup from the checks that run on the bytes.
"""

from __future__ import annotations

import re
import threading
from typing import Final

import msgspec
from lxml import etree

from fiscalxml.cached import cached_property
from fiscalxml.xml.caps import (
    Limits,
    count_nodes,
    has_unusual_declarations,
    screen,
    too_large,
)
from fiscalxml.xml.messages import looks_cut, translate_xml_error
from fiscalxml.xml.refusals import XmlRecusado, html_page, refuse, xinclude
from fiscalxml.xml.tree import Element


class Xml(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A text that is well-formed XML, and what was seen in its bytes."""

    arvore: Element | None = None
    """its root element, where it was parsed at once; ask for `root`"""
    data: bytes
    """UTF-8, from the first `<` on"""
    recebido: bytes
    """the bytes as they came"""
    first_line: int
    """lines cut before the first `<`, to be added to libxml2's line numbers"""
    codificacao: str
    """the encoding the bytes were read with, in lower case"""
    bytes_invalidos: str | None
    """where the bytes contradict the declared UTF-8, in words, when Latin-1 was assumed"""
    espacos_iniciais: bool
    prefixos: bool
    """`xmlns:` or `xml:` occurs: more than one default namespace may be in scope"""

    @cached_property
    def root(self) -> Element:
        """The root element: a plain text is parsed when somebody asks for it."""
        return etree.fromstring(self.data, _parser()) if self.arvore is None else self.arvore

    @property
    def nodes(self) -> int:
        """An upper bound of what its tree keeps in memory."""
        return count_nodes(self.data)

    @property
    def bom(self) -> bool:
        """Whether it came with a mark of UTF-8."""
        return self.recebido.startswith(_BOM)

    @property
    def declaracao(self) -> bool:
        return self.data.startswith(b"<?xml")

    @cached_property
    def referencias(self) -> bool:
        """A character reference occurs: a name may not stand in the bytes as it reads."""
        return _has_references(self.data)

    @cached_property
    def corrompido(self) -> bool:
        """Bytes occur as in a text that was encoded twice, or that lost characters."""
        # Rare bytes are looked for first: one byte is found far faster than three.
        data = self.data
        return (b"\x83" in data and _TWICE in data) or (b"\xef" in data and _LOST in data)

    def line(self, element: Element) -> int | None:
        """The line of an element in the text as received; None past what libxml2 can count."""
        return self.received_line(element.sourceline)

    def received_line(self, line: int | None) -> int | None:
        return line + self.first_line if line and line < _LAST_LINE else None


_TWICE, _LOST = b"\xc3\x83\xc2", b"\xef\xbf\xbd"
"""UTF-8 of `Ã` and of half a character: UTF-8 that was encoded twice; UTF-8 of U+FFFD"""
_USUAL = (b'<?xml version="1.0" encoding="UTF-8"?>', b'<?xml version="1.0" encoding="utf-8"?>')
PROLOG: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?"
    rb'(?:<\?xml version="1\.0"(?: encoding="(?i:utf-8)")?(?: standalone="(?:yes|no)")? ?\?>)?'
)
"""what a plain text begins with: a mark of UTF-8, a declaration; or nothing"""
_XINCLUDE = b"http://www.w3.org/2001/XInclude"
_XINCLUDES = f"{{{_XINCLUDE.decode()}}}*"
_PREFIXES = re.compile(rb"xmlns:|xml:")
_local = threading.local()
_LAST_LINE = 65535  # libxml2 keeps an element's line in 16 bits
_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_UTF16_OR_32 = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"<\x00": "utf-16-le",
    b"\x00<": "utf-16-be",
}
_WIDE = {"utf-16", "utf-16le", "utf-16be", "utf-32", "ucs-2", "iso-10646-ucs-2"}
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
_HEAD = 400  # bytes in which a web page shows that it is one
_HTML = re.compile(rb"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
_ROOT_NAME = re.compile(rb"<(?:[\w.-]{1,40}:)?([A-Za-z_][\w.-]{0,59})(?![\w.-])")


# Medida: xml-hostil
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
    first_line = head.count(b"\n")
    if b"html" in body[:_HEAD].lower() and _HTML.search(body, 0, _HEAD):
        raise html_page()
    unusual = has_unusual_declarations(body)
    referencias = _has_references(body)
    invalid = None
    try:
        root = _tree(body, limits, unusual, referencias)
    except etree.XMLSyntaxError as error:
        if encoding != "utf-8" or (invalid := _invalid_utf8(body)) is None:
            raise _malformed(error, body, first_line) from None
        body, encoding = _as_latin1(body).encode(), "iso-8859-1"
        try:
            root = _tree(body, limits, unusual, referencias)
        except etree.XMLSyntaxError as second:
            raise _malformed(second, body, first_line) from None
    return Xml(
        arvore=root,
        data=body,
        recebido=data,
        first_line=first_line,
        codificacao=encoding,
        bytes_invalidos=invalid,
        espacos_iniciais=bool(head.strip(_BOM)),
        prefixos=unusual and _PREFIXES.search(body) is not None,
    )


def line_at(data: bytes, position: int) -> int | None:
    """The line in `data` of what begins at a position; None where `Xml.line` has none."""
    line = data.count(b"\n", 0, position) + 1
    before = data.count(b"\n", 0, data.find(b"<"))
    return line if line - before < _LAST_LINE else None


def plain_xml(data: bytes) -> Xml:
    """What `parse` would give of a text that was seen to be plain (`_marcas.h`); unparsed.

    (`prefixos` is more exact: `parse` takes what reads like a declaration in a text for one.)
    """
    start = data.find(b"<")
    head, body = data[:start], data[start:] if start else data
    return Xml(
        data=body,
        recebido=data,
        first_line=head.count(b"\n"),
        codificacao="utf-8",
        bytes_invalidos=None,
        espacos_iniciais=bool(head.strip(_BOM)),
        prefixos=False,
    )


def copy_of(element: Element) -> Element:
    """The element parsed again as a document of its own, with all namespaces in its scope."""
    return etree.fromstring(etree.tostring(element, encoding="utf-8", with_tail=False), _parser())


def _tree(data: bytes, limits: Limits, unusual: bool, referencias: bool) -> Element:
    screen(data, limits, unusual=unusual)
    root = etree.fromstring(data, _parser())
    # Nothing is ever included; a reference may spell the name, so the tree is asked as well.
    if (referencias or _XINCLUDE in data) and next(root.iter(_XINCLUDES), None) is not None:
        raise xinclude()
    return root


def _parser() -> etree.XMLParser[Element]:
    """This thread's parser: one serves a single thread at a time."""
    parser: etree.XMLParser[Element] | None = getattr(_local, "parser", None)
    if parser is None:
        parser = _local.parser = etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            collect_ids=False,
        )
    return parser


def _has_references(data: bytes) -> bool:
    return b"&" in data and b"&#" in data  # one byte is found far faster than two


def _transcode(data: bytes) -> tuple[bytes, str]:
    """The text in UTF-8 and the encoding it came in. UTF-8 is passed through unchecked."""
    if data.startswith(_USUAL):
        return data, "utf-8"
    for mark, encoding in _UTF16_OR_32.items():
        if data.startswith(mark):
            return _decode(data, encoding).lstrip("\ufeff").encode(), encoding[:6]
    match = _DECLARATION.search(data[:1024])
    declared = match[1].decode().lower() if match else "utf-8"
    if declared in _WIDE:
        return data, declared  # without a mark or zero bytes it is not: a wrong declaration
    encoding = _ENCODINGS.get(declared, "")
    if not encoding:
        raise refuse(
            "XML-023",
            f'Codificação "{declared}" não aceita.',
            "Gere o arquivo em UTF-8, a única codificação que a SEFAZ aceita.",
        )
    return (data, encoding) if encoding == "utf-8" else (_decode(data, encoding).encode(), encoding)


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse(
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


def _not_xml(text: bytes) -> XmlRecusado:
    content = text.replace(_BOM, b"").strip()
    if not content.strip(b"\x00"):
        return refuse("XML-001", "Arquivo vazio.", "Envie o conteúdo do XML.")
    for magic, words in _MAGIC:
        if content.startswith(magic):
            return refuse("XML-002", f"Não é um XML: é {words}.", "Envie o arquivo XML.", words)
    return refuse(
        "XML-002",
        "Não é um XML: há outro conteúdo antes do primeiro elemento.",
        "O arquivo deve começar por <?xml … ?> ou pelo elemento raiz do documento.",
    )


def _malformed(error: etree.XMLSyntaxError, data: bytes, first_line: int) -> XmlRecusado:
    fault = translate_xml_error(error.code, error.msg or "", cortado=looks_cut(data))
    root = _ROOT_NAME.search(data)
    return refuse(
        fault.codigo,
        fault.mensagem,
        fault.correcao,
        root[1].decode() if root else None,
        (error.lineno or 1) + first_line,
    )
