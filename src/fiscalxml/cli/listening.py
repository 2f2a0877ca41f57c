"""`webhooks listen`: what happens at the service is delivered to a receiver on this machine."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Final, Protocol
from uuid import UUID

from fiscalxml.cli.forwarding import Ausente, Receptor, Resposta
from fiscalxml.client import Cliente, ErroDoServico, FalhaDeRede, FalhaDoCliente
from fiscalxml.client.shapes import NotificacaoLida
from fiscalxml.webhooks import Signer

_PAUSES: Final = (0.5, 10.0)  # seconds: the first, and the longest, while the service is away
_RECEIVER_PAUSE: Final = 1.0
_AWAY: Final = frozenset({408, 429, 500, 502, 503, 504})


class Ouvinte(Protocol):
    """Who is told."""

    def delivered(self, lida: NotificacaoLida, resposta: Resposta) -> None: ...

    def receiver_away(self, why: str) -> None: ...

    def service_away(self, error: FalhaDoCliente) -> None: ...

    def service_back(self) -> None: ...

    def lost(self) -> None: ...


class Escuta:
    """Delivers one at a time, in order. The same id may come twice, after a break."""

    def __init__(self, cliente: Cliente, receptor: str, segredo: str, ouvinte: Ouvinte) -> None:
        """Of a client that tries nothing again: that is done here, and told."""
        self.segredo = segredo
        self._cliente = cliente
        self._receptor = Receptor(receptor)
        self._signer = Signer([segredo])
        self._ouvinte = ouvinte
        self._fluxo: UUID | None = None

    def run(self, tipos: Sequence[str]) -> None:
        """Until it is interrupted. Raises `FalhaDoCliente` for what waiting does not help."""
        lidas: list[UUID] = []
        pause = _PAUSES[0]
        try:
            while True:
                try:
                    found = self._read(tipos, lidas)
                except (FalhaDeRede, ErroDoServico) as error:
                    if self._is_gone(error):
                        self._fluxo, lidas = None, []
                        self._ouvinte.lost()
                        continue
                    if isinstance(error, ErroDoServico) and error.status not in _AWAY:
                        raise
                    self._ouvinte.service_away(error)
                    time.sleep(max(pause, getattr(error, "espera", None) or 0.0))
                    pause = min(pause * 2, _PAUSES[1])
                    continue
                self._ouvinte.service_back()
                lidas, pause = [], _PAUSES[0]
                for each in found:
                    self._deliver(each)
                    lidas.append(each.notificacao.id)
        finally:
            self._close()

    def _read(self, tipos: Sequence[str], lidas: Sequence[UUID]) -> list[NotificacaoLida]:
        if self._fluxo is None:
            self._fluxo = self._cliente.abrir_fluxo(tipos=tipos).id
        return self._cliente.ler_fluxo(self._fluxo, lidas=lidas)

    def _is_gone(self, error: FalhaDoCliente) -> bool:
        return (
            self._fluxo is not None
            and isinstance(error, ErroDoServico)
            and error.codigo == "nao_encontrado"
        )

    def _deliver(self, lida: NotificacaoLida) -> None:
        while True:
            id_ = str(lida.notificacao.id)
            headers = self._signer.headers(id_, int(time.time()), lida.corpo)
            try:
                resposta = self._receptor.post(lida.corpo, headers)
            except Ausente as error:
                self._ouvinte.receiver_away(str(error))
                time.sleep(_RECEIVER_PAUSE)
                continue
            self._ouvinte.delivered(lida, resposta)
            return

    def _close(self) -> None:
        """An open one would be closed by the service, later."""
        if self._fluxo is not None:
            with contextlib.suppress(FalhaDoCliente):
                self._cliente.fechar_fluxo(self._fluxo)
