"""libxml2's schema errors as findings in Portuguese.

Codes are stable; each names one kind of error:

XSD-001 field out of order or unforeseen    XSD-020 value not of its simple type
XSD-002 group without a mandatory field     XSD-021 value not of its list type
XSD-003 root of another layout              XSD-022 value not of its union type
XSD-004 element that no layout declares     XSD-030 text between the fields of a group
XSD-005 mandatory attribute missing         XSD-031 elements inside a simple field
XSD-006 attribute not foreseen              XSD-032 content where none is allowed
XSD-007 value differs from the fixed one    XSD-033 misuse of xsi:nil
XSD-010 pattern                             XSD-040 repeated key
XSD-011 enumeration                         XSD-041 key without its field
XSD-012 exact length                        XSD-042 reference to nothing
XSD-013 minimum length                      XSD-043 key that is not one simple value
XSD-014 maximum length                      XSD-044 key not computed (echo)
XSD-015 minimum value                       XSD-050 misuse of xsi:type
XSD-016 maximum value                       XSD-051 abstract element or type
XSD-017 total digits                        XSD-052 prefix without declaration
XSD-018 decimal places                      XSD-053 repeated xs:ID
XSD-019 another facet                       XSD-060 document without root
                                            XSD-999 error that this table does not know

Source of the texts: libxml2 2.14, xmlschemas.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from fiscalxml.schemas.message_rules import RULES
from fiscalxml.schemas.translation import Place, Traducao, shown, split_place

__all__ = ["LogEntry", "Traducao", "merge_errors", "translate_schema_error"]


class LogEntry(Protocol):
    """What is used of an entry of lxml's `error_log`."""

    @property
    def type(self) -> int: ...
    @property
    def message(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def path(self) -> str | None: ...


# libxml2 cuts a message at 64,000 bytes, so a huge value loses the end of its sentence; the rules
# would only backtrack in it.
_LONGEST = 63_900
_CUT = re.compile(r"\[facet '[^']*'\] The value '(?P<value>.*)|'(?P<typed>.*)", re.DOTALL)
_CODE_OF_TYPE = {
    1824: "XSD-020", 1825: "XSD-021", 1826: "XSD-022", 1830: "XSD-012", 1831: "XSD-013",
    1832: "XSD-014", 1833: "XSD-015", 1834: "XSD-016", 1835: "XSD-015", 1836: "XSD-016",
    1837: "XSD-017", 1838: "XSD-018", 1839: "XSD-010", 1840: "XSD-011",
}  # fmt: skip
_VALUE_CODES = frozenset({"XSD-007", "XSD-019", *_CODE_OF_TYPE.values()})
_DATATYPE_CODES = frozenset({"XSD-020", "XSD-021", "XSD-022"})


def translate_schema_error(type_: int, message: str) -> Traducao:
    """One entry of lxml's `error_log` in Portuguese; never shows libxml2's own text.

    `type_` is libxml2's error number, `message` its English text.
    """
    place, detail = split_place(message)
    if place is None:
        return _without_place(detail)
    if len(message.encode()) > _LONGEST:
        return _cut_message(type_, place, detail)
    for text, handler in RULES:
        if found := text.fullmatch(detail):
            return handler(place, found)
    return _cut_message(type_, place, detail)


def merge_errors(entries: Iterable[LogEntry]) -> list[tuple[LogEntry, Traducao]]:
    """One finding per fault, in order: libxml2 reports each facet of one bad value apart.

    Errors of the same line, path and field join into the most telling one.
    """
    groups: dict[tuple[int, str | None, str | None], list[tuple[LogEntry, Traducao]]] = {}
    for entry in entries:
        translated = translate_schema_error(entry.type, entry.message)
        key = (entry.line, entry.path, translated.campo)
        groups.setdefault(key, []).append((entry, translated))
    return [pair for group in groups.values() for pair in _merge_group(group)]


def _merge_group(group: list[tuple[LogEntry, Traducao]]) -> list[tuple[LogEntry, Traducao]]:
    structural = [pair for pair in group if pair[1].codigo not in _VALUE_CODES]
    telling = [pair for pair in structural if not pair[1].redundante]
    if telling:
        return telling
    values = [pair for pair in group if pair not in structural]
    return [_merge_values(values)] if values else group


def _merge_values(values: list[tuple[LogEntry, Traducao]]) -> tuple[LogEntry, Traducao]:
    """The facets of one value: lists and patterns tell most, the bare type tells least."""
    entry, best = min(values, key=lambda pair: _rank(pair[1].codigo))
    facets = [found for _, found in values if found.codigo not in _DATATYPE_CODES]
    expected = [found.esperado for found in [best, *facets] if found.esperado]
    joined = "; ".join(dict.fromkeys(expected))
    return entry, replace(best, esperado=joined or None)


def _rank(codigo: str) -> int:
    if codigo in _DATATYPE_CODES:
        return 3
    return {"XSD-011": 0, "XSD-010": 1}.get(codigo, 2)


def _without_place(detail: str) -> Traducao:
    if detail.startswith("The document has no document element"):
        return Traducao(
            codigo="XSD-060",
            mensagem="O documento não tem elemento raiz.",
            correcao="Envie o XML completo, com a tag raiz do documento.",
        )
    return Traducao(
        codigo="XSD-999",
        mensagem="O documento não atende ao leiaute oficial.",
        correcao="Compare o documento com o leiaute oficial.",
    )


def _cut_message(type_: int, place: Place, detail: str) -> Traducao:
    """The end of the sentence is lost, or the sentence is new: the number still tells the kind."""
    found = _CUT.match(detail)
    codigo = _CODE_OF_TYPE.get(type_, "XSD-999")
    content = (found["value"] or found["typed"]) if found and codigo != "XSD-999" else None
    return Traducao(
        codigo=codigo,
        mensagem=f"O conteúdo {place.de_nome} não atende ao leiaute.",
        campo=place.campo,
        encontrado=None if content is None else shown(content),
        correcao=f"Confira {place.o_nome} no leiaute oficial.",
    )
