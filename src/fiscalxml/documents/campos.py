"""What facts and resumos are read from: the fields and groups of a document, however they are held.

A `Grupo` where the document was taken apart for the rules, a `Ramo` of its tree everywhere else.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, Sequence
from typing import Protocol, Self


class Campos(Protocol):
    """An element with children. Of a field or a group that repeats, the first counts.

    Names are those of the layout, without namespace.
    """

    @property
    def grupos(self) -> Mapping[str, Sequence[Self]]:
        """The groups in it, by name."""

    def __getitem__(self, campo: str, /) -> str:
        """The text of a field, empty when it is absent."""

    def __iter__(self) -> Iterator[str]:
        """The names of the fields."""

    def items(self) -> ItemsView[str, str]:
        """The fields with their texts."""

    def atributo(self, nome: str) -> str:
        """The text of an attribute, empty when it is absent."""

    def todos(self, campo: str) -> list[str]:
        """The texts of a field that may repeat."""

    def tem(self, nome: str) -> bool:
        """Whether there is a group of that name."""

    def grupo(self, *nomes: str) -> Self | None:
        """The first group down a path of names."""

    def em(self, *nomes: str) -> Self:
        """The same; where there is none, a group without anything in it."""

    def lista(self, *nomes: str) -> Sequence[Self]:
        """The groups of the last name, under the first group of each name before it."""


def is_there(campos: Campos, *caminho: str) -> bool:
    """Whether there is an element at the end of a path of names, a group or a field."""
    *acima, nome = caminho
    grupo = campos.grupo(*acima)
    return grupo is not None and (grupo.tem(nome) or nome in grupo)
