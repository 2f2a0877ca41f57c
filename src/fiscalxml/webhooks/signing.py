"""Signatures of Standard Webhooks 1.0: `v1` (HMAC-SHA256) and `v1a` (ed25519)."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable
from typing import Final

from fiscalxml.webhooks.keys import PRIVATE, read_private, read_secret

ID: Final = "webhook-id"
TIMESTAMP: Final = "webhook-timestamp"
SIGNATURE: Final = "webhook-signature"


class Signer:
    """Signs with every key that it is given, in this order: both of a rotation, both kinds.

    Reads the keys once: keep it as long as they are valid. Raises ValueError for a key that is
    neither `whsec_` nor `whsk_`, or for none.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        keys = list(keys)
        if not keys:
            raise ValueError("nothing to sign with")
        self._secrets = [read_secret(key) for key in keys if not key.startswith(PRIVATE)]
        self._private = [read_private(key) for key in keys if key.startswith(PRIVATE)]

    def headers(self, id_: str, timestamp: int, body: bytes) -> dict[str, str]:
        """What a receiver verifies; `timestamp`: seconds, of this attempt."""
        return {
            ID: id_,
            TIMESTAMP: str(timestamp),
            SIGNATURE: self.sign(id_, timestamp, body),
        }

    def sign(self, id_: str, timestamp: int, body: bytes) -> str:
        """The signatures, as their header says them."""
        content = signed_content(id_, str(timestamp), body)
        signatures = [b"v1," + b64encode(v1(secret, content)) for secret in self._secrets]
        signatures += [b"v1a," + b64encode(key.sign(content)) for key in self._private]
        return b" ".join(signatures).decode("ascii")


def signed_content(id_: str, timestamp: str, body: bytes) -> bytes:
    """What the signatures are of. Raises ValueError where the identifier could be another's."""
    if "." in id_:
        raise ValueError("a message's identifier has no full stop")
    return b"%b.%b.%b" % (id_.encode(), timestamp.encode(), body)


def v1(secret: bytes, content: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.digest(secret, content, "sha256")
