"""The process that draws: `python -m fiscalxml.danfe.child`.

It reads orders (see `wire.py`) from its standard input until that ends, and answers each on its
standard output. Documents of strangers go through large libraries here, so it has little memory,
no network, and cannot write files or start programs.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import traceback
import warnings
from typing import BinaryIO

import msgspec

from fiscalxml.danfe.wire import Ordem, Resposta

MAX_MEMORY = 1 << 30
"""bytes of address space"""
_GRACE = 5  # seconds after its parent's limit in which it ends itself, should the parent be gone
_FORBIDDEN = (
    "socket.",
    "urllib.",
    "http.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
)


def main() -> None:
    answers = _own_output()
    _limit_resources()
    warnings.simplefilter("ignore")  # the libraries' own, on each document
    from fiscalxml.danfe.drawing import NaoDesenha, draw

    sys.addaudithook(_refuse)
    orders = msgspec.json.Decoder(Ordem)
    for line in sys.stdin.buffer:
        order = orders.decode(line)
        _end_after(order.timeout)
        try:
            pdf = draw(order.pedido)
        except Exception as error:  # noqa: BLE001  (a library's trouble is told to the parent)
            culpa = error.culpa if isinstance(error, NaoDesenha) else None
            _answer(answers, Resposta(erro=traceback.format_exc(), culpa=culpa))
        else:
            _answer(answers, Resposta(tamanho=len(pdf)), pdf)
        _end_after(None)


def _own_output() -> BinaryIO:
    """The pipe to the parent; whatever a library prints goes to standard error instead."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(pipe, "wb")


def _answer(pipe: BinaryIO, head: Resposta, body: bytes = b"") -> None:
    pipe.write(msgspec.json.encode(head) + b"\n")
    pipe.write(body)
    pipe.flush()


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, wanted in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(kind)
        limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(kind, (limit, limit))


def _end_after(seconds: float | None) -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(0 if seconds is None else math.ceil(seconds) + _GRACE)


def _refuse(event: str, _args: object) -> None:
    """An audit hook: it cannot be removed again, and sees what C code does, too."""
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


if __name__ == "__main__":
    main()
