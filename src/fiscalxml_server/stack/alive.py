"""`python -m fiscalxml_server.stack.alive [PORT]`: whether the role of this container is alive.

What answers requests is asked for `/saude`; what does not, for its `/metrics`, which its main
process serves. The role is that of `FISCALXML_DATABASE_ROLE`. Exits with 0 or 1. Only the standard
library is imported: this runs every few seconds.
"""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final

_WEB: Final = ("api", "auth", "webhooks")
_PORTA: Final = 8000
_HOST: Final = "localhost"  # a name that the certificates of the services have, too
_SECONDS: Final = 3.0


def alive(environ: Mapping[str, str], porta: int = _PORTA) -> bool:
    """Raises KeyError or ValueError where the environment does not say what to ask."""
    papel = environ["FISCALXML_DATABASE_ROLE"].removeprefix("fiscalxml_")
    if papel not in _WEB:
        return _answers(
            HTTPConnection("127.0.0.1", _metrics(environ), timeout=_SECONDS), "/metrics"
        )
    if not environ.get("FISCALXML_TLS_CERTIFICATE_FILE"):
        return _answers(HTTPConnection(_HOST, porta, timeout=_SECONDS), "/saude")
    context = ssl.create_default_context(cafile=environ.get("FISCALXML_CA_FILE"))
    return _answers(HTTPSConnection(_HOST, porta, timeout=_SECONDS, context=context), "/saude")


def _metrics(environ: Mapping[str, str]) -> int:
    return int(environ["FISCALXML_METRICS_PORT"])


def _answers(connection: HTTPConnection, path: str) -> bool:
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if alive(os.environ, *map(int, sys.argv[1:])) else 1)
