"""Hostile bytes on every door: an answer each time, never a 5xx, and the service goes on."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import httpx2
import pytest

from .answers import problem
from .conftest import MAX_DOCUMENT
from .running import CHAVE

DOORS = ["/v1/validacoes", "/v1/resumos", "/v1/resumos?formato=tags"]


@pytest.fixture(autouse=True)
def _goes_on(caller: httpx2.Client) -> Iterator[None]:
    yield
    assert caller.get("/saude").status_code == 200


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    "data",
    [
        b"<a>" * 100_000,
        b"<a>" * 200 + b"</a>" * 200,
        b"<a" + b" b='1'" * 100_000 + b"/>",
        b"<a>" + b"<b/>" * 300_000 + b"</a>",
        b"<a b='" + b"x" * (MAX_DOCUMENT - 100) + b"'/>",
        b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></a>',
        b"\xff\xfe<\0a\0/\0>\0",
        b"\0" * 100_000,
        b"<?xml version='1.0' encoding='UTF-7'?><a/>",
        b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>",
        b"<?xml version='1.0' encoding='\xff'?><a/>",
        b"<a>\xed\xa0\x80</a>",
        b"<NFe xmlns='http://www.portalfiscal.inf.br/nfe'>" * 100,
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"{}",
    ],
    ids=lambda data: data[:24].decode("latin-1"),
)
def test_whatever_the_bytes_are_the_answer_is_a_report_or_a_problem(
    caller: httpx2.Client, path: str, data: bytes
) -> None:
    response = caller.post(path, content=data)
    if path == "/v1/validacoes":
        assert response.status_code == 200
        assert "passwd:" not in response.text
        assert "root:" not in response.text
    else:
        problem(response, 422, "sem_resumo")


@pytest.mark.parametrize(
    "query",
    [
        "%00",
        "a=%00",
        "em=%00",
        "%",
        "%zz=1",
        "&&&",
        "=",
        "em=%F0%9F",
        "a" * 5000,
        "&".join("ab" * 500),
    ],
)
@pytest.mark.parametrize("path", ["/v1/validacoes", "/v1/regras", "/saude"])
def test_odd_query_strings_are_answered(caller: httpx2.Client, path: str, query: str) -> None:
    method = "POST" if path == "/v1/validacoes" else "GET"
    assert _raw_status(caller, f"{method} {path}?{query} HTTP/1.1") in (200, 422)


@pytest.mark.parametrize(
    ("head", "statuses"),
    [
        ("GET /saude HTTP/1.1\r\nX: " + "a" * 10_000, {200, 431}),
        ("GET /saude HTTP/1.1\r\n" + "\r\n".join(f"X-{n}: a" for n in range(90)), {200, 431}),
        ("GET /saude HTTP/1.1\r\nX-Y: \xe9\xff", {200, 400}),
        ("GET /saude HTTP/1.1\r\nContent-Length: -1", {400}),
        ("GET /saude HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2", {400}),
        ("GET /saude HTTP/9.9", {400, 505, None}),
        ("GET /v1/regras/%00%ff HTTP/1.1", {404}),
        ("GET /v1/../saude HTTP/1.1", {404}),
        ("GET http://outro/saude HTTP/1.1", {200, 400}),
        ("GET * HTTP/1.1", {400, 404}),
        ("\0\1\2", {400, None}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_odd_requests_are_answered_or_closed(
    caller: httpx2.Client, head: str, statuses: set[int | None]
) -> None:
    assert _raw_status(caller, head) in statuses


@pytest.mark.parametrize(
    "value", ["Bearer ", "Bearer \xff\xfe", f"Bearer {CHAVE} x", "\t", "Bearer\t"]
)
def test_an_odd_credential_is_401(anonymous: httpx2.Client, value: str) -> None:
    head = f"GET /v1/regras HTTP/1.1\r\nAuthorization: {value}"
    assert _raw_status(anonymous, head) == 401


def test_two_credentials_in_one_request_are_401(anonymous: httpx2.Client) -> None:
    line = f"\r\nAuthorization: Bearer {CHAVE}"
    assert _raw_status(anonymous, f"GET /v1/regras HTTP/1.1{line}") == 200
    assert _raw_status(anonymous, f"GET /v1/regras HTTP/1.1{line}{line}") == 401


def test_a_caller_who_leaves_in_the_middle_of_a_body_leaves_no_trace(
    anonymous: httpx2.Client,
) -> None:
    head = (
        f"POST /v1/validacoes HTTP/1.1\r\nHost: x\r\nX-API-Key: {CHAVE}\r\n"
        "Content-Length: 1000\r\n\r\n<a/>"
    )
    with _connection(anonymous) as sock:
        sock.sendall(head.encode())
    assert anonymous.get("/saude").status_code == 200


def test_a_caller_who_asks_before_sending_is_refused_without_sending(
    anonymous: httpx2.Client,
) -> None:
    head = (
        "POST /v1/validacoes HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
        "Content-Length: 9000000\r\n\r\n"
    )
    with _connection(anonymous) as sock:
        sock.sendall(head.encode())
        answer = _read(sock)
    assert answer.startswith(b"HTTP/1.1 401")
    assert b"nao_autenticado" in answer


def test_bytes_after_the_announced_length_are_not_of_the_document(
    anonymous: httpx2.Client,
) -> None:
    head = (
        f"POST /v1/validacoes HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: {CHAVE}\r\n"
        "Content-Length: 4\r\n\r\n<a/><b/><c/>"
    )
    with _connection(anonymous) as sock:
        sock.sendall(head.encode())
        answer = _read(sock)
    assert b'"bytes":4' in answer


def test_a_chunked_body_that_is_broken_is_refused_or_closed(anonymous: httpx2.Client) -> None:
    head = (
        f"POST /v1/validacoes HTTP/1.1\r\nHost: x\r\nX-API-Key: {CHAVE}\r\n"
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n<a/>\r\n0\r\n\r\n"
    )
    with _connection(anonymous) as sock:
        sock.sendall(head.encode())
        answer = _read(sock)
    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))


def test_a_head_without_end_is_not_read_to_the_end(anonymous: httpx2.Client) -> None:
    head = b"GET /saude HTTP/1.1\r\n" + b"X: a\r\n" * 5_000_000
    with _connection(anonymous) as sock, pytest.raises(ConnectionError):
        sock.sendall(head)


def _connection(client: httpx2.Client) -> socket.socket:
    url = client.base_url
    return socket.create_connection((url.host, url.port), timeout=10)


def _read(sock: socket.socket) -> bytes:
    parts = []
    try:
        while part := sock.recv(65536):
            parts.append(part)
    except (ConnectionResetError, TimeoutError):
        pass
    return b"".join(parts)


def _raw_status(client: httpx2.Client, head: str) -> int | None:
    """The status of a request written by hand; None where the server only closes."""
    known = (
        f"Authorization: {client.headers['authorization']}\r\n"
        if "authorization" in client.headers
        else ""
    )
    with _connection(client) as sock:
        body = "Content-Length: 4\r\n\r\n<a/>" if head.startswith("POST") else "\r\n"
        text = f"{head}\r\nHost: x\r\nConnection: close\r\n{known}{body}"
        sock.sendall(text.encode("latin-1"))
        found = re.match(rb"HTTP/1\.[01] (\d{3})", _read(sock))
    return int(found[1]) if found else None
