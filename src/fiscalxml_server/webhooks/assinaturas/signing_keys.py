"""What the deliveries of a subscription are signed by: made here, kept sealed, rotated.

One secret is a pair: the key of the HMAC (`v1`) and an ed25519 key (`v1a`). Who delivers takes
`Signer(keys(open_secrets(...), now))`, anew when the subscription changes, and at `expira_em`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from fiscalxml.webhooks import new_key, public_key
from fiscalxml.webhooks import new_secret as new_hmac_key
from fiscalxml_server.kit.secrets import Segredos

_USE: Final = b"segredos de webhook"


class Segredo(msgspec.Struct, frozen=True):
    """`texto`: `whsec_…`; `privada`, `publica`: `whsk_…`, `whpk_…`. `expira_em`: None for the
    current one."""

    texto: str
    privada: str
    publica: str
    criado_em: datetime
    expira_em: datetime | None = None


def new_secret(now: datetime) -> Segredo:
    """A random one."""
    private = new_key()
    return Segredo(new_hmac_key(), private, public_key(private), now)


def rotated(secrets: Sequence[Segredo], hours: int, now: datetime) -> list[Segredo]:
    """A new one first; the one that was current works for so many hours more, no other does."""
    until = now + timedelta(hours=hours)
    before = [msgspec.structs.replace(secrets[0], expira_em=until)] if hours else []
    return [new_secret(now), *before]


def in_force(secrets: Sequence[Segredo], now: datetime) -> list[Segredo]:
    """Those that sign, the current one first."""
    return [each for each in secrets if each.expira_em is None or each.expira_em > now]


def keys(secrets: Sequence[Segredo], now: datetime) -> list[str]:
    """What a delivery is signed with now."""
    return [key for each in in_force(secrets, now) for key in (each.texto, each.privada)]


def seal_secrets(segredos: Segredos, assinatura: UUID, secrets: Sequence[Segredo]) -> bytes:
    """As they are kept."""
    return segredos.seal(_USE, assinatura.bytes, msgspec.msgpack.encode(secrets))


def open_secrets(segredos: Segredos, assinatura: UUID, sealed: bytes) -> list[Segredo]:
    """What was sealed, the current one first. Raises ValueError."""
    data = segredos.open(_USE, assinatura.bytes, sealed)
    return msgspec.msgpack.decode(data, type=list[Segredo])
