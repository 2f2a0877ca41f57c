"""A version is replaced under load, twice: by one that is well, and by one that is not.

    python -m ops.deploy.drill [--segundos 8] [--so-a-boa]

Nothing that a user asked for may fail, and nothing that was accepted may be lost or done twice.
Exit code 1, and the reason, where something was.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Final

from fiscalxml_ops.deploy.colours import Cor
from fiscalxml_ops.deploy.decision import Limites
from fiscalxml_ops.deploy.local import Local
from fiscalxml_ops.deploy.operating import finish, switch
from fiscalxml_ops.deploy.state import Versao
from fiscalxml_ops.deploy.switching import Fase, Plano, Relato
from fiscalxml_server.stack.roles import Contexto, Montagem, Tabela, service_roles
from services.chaos.ledger import Conferencia
from services.chaos.sender import Remetente
from services.webhooks.chaos import behaviours
from services.webhooks.chaos.ledger import Razao, undelivered
from services.webhooks.chaos.receivers import Receptor, Receptores
from services.webhooks.chaos.subscriptions import Inscrito

from .failing import MADE_UP
from .place import Lugar, started
from .sending import Remessa
from .users import Usuarios

_WITHIN: Final = 15.0
"""seconds, of a rollback: the goal"""
_CALM_SECONDS: Final = 300.0
_SEED: Final = 11


class Ensaio:
    """Versions that come, by a plan of short steps, and what is expected of each."""

    def __init__(self, lugar: Lugar, segundos: float) -> None:
        self.lugar = lugar
        self._segundos = segundos
        self._began = time.monotonic()

    def tell(self, text: str) -> None:
        """At once."""
        print(f"{time.monotonic() - self._began:6.1f} s  {text}", flush=True)

    @property
    def plano(self) -> Plano:
        """Short steps; times of a shared machine are no fault of a version."""
        limites = Limites(p95=2.0, piora=5.0, pedidos_minimos=15)
        return Plano(
            segundos=self._segundos,
            quente=2 * self._segundos,
            paciencia=2 * self._segundos,
            dreno=3,
            limites=limites,
        )

    def good(self, versao: str) -> Relato:
        """It must come to its end."""
        relato = switch(self.lugar.local, Versao(versao), self.plano, self.tell)
        assert relato.revertida is None, relato.revertida
        finish(self.lugar.local, self.plano.dreno, self._phase(relato))
        return relato

    def bad(self, versao: str, montagem: Montagem, wanted: str) -> Relato:
        """It must be taken back, for this reason, and soon."""
        relato = switch(self.lugar.failing(montagem), Versao(versao), self.plano, self.tell)
        assert relato.revertida is not None, f"{versao} was let through"
        assert wanted in relato.revertida, relato.revertida
        assert relato.reversao is not None
        assert relato.reversao < _WITHIN, relato.reversao
        return relato

    def _phase(self, relato: Relato) -> Fase:
        def phase(name: str) -> AbstractContextManager[None]:
            return relato.timed(name, self.tell)

        return phase


def around(factory: str) -> Montagem:
    """The service's roles, with another application in the place of the API."""

    def montagem(contexto: Contexto) -> Tabela:
        tabela = service_roles(contexto)
        papeis = tuple(
            replace(papel, argv=[_swapped(word, factory) for word in papel.argv])
            for papel in tabela.papeis
        )
        return replace(tabela, papeis=papeis)

    return montagem


def _swapped(word: str, factory: str) -> str:
    return (
        f"ops.deploy.failing:{factory}" if word == "fiscalxml_server.api.app:create_app" else word
    )


class _Seguinte(Local):
    """Its version brings migrations of its own."""

    def expandir(self, cor: Cor) -> None:
        self.run_module(cor, "ops.deploy.expansion")


def run(segundos: float, *, bad: bool) -> list[str]:
    """What was seen. Raises AssertionError."""
    receptor = Receptor("rapido", behaviours.good)
    with Receptores([receptor], _SEED), started("1.0.0") as lugar:
        ensaio = Ensaio(lugar, segundos)
        ensaio.tell("1.0.0 está no ar")
        inscrito = Inscrito(receptor)
        inscrito.subscribe(Remetente(lugar.base_webhooks, lugar.chave))
        remessa = Remessa(lugar, _SEED)
        usuarios = Usuarios(lugar, remessa, por_segundo=12)
        with usuarios, remessa.going_on(usuarios.follow):
            local = lugar.local
            lugar.local = _Seguinte(**vars(local))
            relatos = {"boa": ensaio.good("1.1.0")}
            failures = usuarios.conta.falhas + remessa.failures
            assert not failures, failures[:10]
            lugar.local = Local(**vars(local))
            if bad:
                relatos["com erros"] = ensaio.bad("1.2.0", around("failing"), "erros em")
                relatos["lenta"] = ensaio.bad("1.2.1", around("slow"), "p95 de")
        ensaio.tell("todos foram embora")
        check(lugar, usuarios, remessa, inscrito)
        return [*_seen(usuarios, remessa, receptor), *_phases(relatos)]


def check(lugar: Lugar, usuarios: Usuarios, remessa: Remessa, inscrito: Inscrito) -> None:
    """Nothing failed, nothing is lost, nothing was done twice. Raises AssertionError."""
    _, failures = told_apart(usuarios, remessa)
    assert not failures, "\n".join([f"{len(failures)} requests failed", *failures[:10]])
    for lote, _ in remessa.livro.lotes:
        remessa.remetente.ended(lote)
    deadline = time.monotonic() + _CALM_SECONDS
    while left := undelivered(lugar, [inscrito]):
        assert time.monotonic() < deadline, f"{left} are never delivered"
        time.sleep(0.5)
    Conferencia(lugar, remessa.sent(), remessa.livro).check()
    Razao(lugar, [inscrito], Receptor("ninguem", behaviours.good)).check()
    again = lugar.rows("SELECT tipo, tentativas, erro FROM jobs WHERE tentativas > 1")
    assert not again, f"{len(again)} jobs were begun again: {again[:3]}"


def told_apart(usuarios: Usuarios, remessa: Remessa) -> tuple[list[str], list[str]]:
    """Failures that the bad version made up, which users see until it is taken back; others."""
    all_of_them = usuarios.conta.falhas + remessa.failures
    made_up = [each for each in all_of_them if MADE_UP.decode() in each]
    return made_up, [each for each in all_of_them if each not in made_up]


def _seen(usuarios: Usuarios, remessa: Remessa, receptor: Receptor) -> list[str]:
    conta = usuarios.conta
    made_up, _ = told_apart(usuarios, remessa)
    asked = ", ".join(f"{count} {what}" for what, count in sorted(conta.pedidos.items()))
    carga = remessa.sent()
    return [
        f"requests: {asked}; p95 of validations {1000 * conta.p95():.0f} ms",
        f"0 failed, but for {len(made_up)} that the bad version made up before it was taken back",
        f"{len(carga.lotes)} lotes with {carga.arquivos} files and {len(carga.avulsos)} single"
        f" documents ({len(carga.documentos)} distinct): each one outcome, 0 lost, 0 begun again",
        f"{len(receptor.bodies)} webhooks delivered; {conta.retomadas} streams of events were cut"
        " and taken up where they were",
    ]


def _phases(relatos: Mapping[str, Relato]) -> Iterator[str]:
    for name, relato in relatos.items():
        yield f"{name}: " + ", ".join(f"{fase} {seconds:.1f} s" for fase, seconds in relato.fases)
        if relato.reversao is not None and relato.deteccao is not None:
            yield (
                f"{name}: noticed {relato.deteccao:.1f} s after its first request, blue had all"
                f" again {relato.reversao:.2f} s later ({relato.revertida})"
            )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segundos", type=float, default=8, help="of each step")
    parser.add_argument("--so-a-boa", action="store_true", help="no version that is not well")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended even then
    try:
        print("\n".join(run(options.segundos, bad=not options.so_a_boa)))
    except AssertionError as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
