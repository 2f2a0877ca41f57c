"""Tickets: a text that lets whoever has it read one thing of one organisation, until an instant.

    organisation 16 bytes | expiry 8 | HMAC-SHA256 32, of the use, the thing and what stands before

It needs no row and no credential, it cannot be made or changed without the master key, and it is
good for nothing else. It belongs into an address that is written down nowhere.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from fiscalxml_server.kit.storage import Objetos

_SIGNED: Final = struct.Struct(">16sQ")
_MAC_BYTES: Final = 32
LENGTH: Final = 4 * -(-(_SIGNED.size + _MAC_BYTES) // 3)
"""characters of a ticket, at most"""


async def issue(
    objetos: Objetos, use: bytes, organizacao: UUID, thing: UUID, until: datetime
) -> str:
    """A ticket for `thing`, good up to the second of `until`."""
    signed = _SIGNED.pack(organizacao.bytes, int(until.timestamp()))
    mac = await objetos.sign(use, thing.bytes + signed)
    return base64.urlsafe_b64encode(signed + mac).decode().rstrip("=")


async def verify(
    objetos: Objetos, use: bytes, ticket: str, thing: UUID, now: datetime | None = None
) -> UUID | None:
    """Whose thing the ticket lets read; None when it is none of it, or no longer."""
    try:
        raw = base64.urlsafe_b64decode(ticket.encode("ascii") + b"=" * (-len(ticket) % 4))
    except (ValueError, binascii.Error):
        return None
    signed, mac = raw[: _SIGNED.size], raw[_SIGNED.size :]
    if len(mac) != _MAC_BYTES:
        return None
    if not hmac.compare_digest(mac, await objetos.sign(use, thing.bytes + signed)):
        return None
    organizacao, until = _SIGNED.unpack(signed)
    if (now or datetime.now(UTC)).timestamp() >= until:
        return None
    return UUID(bytes=organizacao)
