"""What tests ask of an answer."""

from __future__ import annotations

from typing import Any

import httpx2


def problem(response: httpx2.Response, status: int, codigo: str) -> dict[str, Any]:
    """The members of a problem, which must be this one and whole."""
    assert (response.status_code, response.json().get("codigo")) == (status, codigo)
    assert response.headers["content-type"] == "application/problem+json"
    members: dict[str, Any] = response.json()
    assert members["type"] == f"/problemas/{codigo}"
    assert members["status"] == status
    assert members["title"]
    assert members["detail"]
    return members
