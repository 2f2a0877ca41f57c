"""The groups of a document where they stand in its tree, each read when it is asked for.

For the resumo. Rules need all groups of what was signed, again and again, so that `groups` reads
them whole from the canonical text. The resumo needs a part of what is there, once, and no canonical
text: reading that part from the tree takes half the time, unless the groups were read already. What
a field is and what a group is, is the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator
from typing import Any, Final, Generic, TypeVar

from lxml import etree

from fiscalxml.documents.campos import Campos
from fiscalxml.documents.groups import VAZIO
from fiscalxml.xml import Element

T = TypeVar("T")
_MAX_TAGS = 256
_MAX_TAG = 128  # characters: what a hostile document names is not kept


class ByTag(dict[object, T], Generic[T]):
    """By the tag of a node, what belongs to its name without namespace; kept once it was asked."""

    def __init__(self, of_name: Callable[[str], T], of_comment: T) -> None:
        """`of_comment` is for comments and PIs, which have no name."""
        super().__init__()
        self._of_name = of_name
        self._of_comment = of_comment

    def __missing__(self, tag: object) -> T:
        if not isinstance(tag, str):
            return self._of_comment
        found = self._of_name(tag.rpartition("}")[2])
        if len(tag) <= _MAX_TAG and len(self) < _MAX_TAGS:
            self[tag] = found
        return found


class Ramo:
    """An element with children. Of a field or a group that repeats, the first counts.

    Names are those of the layout, without namespace. A field that is absent reads as an empty text.
    """

    __slots__ = ("_known", "campos", "element", "grupos")

    campos: dict[str, str]
    """its fields, by name: the elements without elements in them"""
    grupos: dict[str, list[Ramo]]
    """the groups in it, by name"""

    def __init__(self, element: Element) -> None:
        self.element = element
        self._known = False

    def __getattr__(self, nome: str) -> Any:
        if nome not in ("campos", "grupos"):
            raise AttributeError(nome)
        self._read()
        return getattr(self, nome)

    def _read(self) -> None:
        campos: dict[str, str] = {}
        grupos: dict[str, list[Ramo]] = {}
        for node in self.element:
            name = _NAMES[node.tag]
            if not name:
                continue
            text = field_text(node) if len(node) else node.text or ""
            if text is None:
                if name in grupos:
                    grupos[name].append(Ramo(node))
                else:
                    grupos[name] = [Ramo(node)]
            elif name not in campos:
                campos[name] = text
        self.campos, self.grupos = campos, grupos
        self._known = True

    def __getitem__(self, campo: str) -> str:
        """The text of a field."""
        return self.campos.get(campo, "")

    def __iter__(self) -> Iterator[str]:
        """The names of the fields."""
        return iter(self.campos)

    def items(self) -> ItemsView[str, str]:
        """The fields with their texts."""
        return self.campos.items()

    def atributo(self, nome: str) -> str:
        """The text of an attribute, empty when it is absent."""
        return self.element.get(nome, "")

    def todos(self, campo: str) -> list[str]:
        """The texts of a field that may repeat."""
        if campo not in self.campos:
            return []
        texts = (field_text(node) for node in self.element.iterchildren(f"{{*}}{campo}"))
        return [text for text in texts if text is not None]

    def tem(self, nome: str) -> bool:
        """Whether there is a group of that name."""
        return nome in self.grupos

    def grupo(self, *nomes: str) -> Ramo | None:
        """The first group down a path of names."""
        ramo: Ramo | None = self
        for nome in nomes:
            if ramo is None:
                return None
            ramo = ramo._find(nome)
        return ramo

    def _find(self, nome: str) -> Ramo | None:
        """The first group of a name; groups that nobody has read are not read for it."""
        if self._known:
            found = self.grupos.get(nome)
            return None if found is None else found[0]
        nodes = self.element.iterchildren(f"{{*}}{nome}")
        return next((Ramo(node) for node in nodes if field_text(node) is None), None)

    def em(self, *nomes: str) -> Ramo:
        """The same; where there is none, a group without anything in it."""
        ramo = self
        for nome in nomes:
            found = ramo.grupos.get(nome)
            if found is None:
                return AUSENTE
            ramo = found[0]
        return ramo

    def lista(self, *nomes: str) -> list[Ramo]:
        """The groups of the last name, under the first group of each name before it."""
        ramo = self if len(nomes) == 1 else self.em(*nomes[:-1])
        return ramo.grupos.get(nomes[-1], _NENHUM)

    def escolha(self) -> Ramo:
        """The one group inside a choice of groups, whatever its name: ICMS00, PISAliq …"""
        return next((lista[0] for lista in self.grupos.values()), AUSENTE)


def field_text(node: Element) -> str | None:
    """The text of a field, which comments may divide; None for a group."""
    for inner in node:
        if isinstance(inner.tag, str):
            return None
    return "".join((node.text or "", *(inner.tail or "" for inner in node)))


_NAMES: Final[ByTag[str]] = ByTag(str, "")
_NENHUM: Final[list[Ramo]] = []
AUSENTE: Final = Ramo(etree.Element("ausente"))
"""stands for a group that is absent: all its fields are empty"""


def is_absent(grupo: Campos) -> bool:
    """Whether it stands for a group that is absent."""
    return grupo is AUSENTE or grupo is VAZIO
