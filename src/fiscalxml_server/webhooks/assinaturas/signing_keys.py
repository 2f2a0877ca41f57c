"""What the deliveries of a subscription are signed by: made here, kept sealed, rotated.

One secret is a pair: the key of the HMAC (`v1`) and an ed25519 key (`v1a`).
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fiscalxml_server.kit.secrets import Segredos

_USE: Final = b"segredos de webhook"
_BYTES: Final = 32


class Segredo(msgspec.Struct, frozen=True):
    """`hmac`, `privada` and `publica`: 32 bytes each. `expira_em`: None for the current one."""

    hmac: bytes
    privada: bytes
    publica: bytes
    criado_em: datetime
    expira_em: datetime | None = None

    @property
    def texto(self) -> str:
        """The key of the HMAC as its owner reads it: `whsec_…`."""
        return f"whsec_{base64.b64encode(self.hmac).decode()}"

    @property
    def chave_publica(self) -> str:
        """What verifies `v1a`: `whpk_…`."""
        return f"whpk_{base64.b64encode(self.publica).decode()}"


def new_secret(now: datetime) -> Segredo:
    """A random one."""
    key = Ed25519PrivateKey.generate()
    return Segredo(
        os.urandom(_BYTES), key.private_bytes_raw(), key.public_key().public_bytes_raw(), now
    )


def rotated(secrets: Sequence[Segredo], hours: int, now: datetime) -> list[Segredo]:
    """A new one first; the one that was current works for so many hours more, no other does."""
    until = now + timedelta(hours=hours)
    before = [msgspec.structs.replace(secrets[0], expira_em=until)] if hours else []
    return [new_secret(now), *before]


def in_force(secrets: Sequence[Segredo], now: datetime) -> list[Segredo]:
    """Those that sign, the current one first."""
    return [each for each in secrets if each.expira_em is None or each.expira_em > now]


def seal_secrets(segredos: Segredos, assinatura: UUID, secrets: Sequence[Segredo]) -> bytes:
    """As they are kept."""
    return segredos.seal(_USE, assinatura.bytes, msgspec.msgpack.encode(secrets))


def open_secrets(segredos: Segredos, assinatura: UUID, sealed: bytes) -> list[Segredo]:
    """What was sealed, the current one first. Raises ValueError."""
    data = segredos.open(_USE, assinatura.bytes, sealed)
    return msgspec.msgpack.decode(data, type=list[Segredo])
