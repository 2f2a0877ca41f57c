"""What an XSD declares for all of it, by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from fiscalxml.xml import Element, tag

XS: Final = "{http://www.w3.org/2001/XMLSchema}"

Name = tuple[str, str]
"""namespace, name"""


class Intratavel(ValueError):
    """A construct that is not known here, or not exactly; libxml2 judges it alone."""


class Names:
    """The elements and types of an XSD and of those that it imports."""

    def __init__(self, schemas: Sequence[Element]) -> None:
        self.namespaces = [schema.get("targetNamespace", "") for schema in schemas]
        self._known: dict[tuple[str, str, str], Element] = {}
        for schema, space in zip(schemas, self.namespaces, strict=True):
            forms = schema.get("elementFormDefault"), schema.get("attributeFormDefault")
            if not space or forms not in (("qualified", None), ("qualified", "unqualified")):
                raise Intratavel("elements without namespace, or attributes with one")
            for node in schema.iterchildren("{*}*"):
                self._known[tag(node), space, node.get("name", "")] = node

    def find(self, kind: str, name: Name) -> Element | None:
        """The declaration of a kind (element, complexType, simpleType) and a name."""
        return self._known.get((f"{XS}{kind}", *name))

    def get(self, kind: str, name: Name) -> Element:
        """The same. Raises `Intratavel` where there is none."""
        found = self.find(kind, name)
        if found is None:
            raise Intratavel(name)
        return found


def resolved(node: Element, attribute: str) -> Name:
    """The name that an attribute holds, with its namespace."""
    prefix, _, name = node.get(attribute, "").rpartition(":")
    return node.nsmap.get(prefix or None, ""), name


def space_of(node: Element) -> str:
    """The namespace of what is declared there."""
    return node.getroottree().getroot().get("targetNamespace", "")


def imported(schema: Element) -> Iterator[str]:
    """The addresses of the schemas that one imports, of those that say it."""
    addresses = (node.get("schemaLocation") for node in schema.iterchildren(f"{XS}import"))
    return (address for address in addresses if address)
