"""What writers take and are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

Colunas = Sequence[Sequence[Any]]
"""the values of a table, a sequence for each of its columns, all of one length

By type: texto `str`; inteiro `int`; decimal `str` with a point, no more digits than its scale;
instante `datetime` with an offset; logico `bool`; None where there is no value.
"""

Partes = Mapping[str, Colunas]
"""rows of some documents, by table; the next ones follow in another"""


class Escritor(Protocol):
    """A file as it is made. Pure: no input and output, and memory that does not grow with rows."""

    def begin(self) -> bytes:
        """What stands before the first row."""

    def write(self, partes: Partes) -> bytes:
        """The next rows; maybe nothing yet."""

    def end(self) -> Iterator[bytes]:
        """What is left. An export without rows has a beginning and an end, too."""


def linhas(colunas: Colunas) -> int:
    """How many rows."""
    return len(colunas[0])
