"""Ports for the servers that tests start.

Asking the system for any port gives one of those that it also gives to clients: between the
question and the server's start, some connection may get it. These are never a client's.
"""

from __future__ import annotations

import itertools
import os
import re
import secrets
from collections.abc import Iterator

from fiscalxml_server.stack.ports import is_free
from fiscalxml_server.stack.roles import PORTAS

_PORTS = range(14_000, 20_000)
"""below the clients' ports of every common system, open to browsers, and not of
`servers/seaweed.py`"""
_SLICES = 16
"""processes of one run of tests that never get the same port"""


def free_port() -> int:
    """A loopback port that nothing listens on, and neither on the next two; each only once."""
    return next(port for port in _candidates if is_free(port, PORTAS))


def _own_ports() -> Iterator[int]:
    """Every third port of this process's slice, for ever, from a place found by chance."""
    worker = re.search(r"\d+", os.environ.get("PYTEST_XDIST_WORKER", "0"))
    number = int(worker.group()) if worker else 0
    own = _PORTS[PORTAS * (number % _SLICES) :: PORTAS * _SLICES]
    return itertools.islice(itertools.cycle(own), secrets.randbelow(len(own)), None)


_candidates = _own_ports()
