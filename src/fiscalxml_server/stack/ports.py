"""Loopback ports for servers of this machine."""

from __future__ import annotations

import errno
import secrets
import socket
from typing import Final

_PORTS: Final = range(24_000, 30_000)
"""below those that the common systems give to clients, unless told otherwise: no connection of
somebody else takes one before the server starts"""


def free_port(together: int = 1) -> int:
    """The first of `together` ports in a row that nothing has. Raises OSError."""
    firsts = _PORTS[: len(_PORTS) - together + 1]
    for first in secrets.SystemRandom().sample(firsts, len(firsts)):
        if is_free(first, together):
            return first
    raise OSError(errno.EADDRINUSE, f"no free port from {_PORTS.start} to {_PORTS.stop}")


def is_free(first: int, together: int = 1) -> bool:
    """Whether servers could start now on `together` ports in a row."""
    try:
        for port in range(first, first + together):
            check(port)
    except OSError:
        return False
    return True


def check(port: int) -> None:
    """Raises OSError, which says why, when no server could start on it now."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind(("127.0.0.1", port))
