"""Compiles XSDs: includes inlined, CNPJ patterns widened to the alphanumeric form, cached.

The official packages for events, NFS-e, the MDF-e `Id`, the inutilização and the distribution
services still take digits only, while alphanumeric CNPJ are issued since July 2026 (NT Conjunta
2025.001). Refusing such a document would be a wrong rejection, so those patterns, and no others,
are widened here. A package that is already wide has none of these patterns and stays as it is.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from lxml import etree

from fiscalxml.schemas.acceptance import Acceptance, acceptance
from fiscalxml.schemas.acceptance.names import imported
from fiscalxml.schemas.deterministic import deterministic
from fiscalxml.xml import Element

_XS = "{http://www.w3.org/2001/XMLSchema}"
_WORTH_WHILE = 20
"""documents of one schema, from which on most are accepted by their bytes"""
_CHAVE = "[0-9]{6}[0-9A-Z]{12}[0-9]{26}"
_CNPJ = "[0-9A-Z]{12}[0-9]{2}"
_UF_ANO_MES = (
    r"(1[1-7]|2[1-9]|3[1,2,3,5]|4[1-3]|5[0-3])(0[6-9]|[1-9][\d])(0[1-9]|1[0-2])"  # as published
)

_CNPJ_PATTERNS = {
    "[0-9]{14}": _CNPJ,
    "[0-9]{3,14}": f"[0-9]{{3,13}}|{_CNPJ}",
    "[0-9]{0}|[0-9]{14}": f"[0-9]{{0}}|{_CNPJ}",
}
"""Only in simple types that name the CNPJ: other numbers have 14 digits too."""
_ID_PATTERNS = {
    "[0-9]{44}": _CHAVE,
    # TChNFe of the cancelamento spells out the parts of the chave.
    rf"{_UF_ANO_MES}([\d]{{14}})([\d]{{5}})([\d]{{9}})([\d]{{10}})": (
        rf"{_UF_ANO_MES}([\dA-Z]{{12}}[\d]{{2}})([\d]{{5}})([\d]{{9}})([\d]{{10}})"
    ),
    "ID[0-9]{52}": f"ID[0-9]{{6}}{_CHAVE}[0-9]{{2}}",
    "ID[0-9]{41}": "ID[0-9]{4}[0-9A-Z]{12}[0-9]{25}",
    "MDFe[0-9]{44}": f"MDFe{_CHAVE}",
    "NFS[0-9]{50}": "NFS[0-9]{9}[0-9A-Z]{12}[0-9]{29}",
    "[0-9]{50}": "[0-9]{9}[0-9A-Z]{12}[0-9]{29}",
    "DPS[0-9]{42}": "DPS[0-9]{8}[0-9A-Z]{12}[0-9]{22}",
    "PRE[0-9]{56}": "PRE[0-9]{9}[0-9A-Z]{12}[0-9]{35}",
    "EVT[0-9]{59}": "EVT[0-9]{9}[0-9A-Z]{12}[0-9]{38}",
    "[0-9]{59}": "[0-9]{9}[0-9A-Z]{12}[0-9]{38}",
}


class Validator:
    """A compiled schema. Safe to share between threads."""

    def __init__(self, schema: etree.XMLSchema, tables: Callable[[], Acceptance | None]) -> None:
        """`tables`: makes those by which most documents are accepted, where that is worth while."""
        self._schema = schema
        self._tables = tables
        self._acceptance: Acceptance | None = None
        self._asked = 0
        self._prepared = False
        self._lock = threading.Lock()  # lxml keeps the errors of the last run on the schema

    def accepts(self, data: bytes) -> bool:
        """Whether these bytes are plainly a valid document; otherwise its tree must be judged.

        (What that needs is made for who has many documents: it takes as long as thirty of them.)
        """
        if not self._prepared:
            self._asked += 1
            if self._asked >= _WORTH_WHILE:
                self.prepare()
        return self._acceptance is not None and self._acceptance.accepts(data)

    def prepare(self) -> None:
        """Accept documents from now on."""
        if not self._prepared:
            self._prepared = True
            self._acceptance = self._tables()

    def errors(self, element: Element) -> list[etree._LogEntry]:
        """What libxml2 reports for the tree under `element`; empty when it is valid."""
        with self._lock:
            if self._schema.validate(element):
                return []
            return list(self._schema.error_log)


_compiled: list[Validator] = []


@cache
def compile_xsd(path: Path, element: str = "", type_name: str = "") -> Validator:
    """The validator of an XSD file for a root; `type_name`: of a root that it does not declare."""
    schema = _read(path, element, type_name)
    texts = _packed(schema)
    for pattern in schema.iter(f"{_XS}pattern"):
        pattern.set("value", deterministic(pattern.get("value", "")))
    validator = Validator(etree.XMLSchema(schema), partial(_acceptance, texts, element))
    _compiled.append(validator)
    return validator


def prepare() -> None:
    """For a process that judges many documents: what accepts them, of every schema used so far."""
    for validator in _compiled:
        validator.prepare()


def _packed(schema: Element) -> list[bytes]:
    """A schema as it is now and those that it imports, compressed: files may change, or go.

    Nothing where one of those is not as plain as it seems from here.
    """
    texts = [etree.tostring(schema)]
    try:
        for address in imported(schema):
            file = Path(url2pathname(urlsplit(address).path))
            files = list(_included(file, set()))
            if len(files) > 1:
                return []  # each may have forms of its own
            texts.append(etree.tostring(_merged(files)))
    except (OSError, etree.XMLSyntaxError):
        return []
    return [zlib.compress(text, 1) for text in texts]


def _acceptance(texts: list[bytes], element: str) -> Acceptance | None:
    """Of packed schemas, for a root."""
    schemas = [etree.fromstring(zlib.decompress(text)) for text in texts]
    return acceptance(schemas, element) if schemas else None


def _read(path: Path, element: str, type_name: str) -> Element:
    """The schema as it is applied."""
    schema = _inlined(path)
    if type_name and schema.find(f"{_XS}element[@name='{element}']") is None:
        etree.SubElement(schema, f"{_XS}element", name=element, type=type_name)
    for pattern in schema.iter(f"{_XS}pattern"):
        pattern.set("value", widened(pattern))
    return schema


def widened(pattern: Element) -> str:
    """The value of an `xs:pattern`, with room for an alphanumeric CNPJ where it holds one."""
    value = pattern.get("value", "")
    if value in _CNPJ_PATTERNS and "cnpj" in _type_name(pattern).lower():
        return _CNPJ_PATTERNS[value]
    return _ID_PATTERNS.get(value, value)


def _type_name(pattern: Element) -> str:
    simple_type = next(pattern.iterancestors(f"{_XS}simpleType"))
    owner = simple_type.getparent()
    owner_name = "" if owner is None else owner.get("name", "")
    return simple_type.get("name") or owner_name


def _inlined(path: Path) -> Element:
    """One schema document with the content of all that it includes, each file once.

    A single document can be changed in memory; nfelib's files stay as they were published.
    """
    return _merged(list(_included(path.resolve(), set())))


def _merged(files: list[Element]) -> Element:
    """The content of files that include each other, in the last of them."""
    # Types are named by prefixed QNames in attribute values: every file's prefixes must be known.
    prefixes = {prefix: uri for root in files for prefix, uri in root.nsmap.items()}
    merged = etree.Element(files[-1].tag, dict(files[-1].attrib), nsmap=prefixes)
    nodes = [node for root in files for node in root.iterchildren("{*}*")]
    # XSD wants imports before declarations; one import of a namespace is enough.
    imports = {node.get("namespace"): node for node in nodes if node.tag == f"{_XS}import"}
    merged.extend(imports.values())
    # What describes a field is no use to libxml2, and a sixth of what a schema weighs in memory.
    for annotation in [node for root in files for node in root.iter(f"{_XS}annotation")]:
        parent = annotation.getparent()
        if parent is not None:
            parent.remove(annotation)
    merged.extend(n for n in nodes if n.tag not in (f"{_XS}import", f"{_XS}include"))
    return merged


def _included(path: Path, seen: set[Path]) -> Iterator[Element]:
    """The roots of a schema file and of what it includes, the file itself last."""
    seen.add(path)
    root = etree.fromstring(path.read_bytes())
    for node in root.iterchildren(f"{_XS}import", f"{_XS}include"):
        location = node.get("schemaLocation")
        if location is None:
            continue
        target = (path.parent / location).resolve()
        if node.tag == f"{_XS}import":
            node.set("schemaLocation", target.as_uri())
        elif target not in seen:
            yield from _included(target, seen)
    yield root
