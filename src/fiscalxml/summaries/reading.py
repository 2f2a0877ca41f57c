"""How a part of a resumo is read: tables name the tag that each field comes from, verbatim.

`Endereco.read(grupo)` copies the texts as they stand: nothing is rounded, trimmed or converted, so
an amount of the resumo is the amount of the XML. The tags are also what the tests compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

import msgspec

from fiscalxml.documents.campos import Campos
from fiscalxml.documents.groups import native
from fiscalxml.documents.ramos import ByTag, Ramo, field_text, is_absent
from fiscalxml.xml import Element

Texto = str | None


class Tables:
    """Tables that are read together, in one pass over a group; each has a name.

    A table says where the text of each of its names is, from the group: a tag, or groups and a tag
    (a/b/c). `*` is the one group inside a choice of groups, whatever its name. Alternatives are
    divided by a blank, for kinds that name the same thing in different ways; the first that is
    there counts.
    """

    __slots__ = ("_compacto", "_names", "_ordered", "_others", "_step")

    def __init__(
        self, tables: Mapping[str, Mapping[str, str]], *, ordered: Iterable[str] = ()
    ) -> None:
        """`ordered`: the tables whose order counts; they are read even when nothing is there."""
        self._names = tuple(tables)
        self._ordered = [(name, tuple(tables[name])) for name in ordered]
        # Alternatives are tables of their own until it is known what is there.
        fields = []
        others: set[tuple[int, str, str]] = set()
        for table, tags in tables.items():
            for name, paths in tags.items():
                for rank, path in enumerate(paths.split()):
                    own = f"{table} {rank}" if rank else table
                    fields.append((path, (own, name)))
                    if rank:
                        others.add((rank, own, table))
        self._others = [(own, table) for _, own, table in sorted(others)]
        self._step = _Step(fields)
        places = {name: place for place, name in enumerate((*tables, *dict(self._others)))}
        self._compacto = (
            self._step.compacto(places),
            self._names,
            tuple((places[own], places[table]) for own, table in self._others),
        )
        """the same, as `_leitura.c` reads it"""

    def read(self, grupo: Campos) -> dict[str, dict[str, str]]:
        """table -> name -> text, of the tables that the group has something of, in their order."""
        if native is None or isinstance(grupo, Ramo):
            result = self._read(grupo)
        else:
            result = native.pick(grupo, *self._compacto)
        for table, names in self._ordered:
            texts = result.get(table, {})
            result[table] = {name: texts[name] for name in names if name in texts}
        return result

    def _read(self, grupo: Campos) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        if isinstance(grupo, Ramo):
            self._step.read(grupo.element, found, set())
            _drop_empty(found)
        else:
            self._step.pick(grupo, found)
        for other, table in self._others:
            if other in found:
                found[table] = found[other] | found.get(table, {})
        return {table: found[table] for table in self._names if found.get(table)}


def _drop_empty(found: Mapping[str, dict[str, str]]) -> None:
    for texts in found.values():
        if "" in texts.values():
            for name in [name for name, text in texts.items() if not text]:
                del texts[name]


class Table:
    """One table (as in `Tables`)."""

    __slots__ = ("_tables",)

    def __init__(self, tags: Mapping[str, str]) -> None:
        self._tables = Tables({"": tags}, ordered=[""])

    def read(self, grupo: Campos) -> dict[str, str]:
        """name -> text of what the group has, in the order of the table."""
        return self._tables.read(grupo)[""]


def under(above: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The table from groups above: the path to the group, or alternatives of it (`.`: here)."""
    starts = ["" if groups == "." else f"{groups}/" for groups in above.split()]
    return {
        name: " ".join(f"{start}{path}" for start in starts for path in paths.split())
        for name, paths in tags.items()
    }


def all_under(above: str, tables: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The same of several tables."""
    return {name: under(above, tags) for name, tags in tables.items()}


class _Step:
    """What is read of a group, and of the groups inside it: from its tree, or as it was read."""

    __slots__ = ("aims", "any_group", "fields", "groups")

    def __init__(self, fields: Iterable[tuple[str, tuple[str, str]]]) -> None:
        """`fields`: path, table and name of each."""
        here: dict[str, list[tuple[str, str]]] = {}
        inner: dict[str, list[tuple[str, tuple[str, str]]]] = {}
        for path, field in fields:
            head, _, rest = path.partition("/")
            if rest:
                inner.setdefault(head, []).append((rest, field))
            else:
                here.setdefault(head, []).append(field)
        steps = {nome: _Step(rest) for nome, rest in inner.items()}
        aims = {nome: (here.get(nome, []), steps.get(nome)) for nome in (*here, *steps)}
        any_group = aims.pop("*", None)
        self.aims = ByTag(lambda nome: aims.get(nome, any_group), None)
        self.any_group = any_group and any_group[1]
        self.fields = {nome: targets for nome, (targets, _) in aims.items() if targets}
        self.groups = {nome: step for nome, (_, step) in aims.items() if step}

    def compacto(self, places: Mapping[str, int]) -> tuple[object, ...]:
        """The same, as `_leitura.c` reads it: a table is told by its place."""
        fields = {
            nome: tuple((places[table], name) for table, name in targets)
            for nome, targets in self.fields.items()
        }
        groups = {nome: step.compacto(places) for nome, step in self.groups.items()}
        any_group = self.any_group
        return (fields or None, groups or None, any_group and any_group.compacto(places))

    def pick(self, grupo: Campos, found: dict[str, dict[str, str]]) -> None:
        """Add what is there, of groups that were read already."""
        fields, groups = self.fields, self.groups
        if fields:
            for nome, text in grupo.items():
                if not text:
                    continue
                for table, name in fields.get(nome, ()):
                    if table in found:
                        found[table][name] = text
                    else:
                        found[table] = {name: text}
        any_group = self.any_group
        if not groups and any_group is None:
            return
        for nome, lista in grupo.grupos.items():
            if nome in groups:
                groups[nome].pick(lista[0], found)
            elif any_group is not None:
                any_group.pick(lista[0], found)
                any_group = None

    def read(self, element: Element, found: dict[str, dict[str, str]], seen: set[_Step]) -> None:
        """Add what is there. Of a field or a group that repeats the first counts."""
        aims = self.aims
        for node in element:
            aim = aims[node.tag]
            if aim is None:
                continue
            targets, step = aim
            if not len(node):
                text = node.text or ""
            elif targets and (divided := field_text(node)) is not None:
                text = divided
            else:
                if step is not None and step not in seen:
                    seen.add(step)
                    step.read(node, found, seen)
                continue
            for table, name in targets:
                if table in found:
                    found[table].setdefault(name, text)
                else:
                    found[table] = {name: text}


class Parte(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A part of a resumo. What the document does not have is left out."""

    TAGS: ClassVar[Mapping[str, str]] = {}
    """field -> where its text is, from the part's group, as in `Tables`"""
    TABLE: ClassVar[Table]
    """the same, to be read"""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.TABLE = Table(cls.TAGS)

    @classmethod
    def read(cls, grupo: Campos, **outros: Any) -> Self:
        """The part that a group holds; `outros` are fields that are read elsewhere."""
        return cls(**cls.TABLE.read(grupo) | outros)

    @classmethod
    def maybe(cls, grupo: Campos, **outros: Any) -> Self | None:
        """The same; None when the group is not there."""
        return None if is_absent(grupo) else cls.read(grupo, **outros)


def present(**parts: Any) -> dict[str, Any]:
    """The parts that are there, by name."""
    return {name: part for name, part in parts.items() if part is not None}
