"""How a part of a resumo is read: tables name the tag that each field comes from, verbatim.

`Endereco.read(grupo)` copies the texts as they stand: nothing is rounded, trimmed or converted, so
an amount of the resumo is the amount of the XML. The tags are also what the tests compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, ClassVar, NamedTuple, Self

import msgspec

from fiscalxml.documents.groups import VAZIO, Grupo

Texto = str | None


class Table:
    """name -> where its text is, from a group: a tag, or groups and a tag (a/b/c).

    Alternatives are divided by a blank, for kinds that name the same thing in different ways; the
    first that is there counts.
    """

    __slots__ = ("_flat", "_names", "_tables")

    def __init__(self, **tags: str) -> None:
        self._names = tuple(tags)
        in_groups = any("/" in paths for paths in tags.values())
        self._tables = Tables({"": tags}) if in_groups else None
        # What is set last stays: the first alternative.
        self._flat = [(name, tag) for name, paths in tags.items() for tag in paths.split()[::-1]]

    def read(self, grupo: Grupo) -> dict[str, str]:
        """name -> text of what the group has, in the order of the table."""
        if grupo is VAZIO:
            return {}
        if self._tables is None:
            return {name: text for name, tag in self._flat if tag in grupo and (text := grupo[tag])}
        found = self._tables.read(grupo).get("", {})
        return {name: found[name] for name in self._names if name in found}


class Tables:
    """Several tables of the same group, by name, which are read together."""

    __slots__ = ("_layers", "_names")

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        self._names = tuple(tables)
        fields = (
            [_Field(table, name, path) for path in paths.split()]
            for table, tags in tables.items()
            for name, paths in tags.items()
        )
        # What is set last stays: the first alternatives are read after all others.
        self._layers = [_Step(filter(None, layer)) for layer in zip_longest(*fields)][::-1]

    def __iter__(self) -> Iterator[str]:
        """The names of the tables."""
        return iter(self._names)

    def read(self, grupo: Grupo) -> dict[str, dict[str, str]]:
        """table -> name -> text, of the tables that the group has something of, in their order."""
        found: dict[str, dict[str, str]] = {}
        for layer in self._layers:
            layer.read(grupo, found)
        return {table: found[table] for table in self._names if table in found}


class _Field(NamedTuple):
    table: str
    name: str
    path: str


class _Step:
    """What is read of a group, and of the groups inside it: only of those that are there."""

    __slots__ = ("fields", "inner")

    def __init__(self, fields: Iterable[_Field]) -> None:
        self.fields: dict[str, list[tuple[str, str]]] = {}
        inner: dict[str, list[_Field]] = {}
        for table, name, path in fields:
            head, _, rest = path.partition("/")
            if rest:
                inner.setdefault(head, []).append(_Field(table, name, rest))
            else:
                self.fields.setdefault(head, []).append((table, name))
        self.inner = [(nome, _Step(rest)) for nome, rest in inner.items()]

    def read(self, grupo: Grupo, found: dict[str, dict[str, str]]) -> None:
        """Add what is there to `found`, instead of what is found already."""
        if fields := self.fields:
            for tag, text in grupo.items():
                if tag in fields and text:
                    for table, name in fields[tag]:
                        if table in found:
                            found[table][name] = text
                        else:
                            found[table] = {name: text}
        if grupos := grupo.grupos:
            for nome, step in self.inner:
                if nome in grupos:
                    step.read(grupos[nome][0], found)


class Parte(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A part of a resumo. What the document does not have is left out."""

    TABLE: ClassVar[Table] = Table()

    @classmethod
    def read(cls, grupo: Grupo, **outros: Any) -> Self:
        """The part that a group holds; `outros` are fields that are read elsewhere."""
        return cls(**cls.TABLE.read(grupo) | outros)

    @classmethod
    def maybe(cls, grupo: Grupo, **outros: Any) -> Self | None:
        """The same; None when the group is not there."""
        return None if grupo is VAZIO else cls.read(grupo, **outros)


def present(**parts: Any) -> dict[str, Any]:
    """The parts that are there, by name."""
    return {name: part for name, part in parts.items() if part is not None}
