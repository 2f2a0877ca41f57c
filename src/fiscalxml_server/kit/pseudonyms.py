"""A CPF under the key of an organisation: found again by who has the number and the key.

Ten thousand million CPFs are soon tried, so the key is all that protects: it is one of the
organisation's own, kept with its data keys and erased with them.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

BYTES: Final = 16
# Begins with what is looked for, so that most of a document is passed over quickly.
_CPF: Final = re.compile(rb"CPF\w*\s*>\s*([0-9]{11})\s*</")


# Medida: minimizacao
class Pseudonimos:
    """Made by `Objetos.pseudonimos`."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, cpf: str) -> bytes:
        """What stands for the CPF (11 digits) in this organisation."""
        return self._digest(cpf.encode())

    def in_xml(self, xml: bytes) -> tuple[bytes, ...]:
        """Of each CPF that stands as one in the document, whoever it belongs to."""
        if b"\0" in xml[:4]:
            xml = xml.decode("utf-16-be" if xml[0] == 0 else "utf-16", "ignore").encode()
        return tuple(self._digest(cpf) for cpf in dict.fromkeys(_CPF.findall(xml)))

    def _digest(self, cpf: bytes) -> bytes:
        return hmac.digest(self._key, cpf, "sha256")[:BYTES]
