"""Codes on paper, for who lost the telephone: each is good once."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from typing import Final

from fiscalxml_server.kit.secrets import Segredos

CODIGOS: Final = 10
_BYTES: Final = 20  # 160 bits: 32 letters
_GROUP: Final = 4
_USE: Final = b"codigo de recuperacao"


def new_codes() -> list[str]:
    """In groups of letters, as they are read from paper."""
    letters = [base64.b32encode(secrets.token_bytes(_BYTES)).decode() for _ in range(CODIGOS)]
    return [
        "-".join(each[at : at + _GROUP] for at in range(0, len(each), _GROUP)) for each in letters
    ]


def digest(segredos: Segredos, pessoa: bytes, codigo: str) -> bytes:
    """What is kept of one."""
    return segredos.digest(_USE, _bare(pessoa, codigo))


def digests(segredos: Segredos, pessoa: bytes, codigo: str) -> Sequence[bytes]:
    """What may have been kept of one, however it was typed."""
    return segredos.digests(_USE, _bare(pessoa, codigo))


def _bare(pessoa: bytes, codigo: str) -> bytes:
    bare = "".join(each for each in codigo.upper() if each.isascii() and each.isalnum())
    return pessoa + bare.encode()
