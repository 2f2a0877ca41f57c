"""Where copies are: names of objects, and places inside them.

An object's name is `<organisation>/<nome>`, so whose it is can be seen from the name alone.
"""

from __future__ import annotations

import re
from uuid import UUID

import msgspec

from fiscalxml_server.kit.storage.errors import CopiaAusente

DIRETO = "direto/"
"""what a name begins with when the client writes the object itself, unsealed"""

_SEGMENT = r"[A-Za-z0-9_=-][A-Za-z0-9._=-]*"
_NOME = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")


class Local(msgspec.Struct, frozen=True):
    """A copy: `comprimento` sealed bytes of `objeto`, from byte `inicio`."""

    objeto: str
    inicio: int
    comprimento: int


def nome_do_objeto(organizacao: UUID, nome: str) -> str:
    """The object's name. ValueError unless `nome` is ASCII words joined by slashes."""
    if not _NOME.fullmatch(nome):
        raise ValueError(f"object name not accepted: {nome!r}")
    return f"{organizacao}/{nome}"


def require_own(organizacao: UUID, objeto: str) -> None:
    """CopiaAusente when the object is not the organisation's: whether it exists is not said."""
    prefix, _, nome = objeto.partition("/")
    if prefix != str(organizacao) or not _NOME.fullmatch(nome):
        raise CopiaAusente(objeto)


def is_direct(objeto: str) -> bool:
    """Whether the client wrote the object itself."""
    return objeto.partition("/")[2].startswith(DIRETO)
