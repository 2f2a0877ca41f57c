"""Runs a schema over an element and words what it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from lxml import etree

from fiscalxml.report import Achado
from fiscalxml.schemas.catalogue import Esquema
from fiscalxml.schemas.fields import field_description
from fiscalxml.schemas.messages import LogEntry, Traducao, merge_errors
from fiscalxml.xml import Element, Xml, local_name

MAX_LISTED = 20
"""findings of one fault of one field that are listed; the rest are counted on the last"""

_MISSING_SIGNATURE = "xmldsig#}Signature"


def judge_schema(
    xml: Xml,
    element: Element,
    esquema: Esquema,
    caminho: Callable[[Element], str],
    *,
    unsigned: Element | None = None,
    todas: bool = False,
) -> Iterator[Achado]:
    """Findings of the schema on the tree under `element`.

    `unsigned` is the root of a draft whose missing signature is no fault of form. `todas` lists
    every occurrence.
    """
    errors = esquema.validator.errors(element)
    if not errors:
        return
    tree = etree.ElementTree(element)
    if unsigned is not None:
        errors = [e for e in errors if not _only_unsigned(e, tree, unsigned)]
    counts = Counter(map(_fault, errors))
    kept: Counter[tuple[int, str]] = Counter()
    listed = []
    for error in errors:
        fault = _fault(error)
        kept[fault] += 1
        if todas or kept[fault] <= MAX_LISTED:
            listed.append(error)
    last = {_fault(error): error for error in listed}
    for entry, words in merge_errors(listed):
        fault = _fault(entry)
        rest = counts[fault] - MAX_LISTED
        node = _element_at(tree, entry.path)
        yield _achado(
            xml,
            element if node is None else node,
            entry,
            words,
            caminho,
            esquema,
            ocorrencias=rest + 1 if not todas and rest > 0 and entry is last[fault] else None,
        )


def _fault(error: LogEntry) -> tuple[int, str]:
    """What makes two errors the same fault: the kind of error and the field."""
    return error.type, error.message.partition("': ")[0]


def _only_unsigned(error: LogEntry, tree: etree._ElementTree[Element], unsigned: Element) -> bool:
    message = error.message
    return (
        "Missing child element" in message
        and _MISSING_SIGNATURE in message
        and _element_at(tree, error.path) is unsigned
    )


def _element_at(tree: etree._ElementTree[Element], path: str | None) -> Element | None:
    """The element of libxml2's path; prefixes in it are those of the document."""
    if not path:
        return None
    prefixes = {prefix: uri for prefix, uri in tree.getroot().nsmap.items() if prefix is not None}
    try:
        found = tree.xpath(path.partition("/@")[0], namespaces=prefixes)
    except etree.XPathError:  # a prefix that is declared further down
        return None
    return found[0] if isinstance(found, list) and found else None


def _achado(
    xml: Xml,
    node: Element,
    error: LogEntry,
    words: Traducao,
    caminho: Callable[[Element], str],
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
        fonte=f"{esquema.arquivo.name} ({esquema.pacote.nome})",
        ocorrencias=ocorrencias,
    )


def _described(esquema: Esquema, campo: str, pai: str | None) -> str | None:
    text = field_description(esquema.arquivo.parent, campo, pai)
    return f"{campo.lstrip('@')}: {text}" if text else None
