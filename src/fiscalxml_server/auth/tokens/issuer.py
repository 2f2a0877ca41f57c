"""Makes access tokens."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import msgspec
from joserfc import jwt

from fiscalxml_server.auth.tokens.keyring import Chaveiro
from fiscalxml_server.kit.tokens import ALGORITHM, AUDIENCE, SECONDS, TYPE, Claims


class Emissor:
    """Signs with the key of the moment."""

    def __init__(self, issuer: str, chaveiro: Chaveiro) -> None:
        self._issuer = issuer
        self._chaveiro = chaveiro

    async def issue(self, sub: str, **claims: Any) -> str:
        """A token for `pessoa:<id>` or `maquina:<id>`; `claims` are further fields of `Claims`."""
        await self._chaveiro.load()
        key = self._chaveiro.signing()
        now = int(time.time())
        told = Claims(
            iss=self._issuer,
            aud=AUDIENCE,
            sub=sub,
            iat=now,
            exp=now + SECONDS,
            jti=str(uuid4()),
            **claims,
        )
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": TYPE}
        return jwt.encode(header, msgspec.to_builtins(told), key, algorithms=[ALGORITHM])
