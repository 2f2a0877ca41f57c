"""A request without a query takes a shorter way through the service, to the same answer."""

from __future__ import annotations

import httpx2
import pytest
from fastapi.routing import APIRoute

from fiscalxml_server.api.app import ROUTERS, create_app
from fiscalxml_server.kit.settings import Settings

from .running import CHAVE

KEY = {"X-API-Key": CHAVE}


@pytest.mark.parametrize(
    ("path", "default"), [("/v1/validacoes", "perfil=auto"), ("/v1/resumos", "formato=campos")]
)
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (KEY, None),
        (KEY, b""),
        (KEY, b"lixo"),
        (KEY, b"PK\x03\x04"),
        (KEY | {"Content-Type": "a/b"}, b"<a/>"),
        (KEY | {"Content-Encoding": "gzip"}, b"<a/>"),
        ({}, b"<a/>"),
        ({"X-API-Key": "fx_dev_ler"}, b"<a/>"),
    ],
    ids=["note", "empty", "garbage", "archive", "type", "gzip", "no key", "no scope"],
)
def test_both_ways_give_the_same_answer(
    anonymous: httpx2.Client,
    nota: bytes,
    path: str,
    default: str,
    headers: dict[str, str],
    body: bytes | None,
) -> None:
    content = nota if body is None else body
    headers = headers | {"X-Request-Id": "both-ways"}
    short = anonymous.post(path, content=content, headers=headers)
    long = anonymous.post(f"{path}?{default}", content=content, headers=headers)
    assert short.status_code == long.status_code
    other = {name for name, value in short.headers.items() if long.headers.get(name) != value}
    assert other <= {"date", "ratelimit"}
    assert short.headers.keys() == long.headers.keys()
    if path == "/v1/validacoes" and body == b"lixo":
        # Judged now: the instants may differ by a second.
        assert short.json()["achados"] == long.json()["achados"]
    else:
        assert short.content == long.content


def test_the_routes_of_all_routers_stand_in_one_list_in_their_order() -> None:
    app = create_app(Settings.model_construct())
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    assert routes[: sum(len(each.routes) for each in ROUTERS)] == [
        route for router in ROUTERS for route in router.routes
    ]
