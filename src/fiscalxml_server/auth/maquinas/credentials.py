"""By what a machine says who it is: its `client_id`, and a secret or a key of its own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from fiscalxml_server.kit.secrets import Segredos

_CLIENT_ID: Final = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32})")
_PREFIX: Final = "fx_maq_"
"""by which scanners know a secret that leaked"""
_BYTES: Final = 32
_USE: Final = b"segredo de maquina"
_RSA_BITS: Final = range(3072, 4097)
"""less is weaker than 128 bits"""
_PRIVATE: Final = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))
_KEPT: Final[Sequence[str]] = ("kty", "crv", "x", "y", "n", "e")


class ChaveRecusada(ValueError):
    """Not a key by which a machine may say who it is. The text, in Portuguese, says why."""


def client_id(organizacao: UUID, maquina: UUID) -> str:
    """It carries the organisation, in whose transaction the machine is looked for."""
    return f"{organizacao.hex}.{maquina.hex}"


def place_of(client: str) -> tuple[UUID, UUID] | None:
    """Organisation and machine of a `client_id`; None where it is none."""
    shape = _CLIENT_ID.fullmatch(client)
    return (UUID(shape[1]), UUID(shape[2])) if shape else None


def new_secret() -> str:
    """256 random bits."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def digest(segredos: Segredos, maquina: UUID, secret: str) -> bytes:
    """What is kept of a secret."""
    return segredos.digest(_USE, _message(maquina, secret))


def matches(segredos: Segredos, maquina: UUID, secret: str, kept: bytes) -> bool:
    """Whether this is the secret of which that was kept."""
    return segredos.matches(_USE, _message(maquina, secret), kept)


def _message(maquina: UUID, secret: str) -> bytes:
    return maquina.bytes + secret.encode("utf-8", "surrogatepass")


def read_public_key(jwk: dict[str, Any]) -> bytes:
    """A public JWK as it is kept. Raises ChaveRecusada."""
    if _PRIVATE & jwk.keys():
        raise ChaveRecusada("tem a parte privada; mande só a pública, e troque esta chave")
    kept = {name: jwk[name] for name in _KEPT if name in jwk}
    try:
        key = _imported(kept)
    except (JoseError, ValueError, TypeError, LookupError):
        raise ChaveRecusada("não é uma chave pública JWK, EC ou RSA") from None
    if isinstance(key, ECKey) and key.curve_name != "P-256":
        raise ChaveRecusada("uma chave EC deve ser da curva P-256")
    if isinstance(key, RSAKey) and key.public_key.key_size not in _RSA_BITS:
        raise ChaveRecusada("uma chave RSA deve ter de 3072 a 4096 bits")
    return msgspec.json.encode(kept)


def public_key(kept: bytes) -> tuple[ECKey | RSAKey, list[str]]:
    """The key and the algorithms of its signatures."""
    key = _imported(msgspec.json.decode(kept, type=dict[str, str]))
    return key, ["ES256"] if isinstance(key, ECKey) else ["PS256", "RS256"]


def _imported(jwk: dict[str, Any]) -> ECKey | RSAKey:
    if jwk["kty"] == "EC":
        return ECKey.import_key(jwk)
    if jwk["kty"] == "RSA":
        return RSAKey.import_key(jwk)
    raise ValueError("neither EC nor RSA")
