"""Access tokens, verified by the keys that are kept; one that comes again costs microseconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.jose import header_of
from fiscalxml_server.kit.revocations import Revogacao, revocable
from fiscalxml_server.kit.tokens import LEEWAY, TYPE, Claims, TokenVerifier
from fiscalxml_server.kit.verifying.lembrados import Lembrados, key_of
from fiscalxml_server.kit.verifying.revogados import Revogados

_REMEMBERED: Final = 8192


class _Verificado(NamedTuple):
    kid: str
    claims: Claims
    ids: tuple[Revogacao, ...]
    sujeito: Sujeito | None


class Tokens:
    """Remembers those that were good, and looks again whether they still are."""

    def __init__(
        self,
        issuer: str,
        revogados: Revogados,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._revogados = revogados
        self._clock = clock
        self._verifier = TokenVerifier(issuer, lambda: revogados.keys, clock=clock)
        self._seen: Lembrados[_Verificado] = Lembrados(_REMEMBERED)

    async def verify(self, token: str) -> Sujeito | None:
        """None when the token is not good. Raises `Indisponivel` where that cannot be told."""
        key = key_of(token)
        known = self._seen.get(key)
        if known is None:
            known = await self._verify_first(token)
            if known is None:
                return None
            self._seen.put(key, known)
        dead = self._clock() >= known.claims.exp + LEEWAY
        if dead or self._revogados.refuses(known.kid, known.claims, known.ids):
            return None
        return known.sujeito

    async def _verify_first(self, token: str) -> _Verificado | None:
        header = header_of(token)
        if header is None or header.typ != TYPE:
            return None
        await self._revogados.ready()
        if not await self._revogados.signed_by(header.kid):
            return None
        claims = self._verifier.claims(token)
        if claims is None:
            return None
        return _Verificado(header.kid, claims, tuple(revocable(claims)), claims.subject())
