"""Who asks the Auth Service itself: its tokens, verified by the keys that it has."""

from __future__ import annotations

from fiscalxml_server.auth.tokens.keyring import Chaveiro
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.tokens import Claims, TokenVerifier


class Verificador:
    """A `kit.auth.Verificador`, and the claims for what is a person's own."""

    def __init__(self, issuer: str, chaveiro: Chaveiro) -> None:
        self._chaveiro = chaveiro
        self._tokens = TokenVerifier(issuer, chaveiro.public)

    async def claims(self, credencial: str) -> Claims | None:
        """None when the token is not good."""
        await self._chaveiro.load()
        return self._tokens.claims(credencial)

    async def verify(self, credencial: str) -> Sujeito | None:
        claims = await self.claims(credencial)
        return None if claims is None else claims.subject()
