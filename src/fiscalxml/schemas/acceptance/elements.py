"""Elements and their types, as the tables that `_aceita.c` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fiscalxml.schemas.acceptance.contents import Content
from fiscalxml.schemas.acceptance.names import XS, Intratavel, Name, Names, resolved, space_of
from fiscalxml.schemas.acceptance.texts import Texts
from fiscalxml.xml import Element, tag

_ELEMENTS: Final = -1
_NOTHING: Final = -2
"""instead of a type of texts"""
_UNKNOWN: Final = frozenset(
    ("fixed", "default", "nillable", "abstract", "substitutionGroup", "form")
)
_UNKNOWN_OF_ATTRIBUTES: Final = frozenset(("ref", "default", "form"))

Table = tuple[Any, ...]


class Elements:
    """The elements of a schema, from its root on."""

    def __init__(self, schemas: Sequence[Element]) -> None:
        self._names = Names(schemas)
        self._texts = Texts(self._names)
        self._types: list[Table | None] = []
        self._places: dict[tuple[Element, str], int] = {}

    def tables(self, root: str) -> Table:
        """What `_aceita.plan` takes, for documents with this root. Raises `Intratavel`.

        Namespaces; automata; types of texts; types of elements; name, namespace, type of the root.
        """
        node = self._names.get("element", (self._names.namespaces[0], root))
        (_, name), type_ = self.element(node)
        return (
            tuple(space.encode() for space in self._names.namespaces),
            tuple(map(tuple, self._texts.automata)),
            tuple(None if each is None else tuple(each) for each in self._texts.types),
            tuple(self._types),
            (name.encode(), 0, type_),
        )

    def element(self, node: Element) -> tuple[Name, int]:
        """Its name, and its type: its place among those of elements, or -1 - that among texts'."""
        if node.get("ref"):
            node = self._names.get("element", resolved(node, "ref"))
        name = space_of(node), node.get("name", "")
        try:
            return name, self._type_of(node)
        except Intratavel:
            self._types.append(None)
            return name, len(self._types) - 1

    def _type_of(self, node: Element) -> int:
        if not _UNKNOWN.isdisjoint(node.attrib):
            raise Intratavel(node.get("name"))
        own = next(node.iterchildren(f"{XS}complexType", f"{XS}simpleType"), None)
        if own is None:
            name = resolved(node, "type")
            own = self._names.find("complexType", name)
            if own is None:
                return -1 - self._texts.named(name)
        if tag(own) == f"{XS}simpleType":
            return -1 - self._texts.of(own)
        key = own, _unique(node)
        if key not in self._places:
            self._places[key] = place = len(self._types)
            self._types.append(None)
            self._types[place] = self._table(*key)
        return self._places[key]

    def _table(self, node: Element, unique: str) -> Table | None:
        """States, attributes, limits, the type of its text, the attribute that is unique in it.

        None for a type that is not known here.
        """
        try:
            return self._table_of(node, unique)
        except Intratavel:
            return None

    def _table_of(self, node: Element, unique: str) -> Table:
        if not _UNKNOWN.isdisjoint(node.attrib):
            raise Intratavel(node.get("name"))
        text = None
        extension = node.find(f"{XS}simpleContent/{XS}extension")
        if extension is not None:
            text = self._texts.named(resolved(extension, "base"))
            node = extension
        attributes = list(node.iterchildren(f"{XS}attribute"))
        particles = [each for each in node.iterchildren("{*}*") if each not in attributes]
        if len(particles) > (extension is None) or not all(map(len, particles)):
            raise Intratavel(node.get("name"))
        content = Content(particles[0] if particles else None, self.element)
        if text is None:
            text = _ELEMENTS if particles else _NOTHING
        states = tuple(
            (
                ends,
                tuple(
                    (name.encode(), self._space(space), type_, then, limit)
                    for ((space, name), type_, limit), then in ways
                ),
            )
            for ends, ways in content.states()
        )
        given = tuple(map(self._attribute, attributes))
        return states, given, tuple(content.limits), text, unique.encode()

    def _space(self, space: str) -> int:
        return self._names.namespaces.index(space) if space else -1

    def _attribute(self, node: Element) -> Table:
        """Its name, the type of its text, whether it must be there."""
        if not _UNKNOWN_OF_ATTRIBUTES.isdisjoint(node.attrib) or node.get("use") == "prohibited":
            raise Intratavel(node.get("name"))
        own = node.find(f"{XS}simpleType")
        place = self._texts.named(resolved(node, "type")) if own is None else self._texts.of(own)
        fixed = node.get("fixed")
        if fixed is not None:
            place = self._texts.fixed(place, fixed)
        return node.get("name", "").encode(), place, node.get("use") == "required"


def _unique(node: Element) -> str:
    """The attribute that is unique among the elements in an element; empty for none."""
    found = ""
    for each in node.iterchildren(f"{XS}unique", f"{XS}key", f"{XS}keyref"):
        selectors = [one.get("xpath", "") for one in each.iterchildren("{*}*")]
        if found or tag(each) != f"{XS}unique" or len(selectors) != 2 or selectors[0] != "./*":
            raise Intratavel(each.get("name"))
        found = selectors[1][1:]
        if selectors[1][:1] != "@" or not found.isalnum():
            raise Intratavel(selectors[1])
    return found
