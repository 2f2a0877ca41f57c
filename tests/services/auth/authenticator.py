"""An authenticator (WebAuthn level 3) in software: what a telephone or a security key does.

Written from the specification, with `cryptography` alone: the library that the service verifies
with has no part in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT: Final = 0x01
_VERIFIED: Final = 0x04
_ATTESTED: Final = 0x40


def encode(data: bytes) -> str:
    """base64url, as WebAuthn writes bytes in JSON."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """The inverse."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Autenticador:
    """Holds one credential; `verifica`: it asks for a finger or a PIN; `conta`: it counts."""

    origem: str = "https://contas.exemplo.com.br"
    verifica: bool = True
    conta: bool = True
    credencial: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    chave: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    contador: int = 0
    dono: str = ""
    """the user handle, once it was registered"""

    def create(self, opcoes: dict[str, Any]) -> dict[str, Any]:
        """`navigator.credentials.create(…)`, as JSON."""
        self.dono = opcoes["user"]["id"]
        attested = (
            bytes(16) + len(self.credencial).to_bytes(2, "big") + self.credencial + self._cose_key()
        )
        data = self._data(opcoes["rp"]["id"], _ATTESTED) + attested
        # {"fmt": "none", "attStmt": {}, "authData": data}
        attestation = b"".join(
            (
                b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData",
                b"\x59" + len(data).to_bytes(2, "big") + data,
            )
        )
        response = {
            "clientDataJSON": encode(self._client(opcoes["challenge"], "webauthn.create")),
            "attestationObject": encode(attestation),
        }
        return self._credential(response)

    def get(self, opcoes: dict[str, Any]) -> dict[str, Any]:
        """`navigator.credentials.get(…)`, as JSON."""
        self.contador += self.conta
        data = self._data(opcoes["rpId"])
        client = self._client(opcoes["challenge"], "webauthn.get")
        signed = data + hashlib.sha256(client).digest()
        response = {
            "clientDataJSON": encode(client),
            "authenticatorData": encode(data),
            "signature": encode(self.chave.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": self.dono,
        }
        return self._credential(response)

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        return {
            "id": encode(self.credencial),
            "rawId": encode(self.credencial),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }

    def _data(self, rp: str, flags: int = 0) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifica else 0)
        return (
            hashlib.sha256(rp.encode()).digest()
            + flags.to_bytes(1, "big")
            + self.contador.to_bytes(4, "big")
        )

    def _client(self, challenge: str, kind: str) -> bytes:
        told = {
            "type": kind,
            "challenge": challenge,
            "origin": self.origem,
            "crossOrigin": False,
        }
        return json.dumps(told, separators=(",", ":")).encode()

    def _cose_key(self) -> bytes:
        """{1: 2, 3: -7, -1: 1, -2: x, -3: y}: an ES256 key on P-256."""
        numbers = self.chave.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y
