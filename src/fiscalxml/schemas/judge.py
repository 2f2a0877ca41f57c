"""Words what a schema found in an element, within bounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from lxml import etree

from fiscalxml.report import MAX_LISTED, Achado
from fiscalxml.schemas.catalogue import Esquema
from fiscalxml.schemas.fields import field_description
from fiscalxml.schemas.messages import LogEntry, Traducao, merge_errors
from fiscalxml.xml import Element, Xml, local_name

MAX_FINDINGS = 300
"""of one document, unless all are asked for"""
MAX_ALL = 2_000
"""of one document, when all are asked for"""
_MAX_READ = 50_000  # errors whose text is looked at: a hostile note has hundreds of thousands

_MISSING_SIGNATURE = "xmldsig#}Signature"
_NOT_A_VALUE = 1824  # SCHEMAV_CVC_DATATYPE_VALID_1_2_1
_ID_ATTRIBUTE = "', attribute 'Id': "
_NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,200}")

Caminho = Callable[[Element], str]


def word_errors(
    xml: Xml,
    element: Element,
    esquema: Esquema,
    errors: Sequence[LogEntry],
    caminho: Caminho,
    *,
    unsigned: Element | None = None,
    todas: bool = False,
) -> Iterator[Achado]:
    """Findings for the errors of a schema on the tree under `element`.

    `unsigned` is the root of a draft whose missing signature is no fault of form. `todas` lists
    every occurrence.
    """
    tree = etree.ElementTree(element)
    read = errors[:_MAX_READ]
    looked_at = [
        error
        for error in read
        if not _only_unsigned(error, tree, unsigned) and not _id_of_another(error, tree, read)
    ]
    counts = Counter(map(_fault, looked_at))
    listed = looked_at[:MAX_ALL] if todas else list(_first_of_each(looked_at))
    last = {_fault(error): error for error in listed}
    unread = len(errors) - len(read)
    for entry, words in merge_errors(listed):
        fault = _fault(entry)
        rest = counts[fault] - MAX_LISTED
        yield _achado(
            xml,
            _element_at(tree, entry.path),
            entry,
            words,
            caminho,
            esquema,
            ocorrencias=rest + 1 if not todas and rest > 0 and entry is last[fault] else None,
        )
    kept = sum(count if todas else min(count, MAX_LISTED) for count in counts.values())
    if unread or kept > len(listed):
        yield _more(element, caminho, esquema, unread + kept - len(listed))


def _first_of_each(errors: Sequence[LogEntry]) -> Iterator[LogEntry]:
    """The first occurrences of each fault, up to the most that one document may have."""
    seen: Counter[tuple[int, str]] = Counter()
    listed = 0
    for error in errors:
        fault = _fault(error)
        seen[fault] += 1
        if seen[fault] <= MAX_LISTED and listed < MAX_FINDINGS:
            listed += 1
            yield error


def _fault(error: LogEntry) -> tuple[int, str]:
    """What makes two errors the same fault: the kind of error and the field."""
    return error.type, error.message.partition("': ")[0]


def _only_unsigned(
    error: LogEntry, tree: etree._ElementTree[Element], unsigned: Element | None
) -> bool:
    return (
        unsigned is not None
        and "Missing child element" in error.message
        and _MISSING_SIGNATURE in error.message
        and _element_at(tree, error.path) is unsigned
    )


def _id_of_another(
    error: LogEntry, tree: etree._ElementTree[Element], errors: Sequence[LogEntry]
) -> bool:
    """An Id that is repeated, but in another document of the same lote: libxml2 keeps one table of
    Ids for the whole text. It says no more than "not a valid value", without a facet."""
    if error.type != _NOT_A_VALUE or _ID_ATTRIBUTE not in error.message:
        return False
    if any(other is not error and other.path == error.path for other in errors[:MAX_FINDINGS]):
        return False
    id_ = _element_at(tree, error.path).get("Id", "")
    bearers = (node for node in tree.iter("{*}*") if node.get("Id") == id_)
    return _NCNAME.fullmatch(id_) is not None and len(list(islice(bearers, 2))) == 1


def _element_at(tree: etree._ElementTree[Element], path: str | None) -> Element:
    """The element of libxml2's path, whose prefixes are those of the document; else the root."""
    root = tree.getroot()
    prefixes = {prefix: uri for prefix, uri in root.nsmap.items() if prefix is not None}
    try:
        found = tree.xpath((path or "/*").partition("/@")[0], namespaces=prefixes)
    except etree.XPathError:  # a prefix that is declared further down
        return root
    return found[0] if isinstance(found, list) and found else root


def _achado(
    xml: Xml,
    node: Element,
    error: LogEntry,
    words: Traducao,
    caminho: Caminho,
    esquema: Esquema,
    ocorrencias: int | None,
) -> Achado:
    path = caminho(node)
    if words.campo and words.campo.startswith("@"):
        path = f"{path}/{words.campo}"
    parent = node.getparent()
    campo = words.campo or local_name(node)
    pai = None if parent is None else local_name(parent)
    return Achado(
        codigo=words.codigo,
        camada="schema",
        severidade="erro",
        mensagem=words.mensagem,
        explicacao=_described(esquema, campo, pai),
        correcao=words.correcao,
        caminho=path,
        linha=xml.received_line(error.line),
        encontrado=words.encontrado,
        esperado=words.esperado,
        fonte=_fonte(esquema),
        ocorrencias=ocorrencias,
    )


def _more(element: Element, caminho: Caminho, esquema: Esquema, count: int) -> Achado:
    return Achado(
        codigo="XSD-902",
        camada="schema",
        severidade="erro",
        mensagem="Há mais falhas de leiaute além das que foram listadas.",
        correcao="Corrija as falhas listadas e valide de novo.",
        caminho=caminho(element),
        fonte=_fonte(esquema),
        ocorrencias=max(count, 1),
    )


def _fonte(esquema: Esquema) -> str:
    return f"{esquema.arquivo.name} ({esquema.pacote.nome})"


def _described(esquema: Esquema, campo: str, pai: str | None) -> str | None:
    text = field_description(esquema.arquivo.parent, campo, pai)
    return f"{campo.lstrip('@')}: {text}" if text else None
