"""Nothing lost, nothing twice: a system that is disturbed while it is used.

python -m services.chaos.run --seconds 300 --documents 10000 --seed 7
"""

from __future__ import annotations

import argparse
import secrets
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from .cargo import Carga, make_cargo, zip_of
from .disturbance import Perturbador
from .ledger import Conferencia, Livro
from .sender import Remetente
from .system import Sistema, start_system

_SENDERS: Final = 6


def run(seconds: float, documents: int, seed: int, *, verbose: bool = False) -> str:
    """Send `documents` in about `seconds` of disturbance, and hold the service to its answers.

    Gives a summary; `verbose`: with all that happened. Raises AssertionError, which tells that
    as well.
    """
    carga = make_cargo(documents, seed)
    with start_system() as sistema:
        remetente = Remetente(sistema.base, sistema.chave)
        perturbador = Perturbador(sistema, seed, seconds)
        try:
            perturbador.start()
            try:
                livro = send_all(carga, remetente, seconds)
            finally:
                perturbador.end()
            began = time.monotonic()
            for lote, _ in livro.lotes:
                remetente.ended(lote)
            calm = time.monotonic() - began
            Conferencia(sistema, carga, livro).check()
            assert not remetente.errors, remetente.errors[:5]
            report = f"\n{told(sistema, perturbador, seed)}" if verbose else ""
        except AssertionError as failed:
            raise AssertionError(f"{failed}\n{told(sistema, perturbador, seed)}") from failed
    return (
        f"seed {seed}: {len(carga.lotes)} lotes with {carga.arquivos} files and"
        f" {len(carga.avulsos)} single documents ({len(carga.documentos)} distinct),"
        f" {len(perturbador.events)} disturbances, {remetente.again} requests sent again,"
        f" done {calm:.1f} s after the last disturbance{report}"
    )


def send_all(carga: Carga, remetente: Remetente, seconds: float) -> Livro:
    """Each at its moment, so that something comes in all the time; returns when all is answered."""
    livro, lock, began = Livro(), threading.Lock(), time.monotonic()

    def at(place: int, of: int) -> None:
        time.sleep(max(0.0, began + seconds * place / of - time.monotonic()))

    def lote(place: int) -> None:
        at(place, len(carga.lotes))
        arquivos = carga.lotes[place]
        answer = remetente.send("/v1/lotes", zip_of(arquivos), "application/zip")
        assert answer.status_code == 202, answer.text
        with lock:
            livro.lotes.append((answer.json()["id"], arquivos))

    def single(place: int) -> None:
        at(place, len(carga.avulsos))
        documento = carga.avulsos[place]
        answer = remetente.send("/v1/documentos", documento.xml, "application/xml")
        assert answer.status_code in (200, 201), answer.text
        with lock:
            livro.avulsos.append((documento, answer.status_code, answer.json()))

    with ThreadPoolExecutor(_SENDERS) as some, ThreadPoolExecutor(_SENDERS) as others:
        sent = [some.submit(lote, place) for place in range(len(carga.lotes))]
        sent += [others.submit(single, place) for place in range(len(carga.avulsos))]
        for each in sent:
            each.result()
    return livro


def told(sistema: Sistema, perturbador: Perturbador, seed: int) -> str:
    """What happened, for who must find out why."""
    logs = "\n".join(
        f"--- {log.name}\n" + "\n".join(_telling(log.read_text(errors="replace").splitlines()))
        for log in sorted(sistema.logs.glob("*.log"))
    )
    events = "\n".join(perturbador.events)
    return f"SEED={seed}\n{events}\n{sistema.console()}\n{logs}"


def _telling(lines: list[str]) -> list[str]:
    """The last, and before them those of faults of ours."""
    return [line for line in lines[:-15] if "unhandled exception" in line] + lines[-15:]


def command(run: Callable[..., str], description: str | None, name: str, documents: int) -> int:
    """Exit code 1 when something was lost, or came twice."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--documents", type=int, default=documents)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    print(f"SEED={options.seed}", flush=True)
    try:
        print(run(**vars(options)))
    except AssertionError as failed:
        report = Path(f"{name}-{options.seed}.log")
        report.write_text(str(failed))
        print(f"{failed}\n(kept in {report})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(command(run, __doc__, "chaos", 10_000))
