"""The edge itself: who is believed, how long and how much, what is streamed, what is logged."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner

from fiscalxml_ops.cli import main
from fiscalxml_ops.edge.artefacts import artefacts
from fiscalxml_ops.logs.elasticsearch import types_of
from fiscalxml_ops.logs.fields import fits
from fiscalxml_ops.logs.streams import BORDA, EDGE
from services.servers.tls import HOST, new_authority

from .borda import NAME, RULES, Borda, program, running
from .conversa import exchange
from .fundo import FALLS, Fundo, listening

CHAVE = "35261112345678000195550010000001231000001234"
SLOW_SECONDS = 1


@pytest.fixture(scope="module")
def fundo() -> Iterator[Fundo]:
    with listening() as fundo:
        yield fundo


@pytest.fixture(scope="module")
def borda(fundo: Fundo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Borda]:
    """One that believes this machine, as it would a load balancer, and takes 203.0.113.0/24 for
    Cloudflare's."""
    with running(
        tmp_path_factory.mktemp("borda"),
        f"{HOST}:{fundo.port}",
        proxies=("127.0.0.1",),
        cloudflare=("203.0.113.0/24",),
        header_timeout=f"{SLOW_SECONDS}s",
        body_timeout=f"{SLOW_SECONDS}s",
        sign_ins_per_second=1,
        workers="1",
    ) as borda:
        yield borda


def received(borda: Borda, **headers: str) -> dict[str, str]:
    """The headers that come to what is behind."""
    with borda.client() as client:
        told: dict[str, str] = client.get("/v1/regras", headers=headers).json()["headers"]
    return told


@pytest.mark.parametrize(
    ("forwarded", "connecting", "known"),
    [
        pytest.param(
            "6.6.6.6, 198.51.100.7, 203.0.113.9", "198.51.100.7", "198.51.100.7", id="cloudflare"
        ),
        pytest.param("2001:db8::7, 203.0.113.9", "2001:db8::7", "2001:db8::7", id="IPv6"),
        # Of another zone: Cloudflare sees an address of its own, after what the Worker wrote.
        pytest.param(
            "6.6.6.6, 203.0.113.77, 203.0.113.9", "203.0.113.77", "203.0.113.77", id="worker"
        ),
        pytest.param("6.6.6.6, 198.51.100.7", "1.1.1.1", "198.51.100.7", id="past Cloudflare"),
        pytest.param("6.6.6.6, 203.0.113.9", "1.1.1.1, 2.2.2.2", "203.0.113.9", id="two"),
        pytest.param("6.6.6.6, 203.0.113.9", "", "203.0.113.9", id="none told"),
    ],
)
def test_a_caller_is_whom_cloudflare_saw_or_else_whom_the_load_balancer_saw(
    borda: Borda, forwarded: str, connecting: str, known: str
) -> None:
    told = received(borda, **{"X-Forwarded-For": forwarded, "CF-Connecting-IP": connecting})
    assert told["x-forwarded-for"] == known
    assert "cf-connecting-ip" not in told
    assert borda.line(told["x-request-id"])["client.ip"] == known


def test_what_a_caller_says_of_himself_is_not_passed_on(borda: Borda) -> None:
    lies = {
        "X-Real-IP": "1.1.1.1",
        "CF-Connecting-IP": "1.1.1.1",
        "True-Client-IP": "1.1.1.1",
        "Forwarded": "for=1.1.1.1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "X-Original-URL": "/interno/revogacoes",
        "X-HTTP-Method-Override": "DELETE",
        "Upgrade": "h2c",
    }
    told = received(borda, **lies)
    assert told["x-forwarded-proto"] == "https"
    assert not {name.lower() for name in lies} - {"x-forwarded-proto"} & told.keys()
    assert told["host"] == NAME


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("7f3c2a10-9d4e-4b7a-8c55-0123456789ab", True),
        ("pedido-2026.11:42", True),
        ("11222333000181", False),
        ("fx_live_abcdefgh", False),
        ("curto", False),
        ('a"b}{c$d12', False),
    ],
)
def test_a_requests_id_is_the_callers_where_it_is_plain_and_nobodys_number(
    borda: Borda, given: str, kept: bool
) -> None:
    told = received(borda, **{"X-Request-Id": given})["x-request-id"]
    assert (told == given) is kept
    assert kept or re.fullmatch("[0-9a-f]{32}", told)


def test_an_answer_of_the_edge_is_a_problem_with_the_requests_id(borda: Borda) -> None:
    with borda.client() as client:
        answer = client.get("/v1/regras", params={"texto": "' or 1=1 --"})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["codigo"] == "requisicao_bloqueada"
    assert told["requisicao"] == answer.headers["x-request-id"]
    assert answer.headers["server"] == "nginx", "no version is told"


def test_an_archive_passes_while_it_is_being_sent(borda: Borda, fundo: Fundo) -> None:
    """What is behind has the first piece before the caller sends the second."""

    def pieces() -> Iterator[bytes]:
        yield b"PK\x03\x04" + bytes(65536)
        assert fundo.begun.wait(10), "the edge keeps the body"
        yield bytes(65536)

    with borda.client() as client:
        headers = {"Content-Type": "application/zip"}
        answer = client.post("/v1/lotes", content=pieces(), headers=headers)
    assert answer.json() == {"bytes": 2 * 65536 + 4}
    assert not any((borda.folder / "corpo").rglob("*/*/*"))


def test_the_head_of_an_archives_request_is_looked_into_all_the_same(borda: Borda) -> None:
    with borda.client() as client:
        headers = {"Content-Type": "application/zip"}
        answer = client.post(
            "/v1/lotes", params={"nome": "1' OR 1=1 -- "}, content=b"PK\x03\x04", headers=headers
        )
    assert (answer.status_code, answer.json()["codigo"]) == (403, "requisicao_bloqueada")


def test_progress_arrives_as_it_is_told(borda: Borda, fundo: Fundo) -> None:
    with borda.client() as client, client.stream("GET", "/v1/lotes/1/progresso") as answer:
        events = answer.iter_lines()
        assert next(events) == "data: 1"
        fundo.go_on.set()
        assert "data: 2" in list(events)


def test_a_large_answer_is_kept_nowhere(borda: Borda) -> None:
    """libmodsecurity would gather it whole, access to answers or not."""
    size = 2000
    with borda.client() as client:
        client.get("/v1/exportacoes/1")
        before = memory(borda)
        with client.stream("GET", f"/v1/exportacoes/{size}") as answer:
            assert sum(map(len, answer.iter_bytes())) == size * 65536
    assert memory(borda) - before < 20 * 1024 * 1024


def memory(borda: Borda) -> int:
    """The most bytes that a worker of nginx has had."""
    statuses = (Path(f"/proc/{child}/status").read_text() for child in borda.workers())
    return max(int(re.findall(r"VmHWM:\s+(\d+)", told)[0]) * 1024 for told in statuses)


@pytest.mark.parametrize(
    "sent",
    [b"GET /v1/regras HTTP/1.1\r\nHost: x\r\nX-A: ", b"POST /v1/resumos HTTP/1.1\r\nHost: N\r\n"],
    ids=["head", "body"],
)
def test_who_sends_slowly_is_let_go(borda: Borda, sent: bytes) -> None:
    if sent.startswith(b"POST"):
        sent = sent.replace(b"N", NAME.encode()) + b"Content-Length: 100\r\n\r\n<NFe"
    began = time.monotonic()
    exchange(borda, sent)
    assert SLOW_SECONDS * 0.5 < time.monotonic() - began < 15


def test_sign_ins_beyond_the_rate_are_told_to_wait(borda: Borda) -> None:
    with borda.client() as client:
        answers = [client.post("/v1/sessoes", json={}) for _ in range(8)]
        told = next(answer for answer in answers if answer.status_code == 429)
        assert told.json()["codigo"] == "limite_de_requisicoes"
        assert told.headers["retry-after"] == "2"
        assert client.get("/v1/regras").status_code == 200


def test_tls_is_1_3_where_both_can_and_never_below_1_2(borda: Borda) -> None:
    assert version(borda) == "TLSv1.3"
    assert version(borda, most=ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.warns(match="TLSv1_1"), pytest.raises((ssl.SSLError, ConnectionError)):
        version(borda, most=ssl.TLSVersion.TLSv1_1)


def version(borda: Borda, most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> str | None:
    """What is agreed upon with a caller who can do `most`."""
    context = borda.context
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = min(most, ssl.TLSVersion.TLSv1_2)
    context.maximum_version = most
    with (
        socket.create_connection((HOST, borda.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as connection,
    ):
        return connection.version()


def test_a_line_of_the_log_tells_route_and_reason_and_nothing_of_a_document(borda: Borda) -> None:
    with borda.client() as client:
        told = client.get(f"/v1/documentos/{CHAVE}/danfe?em=12345678909").json()
        line = borda.line(told["headers"]["x-request-id"])
        refused = client.delete(f"/v1/documentos/{CHAVE}?em=' or 1=1 --").json()["requisicao"]
    assert line["url.path"] == "/v1/documentos/{chave}/danfe"
    assert (line["http.request.method"], line["http.response.status_code"]) == ("GET", 200)
    assert isinstance(line["event.duration"], int)
    assert line["service.name"] == EDGE  # by which shippers know where it goes
    assert line.keys() <= types_of(BORDA).keys()
    assert [name for name, value in line.items() if not fits(name, value)] == []
    reason = borda.line(refused)
    assert reason["fiscalxml.edge.reason"] == "sqli"
    assert reason["url.path"] == "/v1/documentos/{chave}"
    assert reason["http.request.method"] == "DELETE"
    written = "".join(path.read_text() for path in borda.folder.glob("*.log"))
    assert CHAVE not in written
    assert "12345678909" not in written
    assert "1=1" not in written


def test_where_what_is_behind_falls_the_answer_is_a_503_problem(borda: Borda) -> None:
    with borda.client() as client:
        answer = client.get(FALLS)
    assert (answer.status_code, answer.json()["codigo"]) == (503, "indisponivel")
    assert answer.headers["retry-after"]


def test_nginx_accepts_the_file_that_production_has(tmp_path: Path) -> None:
    """Its folders are the test's; all else is as it is written."""
    conf = artefacts()["infra/edge/nginx.conf"]
    new_authority(tmp_path, "borda")
    pem = tmp_path / "borda.servidor.pem"
    for place, here in (
        ("/etc/borda/tls/borda.pem", pem),
        ("/etc/borda/tls/borda.key", pem),
        ("/etc/borda/waf", RULES),
        ("/var/lib/borda", tmp_path),
        ("/run/borda", tmp_path),
        ("gateway:8000", "127.0.0.1:8000"),
    ):
        assert place in conf
        conf = conf.replace(place, str(here))
    (tmp_path / "nginx.conf").write_text(conf)
    told = subprocess.run(
        [program(), "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert "[warn]" not in told.stderr


def test_the_load_balancers_probe_has_a_port_that_answers_nothing_else(borda: Borda) -> None:
    base = f"http://{HOST}:{borda.health}"
    assert httpx2.get(f"{base}/borda/saude").status_code == 204
    assert httpx2.get(f"{base}/v1/regras").status_code == 404


def test_an_operator_has_the_files_made_for_his_own_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FISCALXML_MAX_DOCUMENT_BYTES", "300000")
    told = CliRunner().invoke(
        main,
        [
            *("borda", str(tmp_path), "--nome", "nf.empresa.com.br"),
            *("--gateway", "kong:8000", "--rede", "172.31.0.0/16", "--sem-cloudflare"),
        ],
    )
    assert told.exit_code == 0, told.output
    conf = (tmp_path / "nginx.conf").read_text()
    assert re.findall(r"set_real_ip_from (.+);", conf) == ["172.31.0.0/16"]
    assert "server kong:8000;" in conf
    assert r"nf\.empresa\.com\.br" in conf
    assert "SecRequestBodyLimit 465536\n" in (tmp_path / "waf" / "servico.conf").read_text()
