"""Kinds of values in a schema, each of which says what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Field:
    """A value: of a type, one of some, within bounds, as long as something."""

    kind: type
    choices: frozenset[Any] = frozenset()
    least: float | None = None
    most: float | None = None

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """What is wrong with it."""
        kinds = (int, float) if self.kind is float else (self.kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and self.kind is not bool):
            yield f"{where}: {value!r} is no {self.kind.__name__}"
            return
        if self.choices and value not in self.choices:
            yield f"{where}: {value!r} is none of {sorted(self.choices)}"
        if self.kind in (int, float):
            yield from self._out_of_bounds(value, where)

    def _out_of_bounds(self, value: Any, where: str) -> Iterator[str]:
        if self.least is not None and value < self.least:
            yield f"{where}: {value} is less than {self.least}"
        if self.most is not None and value > self.most:
            yield f"{where}: {value} is more than {self.most}"


@dataclass(frozen=True)
class Listed:
    """An array or set of values of one kind."""

    of: Any

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Of each."""
        if not isinstance(value, list):
            yield f"{where}: {value!r} is no list"
            return
        for place, each in enumerate(value):
            yield from self.of.faults(each, f"{where}[{place}]")


@dataclass(frozen=True)
class Mapped:
    """Any names, with values of one kind."""

    of: Any

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Of each."""
        if not isinstance(value, Mapping):
            yield f"{where}: {value!r} is no map"
            return
        for name, each in value.items():
            yield from self.of.faults(each, f"{where}.{name}")


@dataclass(frozen=True)
class Record:
    """Fields by name; `needed` must be there, and one at least of each set of `any_of`."""

    fields: Mapping[str, Any]
    needed: frozenset[str] = frozenset()
    any_of: tuple[frozenset[str], ...] = field(default=())

    def faults(self, value: Any, where: str) -> Iterator[str]:
        """Of each field, and of those that are unknown or missing."""
        if not isinstance(value, Mapping):
            yield f"{where}: {value!r} is no record"
            return
        for name in self.needed - value.keys():
            yield f"{where}.{name}: missing"
        for names in self.any_of:
            if not any(value.get(name) for name in names):
                yield f"{where}: none of {sorted(names)}"
        for name, each in value.items():
            if name in self.fields:
                yield from self.fields[name].faults(each, f"{where}.{name}")
            else:
                yield f"{where}.{name}: no such field"
