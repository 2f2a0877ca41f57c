"""The little of HTTP that the supervisor needs of the API it started."""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

_SECONDS = 30
_DIRECT = build_opener(ProxyHandler({}))


class Cliente:
    """Requests to one base address. A proxy of the environment is not for the loopback."""

    def __init__(self, base: str, key: str) -> None:
        self.base = base
        self._headers = {"Authorization": f"Bearer {key}"}

    def ready(self) -> bool:
        """Whether `/pronto` answers 200."""
        try:
            with _open(Request(f"{self.base}/pronto"), seconds=5) as response:  # noqa: S310
                return bool(response.status == 200)
        # Who asks a port of the loopback where nobody listens yet may meet himself there.
        except (OSError, HTTPException):
            return False

    def get(self, path: str) -> Any:
        """The JSON of an answer. Raises OSError, also for 4xx and 5xx."""
        request = Request(f"{self.base}{path}", headers=self._headers)  # noqa: S310
        with _open(request) as response:
            return json.load(response)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Any:
        """As `get`."""
        request = Request(  # noqa: S310
            f"{self.base}{path}", data=body, headers=self._headers | headers
        )
        with _open(request) as response:
            return json.load(response)


def problem(error: OSError) -> str:
    """What an answer says of itself, or the error."""
    if isinstance(error, HTTPError):
        try:
            return f"{error.code}: {json.load(error)['detail']}"
        except (ValueError, LookupError, TypeError, OSError):
            return f"HTTP {error.code}"
    return str(error)


def _open(request: Request, seconds: float = _SECONDS) -> Any:
    return _DIRECT.open(request, timeout=seconds)
