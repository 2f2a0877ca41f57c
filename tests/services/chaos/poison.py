"""`fiscalxml up` whose workers are killed, stopped or bloated by marked entries.

A library that crashes on some document cannot be had on demand, so its place is taken here: the
functions that judge an entry and a stored document, and the one that opens an archive, are wrapped
in the worker's process. All else is the service as it is.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NoReturn

from factory.documents import build
from fiscalxml.archives import iter_archive
from fiscalxml.validate import judge_all
from fiscalxml_server.api.documentos.intake import read
from fiscalxml_server.api.lotes import opening, processing
from fiscalxml_server.api.revalidacoes import judging
from fiscalxml_server.stack.roles import Contexto, Tabela, service_roles
from fiscalxml_server.stack.system import Opcoes, up
from fiscalxml_server.worker.app import app as app  # what Celery looks for

_CHUNK: Final = 16 * 1024 * 1024


def entry(kind: str) -> bytes:
    """A file that does to the worker what `kind` says; see `_KINDS`."""
    return f"<veneno>{kind}</veneno>".encode()


def stored_note(kind: str, number: int) -> bytes:
    """A note that is stored as any other; who judges it again is struck."""
    return build("nfe", changes={"ide/nNF": str(number), "ide/natOp": f"VENENO {kind}"})


def archive_name(kind: str) -> str:
    """Name of a lote whose archive does that to the worker."""
    return f"veneno-{kind}"


def _crash() -> NoReturn:
    os.abort()


def _loop() -> NoReturn:
    while True:
        pass


def _loop_in_c() -> NoReturn:
    """Holds the interpreter's lock, and hears no signal that can be ignored."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        ctypes.PyDLL(None).sleep(1000)


def _eat_memory() -> NoReturn:
    eaten = []
    while True:
        eaten.append(bytes(_CHUNK))


_KINDS: Final[dict[str, Callable[[], NoReturn]]] = {
    "cai": _crash,
    "para": _loop,
    "para-em-c": _loop_in_c,
    "incha": _eat_memory,
}
KINDS: Final = tuple(_KINDS)


def _poisoned_read(own: Callable[..., Any]) -> Callable[..., Any]:
    def judged(data: bytes, **options: Any) -> Any:
        for kind, strike in _KINDS.items():
            if data == entry(kind):
                strike()
        return own(data, **options)

    return judged


def _poisoned_judge(own: Callable[..., Any]) -> Callable[..., Any]:
    def judged(data: bytes, **options: Any) -> Any:
        for kind, strike in _KINDS.items():
            if f"<natOp>VENENO {kind}</natOp>".encode() in data:
                strike()
        return own(data, **options)

    return judged


def _poisoned_archive(own: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def opened(file: Any, nome: str, *arguments: Any) -> Iterator[Any]:
        found = own(file, nome, *arguments)
        for kind, strike in _KINDS.items():
            if nome == archive_name(kind):
                return _struck(found, strike)
        return found

    return opened


def _struck(found: Iterator[Any], strike: Callable[[], NoReturn]) -> Iterator[Any]:
    """After its first file, on the thread that reads it."""
    yield next(found)
    strike()


def _with_poison(contexto: Contexto) -> Tabela:
    """The service's roles, with this module as the application of its workers."""
    tabela = service_roles(contexto)
    own = [
        replace(
            papel,
            argv=[arg.replace("fiscalxml_server.worker.app", __spec__.name) for arg in papel.argv],
        )
        for papel in tabela.papeis
    ]
    return replace(tabela, papeis=tuple(own))


if __name__ == "__main__":
    folder, porta = sys.argv[1:]
    workers = len(_KINDS)  # each may be waited for at the same time
    opcoes = Opcoes(dados=Path(folder), porta=int(porta), workers=workers, amostra=False)
    sys.exit(up(opcoes, _with_poison))
else:
    setattr(processing, "read", _poisoned_read(read))  # noqa: B010
    setattr(judging, "judge_all", _poisoned_judge(judge_all))  # noqa: B010
    setattr(opening, "iter_archive", _poisoned_archive(iter_archive))  # noqa: B010
