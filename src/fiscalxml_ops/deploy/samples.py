"""What came of each request, as HAProxy tells it: a datagram for each, told apart by colour."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter, deque
from typing import Final, NamedTuple

from fiscalxml_ops.deploy.decision import Medida

LOG_FORMAT: Final = "fx %b %s %ST %ts %Tr"
"""role, colour, status, how it ended, milliseconds to the head of the answer"""
_KEPT_SECONDS: Final = 900.0
_SERVER_ERROR: Final = 500
_AT_SERVER: Final = "S"
"""ended by the server: refused, broken off, late"""
_LATE: Final = "s"
_HEADER: Final = "H"


class Pedido(NamedTuple):
    """One request; `segundos` is None where no answer came."""

    quando: float
    papel: str
    cor: str
    erro: bool
    segundos: float | None


def read_line(line: str, quando: float) -> Pedido | None:
    """None for what is no line of ours, or names no server."""
    fields = line.split()
    if len(fields) != 6 or fields[0] != "fx" or fields[2].startswith("<"):
        return None
    _, papel, cor, status, ended, milliseconds = fields
    # A stream that the drain ended has had its answer; before the head there was none.
    broken = ended[0] in (_AT_SERVER, _LATE) and ended[1] != "D"
    erro = broken or int(status) >= _SERVER_ERROR
    seconds = int(milliseconds) / 1000
    return Pedido(quando, papel, cor, erro, seconds if seconds >= 0 else None)


def measure(pedidos: list[Pedido]) -> Medida:
    """Of these requests."""
    times = sorted(each.segundos for each in pedidos if each.segundos is not None)
    p95 = times[min(len(times) - 1, int(0.95 * len(times)))] if times else None
    return Medida(len(pedidos), sum(each.erro for each in pedidos), p95)


class Amostras:
    """Receives on a loopback port, in a thread, until closed."""

    def __init__(self, porta: int) -> None:
        """Raises OSError where the port is taken."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        self._socket.bind(("127.0.0.1", porta))
        self._socket.settimeout(0.2)
        self._pedidos: deque[Pedido] = deque()
        self._totals: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._receive, name="amostras", daemon=True)
        self._thread.start()

    def medida(self, cor: str, segundos: float) -> Medida:
        """Of the requests of a colour that ended in the last so many seconds."""
        return measure(self.pedidos(cor, segundos))

    def pedidos(self, cor: str, segundos: float) -> list[Pedido]:
        """Those."""
        since = time.monotonic() - segundos
        with self._lock:
            return [each for each in self._pedidos if each.cor == cor and each.quando >= since]

    def total(self, cor: str) -> int:
        """Requests of a colour since this began, however long ago."""
        with self._lock:
            return self._totals[cor]

    def close(self) -> None:
        """No more of it."""
        self._ended.set()
        self._thread.join()
        self._socket.close()

    def _receive(self) -> None:
        while not self._ended.is_set():
            try:
                line = self._socket.recv(2048).decode("ascii", "replace")
            except TimeoutError:
                continue
            now = time.monotonic()
            pedido = read_line(line, now)
            with self._lock:
                if pedido is not None:
                    self._pedidos.append(pedido)
                    self._totals[pedido.cor] += 1
                while self._pedidos and self._pedidos[0].quando < now - _KEPT_SECONDS:
                    self._pedidos.popleft()
