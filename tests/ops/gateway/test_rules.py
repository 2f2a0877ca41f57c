"""The rules at run time: nginx on the gateway's own code, before a service that records."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fiscalxml_ops.cloudflare.origin import PROXIES
from fiscalxml_ops.gateway.installation import Limites
from fiscalxml_server.kit.api_keys import new_key
from fiscalxml_server.kit.http.body import largest_body
from fiscalxml_server.kit.settings import Settings

from .entrance import HOSTS, ORIGEM, Entrada, Resposta, entrance, installation
from .recorder import Gravador, recorder

TOKEN = ".".join(("Y2FiZWNhbGhv", "Y29ycG8", "YXNzaW5hdHVyYQ"))
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(scope="module")
def gravador() -> Iterator[Gravador]:
    with recorder() as server:
        yield server


@pytest.fixture(scope="module")
def entrada(gravador: Gravador, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entrada]:
    alvos = dict.fromkeys(HOSTS, gravador.porta)
    with entrance(tmp_path_factory.mktemp("nginx"), installation(alvos)) as found:
        yield found


@pytest.fixture
def chave() -> str:
    return new_key(teste=False)


def problem(answer: Resposta, status: int, codigo: str) -> None:
    """It is one, as the services write them."""
    assert answer.status == status, answer
    assert answer.cabecalhos["content-type"] == "application/problem+json"
    assert answer.cabecalhos["cache-control"] == "no-store"
    assert answer.cabecalhos["x-content-type-options"] == "nosniff"
    assert len(answer.cabecalhos["x-request-id"]) >= 8
    assert (answer.json["status"], answer.json["codigo"]) == (status, codigo)
    assert {"type", "title", "detail"} <= answer.json.keys()


def test_a_key_passes_in_either_header(entrada: Entrada, gravador: Gravador, chave: str) -> None:
    for headers in ({"x_api_key": chave}, {"authorization": f"Bearer {chave}"}):
        assert entrada.ask("GET", "/v1/lotes?limite=2", **headers).status == 200
        assert gravador.ultimo.caminho == "/v1/lotes?limite=2"
        assert gravador.ultimo.cabecalhos["host"] == HOSTS["api"]


def test_what_is_no_credential_of_ours_reaches_no_service(
    entrada: Entrada, gravador: Gravador, chave: str
) -> None:
    wrong = chave[:-1] + ("a" if chave[-1] != "a" else "b")
    before = len(gravador.pedidos)
    for headers in (
        {},
        {"x_api_key": wrong},
        {"x_api_key": chave[:-1]},
        {"authorization": f"Bearer {wrong}"},
        {"authorization": f"Basic {chave}"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer nada"},
        {"authorization": f"Bearer {chave}", "x_api_key": chave},
        {"x_api_key": "a." * 5000},
    ):
        answer = entrada.ask("GET", "/v1/lotes", **headers)
        problem(answer, 401, "nao_autenticado")
        assert answer.cabecalhos["www-authenticate"].startswith('Bearer realm="fiscalxml"')
    assert len(gravador.pedidos) == before


def test_a_token_passes_to_the_service_that_verifies_it(
    entrada: Entrada, gravador: Gravador
) -> None:
    assert entrada.ask("GET", "/v1/lotes", authorization=f"bearer  {TOKEN}").status == 200
    assert gravador.ultimo.cabecalhos["authorization"].endswith(TOKEN)


def test_open_operations_ask_for_nothing(entrada: Entrada) -> None:
    assert entrada.ask("POST", "/v1/sessoes", servico="auth", corpo=b"{}").status == 200
    assert entrada.ask("GET", "/problemas/nao_encontrado").status == 200


@pytest.mark.parametrize(
    ("servico", "caminho"),
    [
        ("api", "/v1/nada"),
        ("api", "/interno/revogacoes"),
        ("auth", "/interno/introspeccao"),
        ("auth", "/v1/../interno/introspeccao"),
        ("auth", "//interno/introspeccao"),
        ("api", "/metrics"),
        ("api", "/docs"),
        ("api", "/openapi.json"),
        ("api", "/"),
        ("api", "/v1/lotes/"),
        ("api", "/V1/lotes"),
        ("api", "/v1/membros"),
        ("outro.exemplo", "/v1/lotes"),
    ],
)
def test_what_is_nobodys_is_not_found(
    entrada: Entrada, gravador: Gravador, chave: str, servico: str, caminho: str
) -> None:
    before = len(gravador.pedidos)
    for metodo in ("GET", "POST"):
        problem(
            entrada.ask(metodo, caminho, servico=servico, x_api_key=chave), 404, "nao_encontrado"
        )
    assert len(gravador.pedidos) == before


def test_another_method_is_told_those_that_there_are(entrada: Entrada, chave: str) -> None:
    answer = entrada.ask("DELETE", "/v1/lotes", x_api_key=chave)
    problem(answer, 405, "metodo_nao_permitido")
    assert answer.cabecalhos["allow"] == "GET, HEAD, OPTIONS, POST"
    asked = entrada.ask("OPTIONS", "/v1/lotes/x", x_api_key=chave)
    assert (asked.status, asked.cabecalhos["allow"]) == (204, "GET, HEAD, OPTIONS")


def test_a_body_that_says_it_is_too_long_is_not_waited_for(
    entrada: Entrada, gravador: Gravador, chave: str
) -> None:
    settings = Settings.model_construct()
    before = len(gravador.pedidos)
    for caminho, cap, limite in (
        ("/v1/validacoes", largest_body(settings.max_document_bytes), settings.max_document_bytes),
        ("/v1/exportacoes", 64 * 1024, 64 * 1024),
        ("/v1/lotes", settings.max_upload_bytes, settings.max_upload_bytes),
    ):
        connection = entrada.connect()
        connection.putrequest("POST", caminho, skip_host=True)
        for name, value in (("Host", HOSTS["api"]), ("X-API-Key", chave)):
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(cap + 1))
        connection.endheaders()
        raw = connection.getresponse()
        headers = {name.lower(): value for name, value in raw.getheaders()}
        answer = Resposta(raw.status, headers, raw.read())
        connection.close()
        problem(answer, 413, "corpo_grande_demais")
        assert answer.json["limite"] == limite
    assert len(gravador.pedidos) == before
    answer = entrada.ask("POST", "/v1/exportacoes", corpo=b" " * 64 * 1024, x_api_key=chave)
    assert (answer.status, gravador.ultimo.recebidos) == (200, 64 * 1024)


def test_nobody_can_pretend_to_be_behind_the_gateway(
    entrada: Entrada, gravador: Gravador, chave: str
) -> None:
    entrada.ask(
        "GET",
        "/v1/lotes",
        x_api_key=chave,
        x_forwarded_for="198.51.100.7",
        x_forwarded_host="outro.exemplo",
        x_original_url="/interno/introspeccao",
        x_consumer_username="dono",
        x_real_ip="10.0.0.1",
        forwarded="for=10.0.0.1",
    )
    reached = gravador.ultimo.cabecalhos
    assert reached["x-forwarded-for"] == "198.51.100.7, 127.0.0.1"
    assert reached["x-forwarded-proto"] == "http"
    assert not reached.keys() & {
        *("x-forwarded-host", "x-original-url", "x-consumer-username", "x-real-ip", "forwarded")
    }


def test_a_request_has_one_id_and_one_trace_all_the_way(
    entrada: Entrada, gravador: Gravador, chave: str
) -> None:
    given = "pedido-7f3a"
    answer = entrada.ask("GET", "/v1/lotes", x_api_key=chave, x_request_id=given, traceparent=TRACE)
    assert gravador.ultimo.cabecalhos["x-request-id"] == given
    assert answer.cabecalhos["x-request-id"] == given
    assert gravador.ultimo.cabecalhos["traceparent"] == TRACE
    for refused in ("123.456.789-01", chave, "a b", "x" * 65):
        answer = entrada.ask("GET", "/v1/lotes", x_api_key=chave, x_request_id=refused)
        own = gravador.ultimo.cabecalhos["x-request-id"]
        assert own == answer.cabecalhos["x-request-id"] != refused
        assert len(own) == 32
    assert entrada.ask("GET", "/v1/nada", x_request_id=given).cabecalhos["x-request-id"] == given


def test_a_browser_may_ask_from_a_known_page_only(
    entrada: Entrada, gravador: Gravador, chave: str
) -> None:
    before = len(gravador.pedidos)
    asked = {"access_control_request_method": "POST"}
    answer = entrada.ask("OPTIONS", "/v1/validacoes", origin=ORIGEM, **asked)
    assert answer.status == 200
    assert answer.cabecalhos["access-control-allow-origin"] == ORIGEM
    assert "POST" in answer.cabecalhos["access-control-allow-methods"]
    assert "X-API-Key" in answer.cabecalhos["access-control-allow-headers"]
    strange = entrada.ask("OPTIONS", "/v1/validacoes", origin="https://outra.exemplo", **asked)
    assert "access-control-allow-origin" not in strange.cabecalhos
    assert len(gravador.pedidos) == before
    got = entrada.ask("GET", "/v1/lotes", origin=ORIGEM, x_api_key=chave)
    assert got.cabecalhos["access-control-allow-origin"] == ORIGEM
    assert "RateLimit" in got.cabecalhos["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in got.cabecalhos


def test_events_arrive_as_they_are_sent(entrada: Entrada, gravador: Gravador, chave: str) -> None:
    gravador.segue.clear()
    connection = entrada.connect()
    headers = {"Host": HOSTS["api"], "X-API-Key": chave}
    connection.request("GET", "/v1/lotes/um/progresso", headers=headers)
    answer = connection.getresponse()
    assert answer.readline() == b"id: 1\n"  # the second is not even made yet
    gravador.segue.set()
    assert b"id: 2" in answer.read()
    connection.close()


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
def test_an_upload_passes_as_it_comes(
    entrada: Entrada, gravador: Gravador, chave: str, announced: bool
) -> None:
    piece, pieces = secrets.token_bytes(1024 * 1024), 50
    connection = entrada.connect()
    connection.putrequest("POST", "/v1/lotes", skip_host=True)
    for name, value in (("Host", HOSTS["api"]), ("X-API-Key", chave)):
        connection.putheader(name, value)
    size = ("Content-Length", str(len(piece) * pieces))
    connection.putheader(*(size if announced else ("Transfer-Encoding", "chunked")))
    known = len(gravador.pedidos)
    connection.endheaders()

    def send(data: bytes) -> None:
        connection.send(data if announced else b"%x\r\n%s\r\n" % (len(data), data))

    send(piece)
    deadline = time.monotonic() + 20
    while len(gravador.pedidos) == known or not gravador.ultimo.recebidos:
        assert time.monotonic() < deadline  # the service reads what came: most is not sent yet
        time.sleep(0.01)
    assert gravador.ultimo.recebidos <= len(piece)
    for _ in range(pieces - 1):
        send(piece)
    if not announced:
        connection.send(b"0\r\n\r\n")
    assert connection.getresponse().status == 200
    assert gravador.ultimo.recebidos == len(piece) * pieces
    connection.close()


def test_what_a_service_says_of_itself_is_left_as_it_is(
    entrada: Entrada, gravador: Gravador, chave: str
) -> None:
    gravador.status = 503
    try:
        answer = entrada.ask("GET", "/v1/lotes", x_api_key=chave)
    finally:
        gravador.status = 200
    assert (answer.status, answer.corpo) == (503, b"{}")


def test_an_address_that_asks_too_often_is_told_when_to_come_again(
    gravador: Gravador, tmp_path: Path, chave: str
) -> None:
    rules = installation(
        dict.fromkeys(HOSTS, gravador.porta), limites=Limites(endereco=4, aberta=2)
    )
    with entrance(tmp_path, rules) as entrada:
        credential = {"x_api_key": chave}
        answers = [entrada.ask("GET", "/v1/uso", **credential) for _ in range(10)]
        refused = [each for each in answers if each.status == 429]
        # The minute may have changed among them, once.
        assert 2 <= len(refused) <= 6, answers
        problem(refused[0], 429, "limite_de_requisicoes")
        assert 1 <= int(refused[0].cabecalhos["retry-after"]) <= 60
        assert not {"ratelimit", "ratelimit-policy"} & refused[0].cabecalhos.keys()
        open_ones = [entrada.ask("GET", "/problemas").status for _ in range(6)]
        assert 2 <= open_ones.count(429) <= 4
        other = entrada.ask("GET", "/v1/uso", x_forwarded_for="198.51.100.8", **credential)
        assert other.status == 200


def test_a_service_that_is_away_is_said_so(tmp_path: Path, chave: str) -> None:
    with recorder() as gone:
        porta = gone.porta
    with entrance(tmp_path, installation(dict.fromkeys(HOSTS, porta))) as entrada:
        answer = entrada.ask("GET", "/v1/lotes", x_api_key=chave)
    problem(answer, 502, "indisponivel")
    assert answer.cabecalhos["retry-after"] == "2"


def test_directly_behind_cloudflares_balancer_the_caller_is_whom_cloudflare_saw(
    gravador: Gravador, tmp_path: Path
) -> None:
    """Without our edge: an address of Cloudflare's has many callers, who are counted apart, and
    what the services take for the caller's is the third from the end."""
    own = installation(
        dict.fromkeys(HOSTS, gravador.porta),
        cliente="CF-Connecting-IP",
        limites=Limites(endereco=100_000, aberta=2),
    )
    with entrance(tmp_path, own) as entrada:

        def asked(de: str) -> int:
            return entrada.ask(
                "GET",
                "/problemas",
                x_forwarded_for=f"6.6.6.6, {de}, 172.68.1.1",
                cf_connecting_ip=de,
            ).status

        assert [asked("198.51.100.7") for _ in range(3)] == [200, 200, 429]
        assert asked("198.51.100.8") == 200
    hops = gravador.ultimo.cabecalhos["x-forwarded-for"].split(", ")
    assert hops[-PROXIES["sem_borda"]] == "198.51.100.8"
