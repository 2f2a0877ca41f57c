"""The signing keys that a process works with: made when none is there, known to all processes."""

from __future__ import annotations

import time
from typing import Final

from joserfc.jwk import ECKey, KeySet

from fiscalxml_server.auth.tokens import keys, rotation
from fiscalxml_server.auth.tokens.keys import Chave
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.secrets import Segredos
from fiscalxml_server.kit.verifying.leitura import Leitura

_FRESH_SECONDS: Final = 2.0
"""that a key which was removed may still be used by another process"""


class Chaveiro:
    """The signing keys, read again and again; `load` before anything else."""

    def __init__(self, banco: Banco, segredos: Segredos) -> None:
        self._banco = banco
        self._segredos = segredos
        self._chaves: list[Chave] = []
        self._publicas = KeySet([])
        self._until = 0.0
        self._unknown = Leitura(self._read)

    async def load(self, kid: str | None = None) -> None:
        """Read the keys, unless that was done a moment ago; make one where none signs now.

        `kid`: one that may be newer than that moment. Who invents names of keys has them read no
        more often than one caller, and waits by himself.

        While the database is away, those that were read last are good. Raises `Indisponivel`
        where there are none.
        """
        if kid is not None and all(chave.kid != kid for chave in self._chaves):
            await self._unknown.again()
        elif time.monotonic() >= self._until:
            await self._read()

    async def _read(self) -> None:
        try:
            async with self._banco.transacao() as conn:
                chaves = await keys.read(conn, self._segredos)
                if not any(chave.signs() for chave in chaves):
                    chaves = await rotation.begin(conn, self._segredos)
        except Indisponivel:
            if not any(chave.signs() for chave in self._chaves):
                raise
        else:
            self._chaves = chaves
            self._publicas = KeySet([chave.key for chave in chaves])
        self._until = time.monotonic() + _FRESH_SECONDS

    def signing(self) -> ECKey:
        """The key that signs now: of those that may, the newest."""
        may = (chave for chave in self._chaves if chave.signs())
        return max(may, key=lambda chave: chave.assina_de).key

    def public(self) -> KeySet:
        """All keys whose tokens may still live, and those that will sign."""
        return self._publicas
