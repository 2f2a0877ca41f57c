"""A client as real ones are: it sends again, under the same Idempotency-Key, until it is answered.

What it was told is kept, for it is what the service is held to.
"""

from __future__ import annotations

import time
from typing import Any, Final
from uuid import uuid4

import httpx2

_TIMEOUT: Final = 6.0
_PAUSE: Final = 0.3
_PATIENCE: Final = 180.0
_ENDED: Final = ("concluido", "concluida", "falhou")
_AGAIN: Final = (429, 500, 502, 503, 504)


class Remetente:
    """Requests to one service, from any thread."""

    def __init__(self, base: str, chave: str, connections: int = 0) -> None:
        """`connections` are kept; none where they may end in a process that was stopped."""
        self._client = httpx2.Client(
            base_url=base,
            headers={"Authorization": f"Bearer {chave}"},
            timeout=_TIMEOUT,
            trust_env=False,
            limits=httpx2.Limits(max_keepalive_connections=connections),
        )
        self.again = 0
        """how often something was sent once more"""
        self.errors: list[str] = []
        """answers that no client should get: 500"""

    def send(self, path: str, content: bytes, media_type: str) -> httpx2.Response:
        """The first answer that is one."""
        headers = {"Content-Type": media_type, "Idempotency-Key": str(uuid4())}
        return self._request("POST", path, headers, content)

    def get(self, path: str) -> httpx2.Response:
        """As `send`."""
        return self._request("GET", path, {}, None)

    def json(self, path: str) -> Any:
        """What stands at a path that exists."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def conclude(self, archive: bytes, query: str = "") -> dict[str, Any]:
        """Send a lote, and give it when it has ended."""
        sent = self.send(f"/v1/lotes{query}", archive, "application/zip")
        assert sent.status_code == 202, sent.text
        return self.ended(sent.json()["id"])

    def ended(self, lote: str) -> dict[str, Any]:
        """A lote, once it has ended."""
        return self.followed(f"/v1/lotes/{lote}")

    def followed(self, path: str) -> dict[str, Any]:
        """What stands at a path and goes on, once it has ended."""
        deadline = time.monotonic() + _PATIENCE
        while (found := self.json(path))["situacao"] not in _ENDED:
            assert time.monotonic() < deadline, f"it does not end: {found}"
            time.sleep(_PAUSE)
        return dict(found)

    def _request(
        self, method: str, path: str, headers: dict[str, str], content: bytes | None
    ) -> httpx2.Response:
        deadline = time.monotonic() + _PATIENCE
        told = ""
        while time.monotonic() < deadline:
            try:
                answer = self._client.request(method, path, headers=headers, content=content)
            except httpx2.TransportError as error:
                told = repr(error)
            else:
                if answer.status_code not in _AGAIN:
                    return answer
                told = answer.text
                if answer.status_code == 500:
                    self.errors.append(f"{method} {path}: {told}")
            self.again += 1
            time.sleep(_PAUSE)
        raise AssertionError(f"{method} {path} was never answered: {told}")
