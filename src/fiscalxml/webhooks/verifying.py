"""Whether a request that came to a webhook's address is the service's, and what it says."""

from __future__ import annotations

import binascii
import hmac
import re
import time
from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature

from fiscalxml.webhooks.keys import PUBLIC, read_public, read_secret
from fiscalxml.webhooks.signing import ID, SIGNATURE, TIMESTAMP, signed_content, v1

TOLERANCE: Final = 5 * 60
"""seconds between the service's clock and the receiver's"""
_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_SIGNATURES: Final = 16
"""of one request that are looked at"""

Motivo = Literal["cabecalhos", "relogio", "assinatura", "corpo"]
_SAID: Final[Mapping[Motivo, str]] = {
    "cabecalhos": "Faltam os cabeçalhos webhook-id, webhook-timestamp e webhook-signature, ou não "
    "têm a forma que deveriam ter.",
    "relogio": "O webhook-timestamp está longe demais da hora deste computador.",
    "assinatura": "Nenhuma assinatura confere com o corpo e as chaves dadas.",
    "corpo": "A assinatura confere, mas o corpo não é uma notificação.",
}


class NotificacaoRecusada(Exception):
    """Not to be believed; `motivo` says why. Answer it with 400, and do nothing."""

    def __init__(self, motivo: Motivo) -> None:
        super().__init__(_SAID[motivo])
        self.motivo = motivo


class Notificacao(msgspec.Struct, frozen=True):
    """What a webhook says. The same `id` may come again: it is the same notificação."""

    id: UUID
    tipo: str
    versao: int
    em: datetime
    organizacao: UUID
    dados: dict[str, Any]
    """by `tipo`; the published JSON Schemas describe each"""


_DECODER: Final = msgspec.json.Decoder(Notificacao)


def verify(
    body: bytes,
    headers: Mapping[str, str],
    *keys: str,
    tolerance: float = TOLERANCE,
    now: float | None = None,
) -> Notificacao:
    """The notificação, if any signature is by any of the keys, and fresh.

    `body`: the bytes as they came, never parsed and written again. `keys`: the subscription's
    `whsec_` secret or `whpk_` public key; both secrets during a rotation. Raises
    `NotificacaoRecusada`; ValueError for a key that is none.
    """
    given = {name.lower(): value for name, value in headers.items()}
    id_, stamp, signatures = (given.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not id_ or "." in id_ or not _SECONDS.fullmatch(stamp) or not signatures:
        raise NotificacaoRecusada("cabecalhos")
    if abs((time.time() if now is None else now) - int(stamp)) > tolerance:
        raise NotificacaoRecusada("relogio")
    content = signed_content(id_, stamp, body)
    if not _signed(content, signatures, keys):
        raise NotificacaoRecusada("assinatura")
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotificacaoRecusada("corpo") from None


def _signed(content: bytes, signatures: str, keys: tuple[str, ...]) -> bool:
    public = [read_public(key) for key in keys if key.startswith(PUBLIC)]
    expected = [v1(read_secret(key), content) for key in keys if not key.startswith(PUBLIC)]
    for version, signature in _read(signatures):
        if version == "v1":
            if any(hmac.compare_digest(signature, each) for each in expected):
                return True
        elif version == "v1a":
            for key in public:
                try:
                    key.verify(signature, content)
                except InvalidSignature:
                    continue
                return True
    return False


def _read(signatures: str) -> Iterator[tuple[str, bytes]]:
    """Those that have the form of one; a version that is not known is passed over."""
    for each in signatures.split(" ", _SIGNATURES)[:_SIGNATURES]:
        version, _, encoded = each.partition(",")
        try:
            yield version, b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            continue
