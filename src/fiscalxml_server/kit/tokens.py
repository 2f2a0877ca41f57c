"""Access tokens: ES256 JWTs of the Auth Service, verified by each service itself.

A token lives for minutes, names its key (`kid`) and is for this product's services (`aud`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

import msgspec
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.jose import header_of, verified
from fiscalxml_server.kit.rbac import PERMISSOES, Escopo, Papel

AUDIENCE: Final = "fiscalxml"
ALGORITHM: Final = "ES256"
SECONDS: Final = 300
"""that a token lives"""
TYPE: Final = "at+jwt"
LEEWAY: Final = 5
"""seconds between the clocks of two machines"""


class Claims(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a token says. Times are seconds since 1970."""

    iss: str
    aud: str
    sub: str
    """`pessoa:<id>` or `maquina:<id>`"""
    iat: int
    exp: int
    jti: str
    org: UUID | None = None
    """the organisation that it is for; none for a person who has not chosen one"""
    papel: Papel | None = None
    """of a person in it"""
    escopos: tuple[Escopo, ...] = ()
    """of a machine"""
    empresas: tuple[str, ...] | None = None
    epoca: int = 0
    """of the organisation: what was issued in an earlier one is revoked"""
    teste: bool = False
    sid: UUID | None = None
    """the person's session"""
    amr: tuple[str, ...] = ()
    """how the person signed in: `senha`, `totp`, `passkey`, `recuperacao`"""
    sem_segundo_fator: bool = False
    """the organisation demands one that the session has not shown: no role comes with it"""
    auth_time: int = 0

    def subject(self) -> Sujeito | None:
        """The caller in the organisation; None when the token names none."""
        if self.org is None:
            return None
        return Sujeito(
            organizacao=self.org,
            credencial=str(self.sid or self.sub),
            escopos=PERMISSOES[self.papel] if self.papel else frozenset(self.escopos),
            ator=self.sub,
            empresas=None if self.empresas is None else frozenset(self.empresas),
            teste=self.teste,
            sem_segundo_fator=self.sem_segundo_fator,
        )


# Medida: tokens
class TokenVerifier:
    """Verifies tokens by the public keys it is given; knows no network."""

    def __init__(
        self, issuer: str, keys: Callable[[], KeySet], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._issuer = issuer
        self._keys = keys
        self._clock = clock

    def claims(self, token: str) -> Claims | None:
        """None when the token is malformed, of another issuer or audience, or expired."""
        header = header_of(token)
        if header is None or header.typ != TYPE:
            return None
        try:
            key = self._keys().get_by_kid(header.kid)
        except InvalidKeyIdError:
            return None
        claims = verified(token, key, Claims)  # type: ignore[arg-type]  # all are of P-256
        return claims if claims is not None and self._holds(claims) else None

    def _holds(self, claims: Claims) -> bool:
        now = self._clock()
        return (
            claims.iss == self._issuer
            and claims.aud == AUDIENCE
            and claims.iat - LEEWAY <= now < claims.exp + LEEWAY
        )
