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
    """One that nothing has, nor the ones after it, `together` of them in all. Raises OSError."""
    firsts = _PORTS[: len(_PORTS) - together + 1]
    for first in secrets.SystemRandom().sample(firsts, len(firsts)):
        if all(map(is_free, range(first, first + together))):
            return first
    raise OSError(errno.EADDRINUSE, f"no free port from {_PORTS.start} to {_PORTS.stop}")


def is_free(port: int) -> bool:
    """Whether a server could start on it now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
