"""Codes that are sent by e-mail and used once; only a keyed hash of them is kept."""

from __future__ import annotations

import secrets
from typing import Final
from uuid import UUID

from fiscalxml_server.kit.errors import Problema

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LETTERS: Final = 26
"""154 random bits"""


class CodigoInvalido(Problema):
    status, codigo, titulo = 422, "codigo_invalido", "O código não vale"
    explicacao = (
        "O código do e-mail não existe, já foi usado, foi trocado por outro ou venceu; ou o que "
        "veio com ele não confere. Confira, ou peça outro."
    )


def new_code(place: UUID | None = None) -> str:
    """`place`: the organisation in whose transaction it is looked up."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
    return letters if place is None else f"{place.hex}.{letters}"


def place_of(code: str) -> UUID:
    """The organisation of a code. Raises `CodigoInvalido`."""
    place, dot, _ = code.partition(".")
    try:
        if not dot or not place.isalnum():
            raise ValueError
        return UUID(hex=place)
    except ValueError:
        raise unknown_code() from None


def unknown_code() -> CodigoInvalido:
    """The same for all that may be wrong with it."""
    return CodigoInvalido("O código não existe, já foi usado ou venceu. Peça outro.")
