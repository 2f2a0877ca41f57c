"""What reading an archive yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive. `name` is a label such as 'a.zip!b.zip!dir/x.xml', never a path."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Recusa:
    """An entry, or a whole archive, that could not be read. `motivo` is for the user."""

    name: str
    codigo: str
    motivo: str
    correcao: str | None


@dataclass(frozen=True, slots=True)
class Ignorado:
    """An entry that is by nature no fiscal file. `motivo` is for the user."""

    name: str
    motivo: str
