"""The process that draws, as seen from here: started when first needed, ended when it is late."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec
from typing import IO, Final, Self

import msgspec

from fiscalxml.danfe.refusals import (
    AnexoInvalido,
    ExtraAusente,
    FalhaDoRenderizador,
    NaoCabe,
    TempoEsgotado,
)
from fiscalxml.danfe.wire import MAX_HEAD, Ordem, Pedido, Resposta

TIMEOUT: Final = 120.0
"""seconds; see decision 9 for what documents take"""

_LIBRARY: Final = "brazilfiscalreport"
_COMMAND: Final = (sys.executable, "-P", "-X", "utf8", "-m", "fiscalxml.danfe.child")
_NEEDED: Final = ("SYSTEMROOT", "TMP", "TEMP") if sys.platform == "win32" else ()
_decode = msgspec.json.Decoder(Resposta).decode


class Renderizador:
    """Draws one document after another in a process of its own; not for several threads at once.

    The process is kept, since starting it takes longer than drawing a short document. Use it in a
    `with`, or `close` it; any thread may do that, which ends what is being drawn.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def draw(self, pedido: Pedido, *, timeout: float = TIMEOUT) -> bytes:
        """The PDF, within `timeout` seconds.

        Raises `ExtraAusente`, `TempoEsgotado`, `FalhaDoRenderizador`; `NaoCabe`; `AnexoInvalido`
        for the logo.
        """
        child = self._started()
        limit = _Limit(child, timeout)
        try:
            pdf = self._exchange(child, Ordem(pedido, timeout))
        except BaseException as error:
            late = limit.cancel()
            self._discard()
            if late and isinstance(error, FalhaDoRenderizador):
                raise TempoEsgotado(timeout) from None
            raise
        if limit.cancel():
            self._discard()
        return pdf

    def close(self) -> None:
        """End the process at once, for good: it holds nothing that needs closing."""
        with self._lock:
            self._closed = True
        self._discard()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise FalhaDoRenderizador("o renderizador foi fechado")
            if self._child is None:
                self._child = _start()
            return self._child

    def _discard(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        if child is None:
            return
        _kill(child)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was never written
                    pipe.close()

    def _exchange(self, child: subprocess.Popen[bytes], ordem: Ordem) -> bytes:
        assert child.stdin is not None  # noqa: S101 - both are pipes
        assert child.stdout is not None  # noqa: S101
        try:
            child.stdin.write(msgspec.json.encode(ordem) + b"\n")
            child.stdin.flush()
            return _answer(child.stdout)
        except (OSError, EOFError, msgspec.DecodeError) as error:
            raise FalhaDoRenderizador(f"o processo terminou: {error!r}") from error


class _Limit:
    """Kills a process that has not answered in time."""

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self._child = child
        self._late = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> bool:
        """Whether the time had run out."""
        self._timer.cancel()
        self._timer.join()
        return self._late

    def _end(self) -> None:
        self._late = True
        _kill(self._child)


def check_extra() -> None:
    """Raises `ExtraAusente` where the library is not installed."""
    if find_spec(_LIBRARY) is None:
        raise ExtraAusente


def _start() -> subprocess.Popen[bytes]:
    check_extra()
    return subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    """Nothing of ours but where modules are found, wherever this process got that from."""
    kept = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _kill(child: subprocess.Popen[bytes]) -> None:
    """The child and whatever it may have started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def _answer(pipe: IO[bytes]) -> bytes:
    head = pipe.readline(MAX_HEAD)
    if not head:
        raise EOFError("sem resposta")
    resposta = _decode(head)
    if resposta.culpa == "logo":
        raise AnexoInvalido("A imagem do logotipo não pôde ser lida.")
    if resposta.culpa == "tamanho":
        raise NaoCabe
    if resposta.erro is not None:
        raise FalhaDoRenderizador(resposta.erro)
    pdf = pipe.read(resposta.tamanho)
    if len(pdf) != resposta.tamanho:
        raise EOFError("resposta incompleta")
    return pdf
