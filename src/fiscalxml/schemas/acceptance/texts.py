"""Types of texts: how they are read, how long they are, which automata take them."""

from __future__ import annotations

from typing import Final, NamedTuple

from fiscalxml.schemas.acceptance.automata import Automaton, of_patterns, of_texts
from fiscalxml.schemas.acceptance.names import XS, Intratavel, Name, Names, resolved
from fiscalxml.xml import Element, tag

PRESERVE, COLLAPSE, BASE64, ID = range(4)
"""how a text is read: as it stands; without blanks that mean nothing; and so on"""

_MAX_LENGTH: Final = 2**31 - 1
_LENGTHS: Final = ("length", "minLength", "maxLength")
_SPACE: Final = XS[1:-1]
# Of what libxml2 takes for one, the part that documents have.
_URI: Final = (r"#?[A-Za-z0-9._\-]+", r"https?://[A-Za-z0-9._\-/]+(#[A-Za-z0-9._\-]*)?")
_DATE: Final = (
    r"(19|20)\d{2}-((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|"
    r"(0[13578]|1[02])-31)"
)
_NAME: Final = r"[A-Za-z_][A-Za-z0-9._\-]*"


class Texto(NamedTuple):
    """A type of texts: those that all of the automata take, of so many characters."""

    reading: int
    least: int = 0
    most: int = _MAX_LENGTH
    automata: tuple[int, ...] = ()
    """places in `Texts.automata`"""


class Texts:
    """The types of texts of a schema, as they are asked for."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.automata: list[Automaton] = []
        self.types: list[Texto | None] = []
        """None: one that is not known here"""
        self._places: dict[Element | str, int] = {}

    def named(self, name: Name) -> int:
        """The place in `types` of a type by its name."""
        return self.of(self._declared(name))

    def of(self, node: Element | str) -> int:
        """Of a declaration, or of one that XSD has by itself."""
        if node not in self._places:
            try:
                found = self._built_in(node) if isinstance(node, str) else self._restricted(node)
            except Intratavel:
                found = None
            self._places[node] = self._add(found)
        return self._places[node]

    def fixed(self, place: int, text: str) -> int:
        """Of a type with this one value."""
        return self._add(self._narrowed(self._known(place), of_texts(frozenset((text,)))))

    def _add(self, texto: Texto | None) -> int:
        self.types.append(texto)
        return len(self.types) - 1

    def _known(self, place: int) -> Texto:
        texto = self.types[place]
        if texto is None:
            raise Intratavel
        return texto

    def _declared(self, name: Name) -> Element | str:
        return name[1] if name[0] == _SPACE else self._names.get("simpleType", name)

    def _built_in(self, name: str) -> Texto:
        match name:
            case "string":
                return Texto(PRESERVE)
            case "token" | "normalizedString":
                return Texto(COLLAPSE)
            case "base64Binary":
                return Texto(BASE64)
            case "anyURI":
                return self._narrowed(Texto(COLLAPSE), of_patterns(_URI))
            case "date":
                return self._narrowed(Texto(COLLAPSE), of_patterns((_DATE,)))
            case "ID":
                return self._narrowed(Texto(ID), of_patterns((_NAME,)))
        raise Intratavel(name)

    def _restricted(self, node: Element) -> Texto:
        restriction = node.find(f"{XS}restriction")
        if restriction is None:
            raise Intratavel("a union or a list")
        inner = restriction.find(f"{XS}simpleType")
        base = self._declared(resolved(restriction, "base")) if inner is None else inner
        texto = self._known(self.of(base))
        values: dict[str, list[str]] = {}
        for facet in restriction.iterchildren("{*}*"):
            if facet is not inner:
                values.setdefault(tag(facet).removeprefix(XS), []).append(facet.get("value", ""))
        return self._with_facets(texto, values)

    def _with_facets(self, texto: Texto, values: dict[str, list[str]]) -> Texto:
        patterns, options = values.pop("pattern", []), values.pop("enumeration", [])
        if values.pop("whiteSpace", ["preserve"]) != ["preserve"] and texto.reading == PRESERVE:
            texto = texto._replace(reading=COLLAPSE)
        if not values.keys() <= set(_LENGTHS) or (values and texto.reading == BASE64):
            raise Intratavel(values)  # the length of what is in base64 is that of its bytes
        for name, (value,) in values.items():
            size = min(int(value), _MAX_LENGTH)
            least = texto.least if name == "maxLength" else max(texto.least, size)
            most = texto.most if name == "minLength" else min(texto.most, size)
            texto = texto._replace(least=least, most=most)
        if patterns:
            texto = self._narrowed(texto, of_patterns(tuple(patterns)))
        if options:
            texto = self._narrowed(texto, of_texts(frozenset(options)))
        return texto

    def _narrowed(self, texto: Texto, automaton: Automaton) -> Texto:
        if texto.reading == BASE64:
            raise Intratavel("a value in base64")
        if automaton not in self.automata:
            self.automata.append(automaton)
        place = self.automata.index(automaton)
        return texto._replace(automata=(*texto.automata, place))
