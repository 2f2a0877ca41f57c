"""One round: what a user does, and how long it takes.

validar: a document is judged at once. enviar: the same in a lote is accepted. processar: a worker
stores it as a valid one. webhook: the lote's end is told, and the signature is right.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from fiscalxml.client import Cliente, Lote
from fiscalxml.client.errors import FalhaDoCliente
from fiscalxml_ops.canary.document import fresh_note
from fiscalxml_ops.canary.metrics import last_success, rounds, steps
from fiscalxml_ops.canary.receiver import Receptor

OK: Final = "ok"
ALL: Final = "all"

T = TypeVar("T")


@dataclass
class Volta:
    """`segundos`: of each step that was done. `falhou`: the step that was not, empty where all
    went well; `motivo`: why, for people."""

    segundos: dict[str, float] = field(default_factory=dict)
    falhou: str = ""
    motivo: str = ""

    def step(self, name: str, do: Callable[[], T]) -> T:
        """Do it; what it raises says which step failed."""
        began = time.monotonic()
        self.falhou = name
        result = do()
        self.falhou = ""
        self.segundos[name] = time.monotonic() - began
        return result


class _Desacordo(Exception):
    """The service answered, and not what it should."""


def go_round(cliente: Cliente, receptor: Receptor, prazo: float) -> Volta:
    """A round, counted. `prazo`: seconds for the lote, and for its webhook."""
    volta, began = Volta(), time.monotonic()
    try:
        _walk(volta, cliente, receptor, prazo)
    except (FalhaDoCliente, _Desacordo) as error:
        volta.motivo = str(error)
    rounds.at(volta.falhou or OK).inc()
    if not volta.falhou:
        volta.segundos[ALL] = time.monotonic() - began
        for name, seconds in volta.segundos.items():
            steps.at(name).observe(seconds)
        last_success.set_to_current_time()
    return volta


def _walk(volta: Volta, cliente: Cliente, receptor: Receptor, prazo: float) -> None:
    nota = fresh_note()

    def validate() -> None:
        report = cliente.validar(nota.xml)
        if report.veredito != "valido":
            raise _Desacordo(f"o veredito de uma nota válida foi {report.veredito}")

    def process() -> None:
        ended = cliente.esperar(lote.id, prazo=prazo)
        if ended.situacao != "concluido" or ended.contagens.aceito != 1:
            raise _Desacordo(f"o lote terminou em {ended.situacao}, sem a nota entre os aceitos")

    def hear() -> None:
        if receptor.wait(str(lote.id), prazo) is None:
            raise _Desacordo(f"o webhook não chegou em {prazo:g} s")

    volta.step("validar", validate)
    lote: Lote = volta.step("enviar", lambda: cliente.enviar_documentos({nota.nome: nota.xml}))
    volta.step("processar", process)
    volta.step("webhook", hear)
