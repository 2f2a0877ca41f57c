"""Loopback ports for servers of this machine."""

from __future__ import annotations

import secrets
import socket
from typing import Final

_PORTS: Final = range(24_000, 32_000)
"""below those that the common systems give to clients: between the question and the server's start,
none of them gets one"""


def free_port(together: int = 1) -> int:
    """One that nothing has, nor the ones after it, `together` of them in all."""
    while True:
        port = _PORTS.start + secrets.randbelow(len(_PORTS) - together)
        if all(is_free(port + after) for after in range(together)):
            return port


def is_free(port: int) -> bool:
    """Whether a server could start on it now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
