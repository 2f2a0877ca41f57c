"""How a part of a resumo is read: tables name the tag that each field comes from, verbatim.

`Endereco.read(grupo)` copies the texts as they stand: nothing is rounded, trimmed or converted, so
an amount of the resumo is the amount of the XML. The tags are also what the tests compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, ClassVar, Final, Self

import msgspec

from fiscalxml.documents.groups import VAZIO, Grupo

Texto = str | None


class Table:
    """name -> where its text is, from a group: a tag, or groups and a tag (a/b/c).

    Alternatives are divided by a blank, for kinds that name the same thing in different ways; the
    first that is there counts.
    """

    __slots__ = ("_flat", "_tables")

    def __init__(self, **tags: str) -> None:
        in_groups = any("/" in paths for paths in tags.values())
        self._tables = Tables({"": tags}) if in_groups else None
        # What is set last stays: the first alternative.
        self._flat = [(name, tag) for name, tags_ in tags.items() for tag in tags_.split()[::-1]]

    def read(self, grupo: Grupo) -> dict[str, str]:
        """name -> text, of what the group has."""
        if self._tables is not None:
            return self._tables.read(grupo).get("", {})
        if grupo is VAZIO:
            return {}
        return {name: text for name, tag in self._flat if tag in grupo and (text := grupo[tag])}


class Tables:
    """Several tables that are read together: a group is looked for once, and skipped if absent."""

    __slots__ = ("_names", "_steps")

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        self._names: Final = {part: tuple(tags) for part, tags in tables.items()}
        rows = (
            [(part, name, path) for path in paths.split()]
            for part, tags in tables.items()
            for name, paths in tags.items()
        )
        # What is set last stays, so the first alternatives are read after all others.
        self._steps: Final = [_Step(filter(None, each)) for each in zip_longest(*rows)][::-1]

    def __iter__(self) -> Iterator[str]:
        """The parts."""
        return iter(self._names)

    def read(self, grupo: Grupo) -> dict[str, dict[str, str]]:
        """part -> name -> text, of the parts that the group has something of."""
        found: dict[str, dict[str, str]] = {}
        for step in self._steps:
            step.read(grupo, found)
        return {
            part: {name: texts[name] for name in names if name in texts}
            for part, names in self._names.items()
            if (texts := found.get(part))
        }


class _Step:
    """What is read of one group, and the groups inside it where there is more."""

    __slots__ = ("inner", "rows")

    def __init__(self, paths: Iterable[tuple[str, str, str]]) -> None:
        self.rows: list[tuple[str, str, str]] = []
        inner: dict[str, list[tuple[str, str, str]]] = {}
        for part, name, path in paths:
            head, _, rest = path.partition("/")
            if rest:
                inner.setdefault(head, []).append((part, name, rest))
            else:
                self.rows.append((part, name, head))
        self.inner = [(nome, _Step(rows)) for nome, rows in inner.items()]

    def read(self, grupo: Grupo, found: dict[str, dict[str, str]]) -> None:
        for part, name, tag in self.rows:
            if tag in grupo and (text := grupo[tag]):
                if part in found:
                    found[part][name] = text
                else:
                    found[part] = {name: text}
        if self.inner:
            grupos = grupo.grupos
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
