"""Rounds without end, each at its time, until the process is told to end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Final

from fiscalxml.client import Cliente
from fiscalxml.client.errors import FalhaDoCliente
from fiscalxml_ops.canary.certificates import expiry
from fiscalxml_ops.canary.metrics import certificates, rounds
from fiscalxml_ops.canary.receiver import Receptor
from fiscalxml_ops.canary.rounds import OK, Volta, go_round
from fiscalxml_ops.canary.subscription import subscribed

_LOG = logging.getLogger(__name__)
_CERTIFICATES_SECONDS: Final = 3600.0
ASSINAR: Final = "assinar"
"""the step before all others: without a subscription there is no round"""


@dataclass(frozen=True, kw_only=True)
class Plano:
    """`receptor`: where the service reaches the receiver. Seconds: between the starts of two
    rounds, and for what a round waits for. `enderecos`: whose certificates are looked at."""

    receptor: str
    intervalo: float
    prazo: float
    enderecos: Mapping[str, str]


def run(
    cliente: Cliente,
    receptor: Receptor,
    plano: Plano,
    ended: Event,
    tell: Callable[[Volta], None],
) -> None:
    """Until `ended`. While the service is away, each turn is a round that failed."""
    rounds.at(OK)  # there from the start: a first success counts as an increase
    while not ended.is_set():
        try:
            with subscribed(cliente, receptor, plano.receptor):
                _go_on(cliente, receptor, plano, ended, tell)
        except FalhaDoCliente as error:
            rounds.at(ASSINAR).inc()
            tell(Volta(falhou=ASSINAR, motivo=str(error)))
            ended.wait(plano.intervalo)


def _go_on(
    cliente: Cliente,
    receptor: Receptor,
    plano: Plano,
    ended: Event,
    tell: Callable[[Volta], None],
) -> None:
    looked = float("-inf")
    while not ended.is_set():
        began = time.monotonic()
        if began - looked >= _CERTIFICATES_SECONDS:
            look_at_certificates(plano.enderecos)
            looked = began
        volta = go_round(cliente, receptor, plano.prazo)
        tell(volta)
        ended.wait(max(0.0, plano.intervalo - (time.monotonic() - began)))
        if volta.falhou == "webhook":
            return  # somebody may have paused or removed it: another is made


def look_at_certificates(enderecos: Mapping[str, str]) -> None:
    """What cannot be reached stays as it was last seen."""
    for servico, url in enderecos.items():
        try:
            ends = expiry(url)
        except (OSError, ValueError) as error:
            _LOG.warning("certificate not seen", extra={"error_type": type(error).__name__})
        else:
            if ends is not None:
                certificates.at(servico).set(ends)
