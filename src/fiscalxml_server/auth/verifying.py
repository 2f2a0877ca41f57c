"""Who asks the Auth Service itself: its tokens, verified by the keys and revocations it has."""

from __future__ import annotations

from fiscalxml_server.auth.tokens import revocations
from fiscalxml_server.auth.tokens.keyring import Chaveiro
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.jose import header_of
from fiscalxml_server.kit.tokens import Claims, TokenVerifier


class Verificador:
    """A `kit.auth.Verificador`, and the claims for what is a person's own."""

    def __init__(self, issuer: str, chaveiro: Chaveiro, banco: Banco) -> None:
        self._chaveiro = chaveiro
        self._banco = banco
        self._tokens = TokenVerifier(issuer, chaveiro.public)

    async def claims(self, credencial: str) -> Claims | None:
        """None when the token is not good; one that was revoked is so at once."""
        header = header_of(credencial)
        if header is None:
            return None
        await self._chaveiro.load(header.kid)
        claims = self._tokens.claims(credencial)
        if claims is None:
            return None
        async with self._banco.transacao() as conn:
            return None if await revocations.revoked(conn, claims) else claims

    async def verify(self, credencial: str) -> Sujeito | None:
        claims = await self.claims(credencial)
        return None if claims is None else claims.subject()
