"""What each field of a layout is, from the xs:documentation of its official XSDs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lxml import etree

MAX_DESCRIPTION = 200  # characters
_FOLDERS = 32  # every layout folder in use at one time

_XS = "{http://www.w3.org/2001/XMLSchema}"
_NAMED = (f"{_XS}element", f"{_XS}attribute")


def field_description(folder: Path, campo: str, pai: str | None = None) -> str | None:
    """The description of an element, or of an attribute as '@versao', in a folder of XSDs.

    `pai` is the parent element: 'CNPJ' is one thing in 'emit' and another in 'transporta'.
    None when the layout does not describe the field.
    """
    described = _descriptions(folder)
    return described.get(f"{pai}/{campo}") or described.get(campo)


@lru_cache(maxsize=_FOLDERS)
def _descriptions(folder: Path) -> dict[str, str]:
    """'campo' -> its usual description; 'pai/campo' -> its own, where that differs."""
    by_field: dict[str, Counter[str]] = defaultdict(Counter)
    by_parent: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(folder.glob("*.xsd")):
        root = etree.parse(path, etree.XMLParser(resolve_entities=False)).getroot()
        for campo, parents, text in _documented(root):
            by_field[campo][text] += 1
            for parent in parents:
                by_parent[f"{parent}/{campo}"][text] += 1
    usual = {campo: _usual(texts) for campo, texts in by_field.items()}
    own = {key: _usual(texts) for key, texts in by_parent.items()}
    return usual | {key: text for key, text in own.items() if text != usual[key.split("/")[1]]}


def _usual(texts: Counter[str]) -> str:
    """The most frequent description; among equals the shortest, which is the least specific."""
    return min(texts, key=lambda text: (-texts[text], len(text)))


def _documented(root: etree._Element) -> Iterator[tuple[str, list[str], str]]:
    """Each documented field: its name, the elements that may hold it, its description."""
    users: dict[str, list[str]] = defaultdict(list)
    for element in root.iter(_NAMED[0]):
        if (name := element.get("name")) and (type_name := element.get("type")):
            users[type_name.rpartition(":")[2]].append(name)
    for field in root.iter(*_NAMED):
        name = field.get("name")
        text = field.findtext(f"{_XS}annotation/{_XS}documentation")
        if name and text and (folded := " ".join(text.split())):
            campo = f"@{name}" if field.tag == _NAMED[1] else name
            yield campo, _parents(field, users), _trimmed(folded)


def _parents(field: etree._Element, users: dict[str, list[str]]) -> list[str]:
    """The element around the field, or the elements of the global type around it."""
    for around in field.iterancestors(_NAMED[0], f"{_XS}complexType"):
        if name := around.get("name"):
            return [name] if around.tag == _NAMED[0] else users[name]
    return []


def _trimmed(text: str) -> str:
    return text if len(text) <= MAX_DESCRIPTION else text[: MAX_DESCRIPTION - 1].rstrip() + "…"
