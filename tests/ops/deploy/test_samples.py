"""What HAProxy tells of a request."""

from __future__ import annotations

import socket
import time

import pytest

from fiscalxml_ops.deploy.samples import Amostras, measure, read_line
from ports import free_port


@pytest.mark.parametrize(
    ("line", "erro", "seconds"),
    [
        ("fx api verde 200 -- 12", False, 0.012),
        ("fx api verde 404 -- 3", False, 0.003),
        ("fx api verde 503 -- 3", True, 0.003),
        ("fx api verde 502 SH -1", True, None),  # closed before the head of the answer
        ("fx api verde 504 sH -1", True, None),
        ("fx api verde 503 SC -1", True, None),  # refused the connection
        ("fx api verde 200 SD 4", False, 0.004),  # a stream that the drain ended
        ("fx api verde 200 CD 4", False, 0.004),  # the user left
        ("fx api verde 400 CR -1", False, None),
    ],
)
def test_what_the_server_broke_is_an_error_and_what_the_user_broke_is_not(
    line: str, erro: bool, seconds: float | None
) -> None:
    found = read_line(line, 1.0)
    assert found is not None
    assert (found.papel, found.cor, found.erro, found.segundos) == ("api", "verde", erro, seconds)


@pytest.mark.parametrize("line", ["", "fx api <NOSRV> 503 SC -1", "Proxy api started.", "fx api"])
def test_what_names_no_server_is_nobodys(line: str) -> None:
    assert read_line(line, 1.0) is None


def test_the_p95_is_that_of_those_that_were_answered() -> None:
    pedidos = [read_line(f"fx api azul 200 -- {each}", 1.0) for each in range(1, 101)]
    refused = read_line("fx api azul 503 SC -1", 1.0)
    medida = measure([each for each in [*pedidos, refused] if each])
    assert (medida.pedidos, medida.erros, medida.p95) == (101, 1, 0.096)


def test_datagrams_are_counted_by_colour_and_by_time() -> None:
    porta = free_port()
    amostras = Amostras(porta)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for cor in ("azul", "azul", "verde"):
                sender.sendto(f"fx api {cor} 200 -- 7".encode(), ("127.0.0.1", porta))
        deadline = time.monotonic() + 10
        while amostras.medida("verde", 60).pedidos < 1:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert amostras.medida("azul", 60).pedidos == 2
        assert amostras.medida("azul", 0).pedidos == 0
    finally:
        amostras.close()
