"""What is told of a key that was found, and what is answered to GitHub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

MAX_PLACE = 2_000
"""characters of where it was found"""


class Vazamento(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By anybody."""

    chave: str
    onde: Annotated[str, msgspec.Meta(max_length=MAX_PLACE)] = ""


class Alerta(msgspec.Struct, frozen=True):
    """By GitHub's secret scanning; it may say more than this."""

    token: str
    type: str
    url: str = ""
    source: str = ""


class Retorno(msgspec.Struct, frozen=True):
    """Whether it was a key of ours; to GitHub only. `token_hash`: SHA-256 in hexadecimal."""

    token_hash: str
    token_type: str
    label: Literal["true_positive", "false_positive"]


class ChavePublica(msgspec.Struct, frozen=True):
    key_identifier: str
    key: str


class ChavesPublicas(msgspec.Struct, frozen=True):
    """As GitHub's API gives them, at /meta/public_keys/secret_scanning."""

    public_keys: Sequence[ChavePublica]
