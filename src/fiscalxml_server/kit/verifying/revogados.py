"""What the Auth Service last told: the keys of tokens, and what it has revoked; read again every
two seconds."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import UUID

from joserfc.jwk import ECKey, KeySet

from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.revocations import Revogacao, Revogacoes
from fiscalxml_server.kit.tokens import Claims
from fiscalxml_server.kit.verifying.leitura import Leitura

POLL_SECONDS: Final = 2.0
_LOG = logging.getLogger(__name__)


class Revogados:
    """Asked for each credential. While the Auth Service is away, what it last said holds: a token
    lives for minutes, and one that is revoked meanwhile does so, too."""

    def __init__(
        self,
        read: Callable[[], Awaitable[Revogacoes]],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell = read
        self._clock = clock
        self._reading = Leitura(self._hear)
        self._ids: frozenset[Revogacao] = frozenset()
        self._epocas: dict[UUID, int] = {}
        self._raised: dict[UUID, float] = {}
        self._chaves: Sequence[object] = ()
        self._kids: frozenset[str] = frozenset()
        self.keys = KeySet([])
        """those that verify tokens"""
        self._heard = False

    async def follow(self) -> None:
        """Hear of what is revoked, for ever."""
        away = False
        while True:
            try:
                await self._reading.again()
                away = False
            except Exception as error:  # noqa: BLE001 - whatever it was, it must go on
                if not away:
                    kind = type(error.__cause__ or error).__name__
                    _LOG.error("revocations not read", extra={"error_type": kind})
                away = True
            await asyncio.sleep(POLL_SECONDS)

    async def ready(self) -> None:
        """Nothing may be accepted before the first word. Raises `Indisponivel`."""
        if not self._heard:
            await self._reading.again()

    async def signed_by(self, kid: str) -> bool:
        """Whether tokens of this key are good. Raises `Indisponivel`.

        One that is not known may be newer than the last word.
        """
        if kid not in self._kids:
            await self._reading.again()
        return kid in self._kids

    def refuses(self, kid: str, claims: Claims, ids: tuple[Revogacao, ...]) -> bool:
        """Whether a token, `revocable` by these, is not good any more."""
        if kid not in self._kids or not self._ids.isdisjoint(ids):
            return True
        return claims.org is not None and claims.epoca < self._epocas.get(claims.org, 0)

    def refuses_key(self, sujeito: Sujeito) -> bool:
        """Whether the API key of a subject is revoked."""
        tipo, _, id_ = sujeito.ator.partition(":")
        return Revogacao(tipo, id_) in self._ids

    def raised_after(self, organizacao: UUID, moment: float) -> bool:
        """Whether what was known of the organisation at `moment` (monotonic) is out of date."""
        return self._raised.get(organizacao, float("-inf")) >= moment

    async def _hear(self) -> None:
        told = await self._tell()
        now = self._clock()
        epocas = {each.organizacao: each.epoca for each in told.epocas}
        before = self._epocas
        raised = {each: now for each in epocas if epocas[each] > before.get(each, 0)}
        still = {each: at for each, at in self._raised.items() if each in epocas}
        self._raised = still | raised
        self._epocas = epocas
        self._ids = frozenset(told.revogacoes)
        if told.chaves != self._chaves:
            self.keys = KeySet([ECKey.import_key(each) for each in told.chaves])
            self._kids = frozenset(str(key.kid) for key in self.keys)
            self._chaves = told.chaves
        self._heard = True
