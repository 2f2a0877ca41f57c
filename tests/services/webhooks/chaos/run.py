"""Receivers that fail in every way, processes that are killed, and a ledger that holds.

python -m services.webhooks.chaos.run --seconds 180 --documents 5000 --seed 7
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

from services.chaos.cargo import make_cargo
from services.chaos.disturbance import Perturbador
from services.chaos.run import command, send_all, told
from services.chaos.sender import Remetente
from services.chaos.system import SETTINGS, Sistema, start_system
from services.webhooks.authorities import Autoridade

from .behaviours import TIMEOUT
from .ledger import Razao, open_ones, undelivered
from .receivers import Receptores
from .stack import SECOND
from .subscriptions import Inscrito, everybody

_DELIVERERS: Final = ("entregador", SECOND)
_ROLES: Final = (
    *_DELIVERERS,
    *_DELIVERERS,
    "webhooks",
    "auth",
    "api",
    "worker",
    "relay",
    "valkey",
    "postgres",
)
_CHILDREN: Final = ("webhooks", "api", "worker", "postgres")
_STEPS: Final = (0.3, 0.6, *(1.0,) * 500)
"""seconds; so many that nothing is given up"""
_TOGGLE: Final = (0.5, 3.0)
_CALM_SECONDS: Final = 150.0
_LOOK: Final = 0.5


def run(seconds: float, documents: int, seed: int, *, verbose: bool = False) -> str:
    """As `services.chaos.run.run`, with subscribers."""
    carga = make_cargo(documents, seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        inscritos, trap = everybody(Autoridade(folder))
        receptores = [*(each.receptor for each in inscritos), trap]
        server = stack.enter_context(Receptores(receptores, seed))
        sistema = stack.enter_context(
            start_system(
                program="services.webhooks.chaos.stack",
                settings=_settings(folder, server.nameserver),
            )
        )
        webhooks = Remetente(sistema.base_webhooks, sistema.chave)
        for each in inscritos:
            each.subscribe(webhooks)
        remetente = Remetente(sistema.base, sistema.chave)
        perturbador = Perturbador(sistema, seed, seconds, _ROLES, _CHILDREN)
        operador = Operador(webhooks, [each for each in inscritos if each.toggled], seed)
        try:
            perturbador.start()
            operador.start()
            try:
                livro = send_all(carga, remetente, seconds)
            finally:
                perturbador.end()
                operador.end()
            server.calm()
            began = time.monotonic()
            for lote, _ in livro.lotes:
                remetente.ended(lote)
            _wait_for_deliveries(sistema, inscritos)
            calm = time.monotonic() - began
            size = Razao(sistema, inscritos, trap).check()
            errors = remetente.errors + webhooks.errors
            assert not errors, errors[:5]
            report = f"\n{told(sistema, perturbador, seed)}" if verbose else ""
        except AssertionError as failed:
            raise AssertionError(f"{failed}\n{told(sistema, perturbador, seed)}") from failed
    return (
        f"seed {seed}: {len(carga.documentos)} distinct documents, {len(inscritos)} subscriptions,"
        f" {size}, {len(perturbador.events)} disturbances, {operador.changes} pauses and"
        f" resumptions, done {calm:.1f} s after the last disturbance{report}"
    )


class Operador:
    """Pauses and resumes subscriptions, in a thread; in the end all are active."""

    def __init__(self, remetente: Remetente, inscritos: list[Inscrito], seed: int) -> None:
        self._remetente = remetente
        self._inscritos = inscritos
        self._rng = Random(seed)  # noqa: S311 - a test's choice of when
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.changes = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """No more of it."""
        self._ended.set()
        self._thread.join()
        self._all("retomar")

    def _work(self) -> None:
        actions = ("pausar", "retomar")
        while not self._ended.wait(self._rng.uniform(*_TOGGLE)):
            self._all(actions[self.changes % len(actions)])
            self.changes += 1

    def _all(self, action: str) -> None:
        for each in self._inscritos:
            answer = self._remetente.send(f"/v1/webhooks/{each.id}/{action}", b"", "text/plain")
            assert answer.status_code == 200, answer.text


def _settings(folder: Path, nameserver: str) -> dict[str, str]:
    return {
        **SETTINGS,
        "FISCALXML_WEBHOOKS_NAMESERVERS": f'["{nameserver}"]',
        "FISCALXML_WEBHOOKS_CA_FILE": str(folder / "ca.pem"),
        "FISCALXML_WEBHOOKS_SCHEDULE_SECONDS": str(list(_STEPS)),
        "FISCALXML_WEBHOOKS_TIMEOUT_SECONDS": str(TIMEOUT),
        "FISCALXML_WEBHOOKS_BREAKER_SECONDS": "0.5",
        "FISCALXML_WEBHOOKS_BREAKER_LONGEST_SECONDS": "2",
    }


def _wait_for_deliveries(sistema: Sistema, inscritos: list[Inscrito]) -> None:
    deadline = time.monotonic() + _CALM_SECONDS
    while left := undelivered(sistema, inscritos):
        if time.monotonic() > deadline:
            raise AssertionError(f"{left} are never delivered: {open_ones(sistema, inscritos)}")
        time.sleep(_LOOK)


if __name__ == "__main__":
    sys.exit(command(run, __doc__, "chaos-webhooks", 5000))
