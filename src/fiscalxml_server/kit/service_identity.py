"""Which service calls: a short assertion, signed by its own key, for one operation (RFC 7523).

The Auth Service knows the services' public keys (`settings.services_file`). An assertion is for one
operation and half a minute, so that one which somebody saw opens nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from fiscalxml_server.kit.jose import header_of, verified
from fiscalxml_server.kit.tokens import ALGORITHM, LEEWAY

_SECONDS: Final = 30
_TYPE: Final = "service+jwt"


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    sub: str
    aud: str
    iat: int
    exp: int


class Identidade:
    """Who this process is."""

    def __init__(self, key: ECKey, issuer: str) -> None:
        self._key = key
        self._issuer = issuer
        self.nome = str(key.kid)

    @classmethod
    def read(cls, path: Path, issuer: str) -> Identidade:
        """From a private JWK whose `kid` is the service. Raises OSError, ValueError."""
        return cls.of(msgspec.json.decode(path.read_bytes()), issuer)

    @classmethod
    def of(cls, jwk: dict[str, Any], issuer: str) -> Identidade:
        """The same, of what the file holds. Raises ValueError."""
        return cls(_key(jwk, private=True), issuer)

    def assertion(self, path: str) -> str:
        """For one call of an operation of the Auth Service."""
        now = int(time.time())
        claims = {
            "iss": self.nome,
            "sub": self.nome,
            "aud": self._issuer + path,
            "iat": now,
            "exp": now + _SECONDS,
            "jti": str(uuid4()),
        }
        header = {"alg": ALGORITHM, "kid": self.nome, "typ": _TYPE}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])


# Medida: identidade-de-servicos
class Servicos:
    """The services that may call; a service may have several keys, while one replaces another."""

    def __init__(self, keys: Mapping[str, Sequence[ECKey]], issuer: str) -> None:
        self._keys = keys
        self._issuer = issuer

    @classmethod
    def read(cls, path: Path | None, issuer: str) -> Servicos:
        """From a JWKS of public keys; none without a file. Raises OSError, ValueError."""
        keys: dict[str, list[ECKey]] = {}
        if path is not None:
            for each in msgspec.json.decode(path.read_bytes(), type=_KeySet).keys:
                key = _key(each, private=False)
                keys.setdefault(str(key.kid), []).append(key)
        return cls(keys, issuer)

    def verify(self, assertion: str, path: str) -> str | None:
        """The service that signed it for this operation; None for anything else."""
        header = header_of(assertion)
        if header is None or header.typ != _TYPE:
            return None
        for key in self._keys.get(header.kid, ()):
            claims = verified(assertion, key, _Claims)
            if claims is not None and self._holds(claims, header.kid, path):
                return header.kid
        return None

    def _holds(self, claims: _Claims, nome: str, path: str) -> bool:
        now = time.time()
        return (
            claims.iss == claims.sub == nome
            and claims.aud == self._issuer + path
            and claims.iat - LEEWAY <= now < claims.exp + LEEWAY
            and claims.exp - claims.iat <= _SECONDS
        )


def new_service_key(nome: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A private JWK for the service, and the public one for the Auth Service."""
    key = ECKey.generate_key("P-256", {"kid": nome, "use": "sig", "alg": ALGORITHM})
    return dict(key.as_dict(private=True)), dict(key.as_dict(private=False))


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


def _key(jwk: dict[str, Any], *, private: bool) -> ECKey:
    """Raises ValueError."""
    try:
        key = ECKey.import_key(jwk)
    except (JoseError, TypeError) as error:
        raise ValueError(f"not a key of a service: {error}") from None
    if not key.kid or key.is_private != private or key.curve_name != "P-256":
        raise ValueError("a key of a service is an EC key of P-256 with its kid")
    return key
