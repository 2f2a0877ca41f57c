"""Why a copy is not given back, or an upload not taken. Texts are for the operator's log.

What else may be raised: `obstore.exceptions.BaseError` and `OSError`, when the store fails or
cannot be reached; trying again later is right.
"""

from __future__ import annotations


class CopiaAusente(Exception):
    """There is no such copy for this organisation."""


class ChaveApagada(CopiaAusente):
    """The organisation's keys were erased: its copies are unreadable, and new ones are refused."""


class CopiaAdulterada(Exception):
    """The stored bytes are not what was sealed: changed, cut, moved, or another's."""


class ChaveDesconhecida(CopiaAdulterada):
    """The copy names a key that the key store does not have; perhaps the wrong key store."""


class EnvioGrande(Exception):
    """The upload has more than `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"envio com mais de {max_bytes} bytes")
        self.max_bytes = max_bytes
