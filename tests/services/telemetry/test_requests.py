"""What is told of a request, by a real server with two worker processes."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from prometheus_client.mmap_dict import MmapedDict

from .example import ORGANIZATION
from .processes import Server, eventually, serving, total
from .receiver import Receiver, receiving
from .seeds import API_KEY, CHAVE, CPF, NAME, leaked

ROUTE = "/v1/documentos/{chave}"
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, otlp_endpoint=receiver.endpoint, trace_ratio=1) as running:
        yield running


def request(
    server: Server, path: str, method: str = "GET", **headers: str
) -> tuple[str, httpx2.Response]:
    """On a connection of its own, with a request id of its own."""
    identity = str(uuid4())
    answer = httpx2.request(method, server.url(path), headers={"X-Request-Id": identity, **headers})
    return identity, answer


def test_a_request_has_one_line_that_names_its_route_and_not_its_path(server: Server) -> None:
    identity, answer = request(server, f"/v1/documentos/{CHAVE}?cpf={CPF}")
    line = server.access(identity)
    assert answer.status_code == 200
    assert line["url.path"] == ROUTE
    assert line["http.request.method"] == "GET"
    assert line["http.response.status_code"] == 200
    assert line["http.response.body.bytes"] == len(answer.content)
    assert line["event.outcome"] == "success"
    assert line["event.duration"] > 0
    assert line["service.name"] == "fiscalxml-api"
    assert line["process.pid"] == answer.json()["pid"]


def test_every_line_of_a_request_has_its_trace_its_id_and_the_organisation_that_asked(
    server: Server,
) -> None:
    identity, answer = request(server, f"/v1/documentos/{CHAVE}", Authorization=f"Bearer {API_KEY}")
    trace_id = answer.json()["traceparent"].split("-")[1]
    server.access(identity)
    lines = server.lines(trace__id=trace_id)
    assert len(lines) == 4
    assert {line["http.request.id"] for line in lines} == {identity}
    assert {line["organization.id"] for line in lines} == {str(ORGANIZATION)}


def test_a_request_id_is_made_where_none_comes_or_where_it_is_no_plain_id(server: Server) -> None:
    for wrong in (None, CPF, API_KEY, "a b", "x" * 99):
        headers = {} if wrong is None else {"X-Request-Id": wrong}
        answer = httpx2.get(server.url(f"/v1/documentos/{CHAVE}"), headers=headers)
        made = answer.headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{32}", made)
        assert made in answer.json()["traceparent"]


def test_a_plain_request_id_of_the_caller_comes_back(server: Server) -> None:
    for identity in (str(uuid4()), "pedido-000123", uuid4().hex):
        answer = httpx2.get(server.url("/docs"), headers={"X-Request-Id": identity})
        assert answer.headers["x-request-id"] == identity


def test_answers_say_that_they_are_not_to_be_kept_guessed_or_framed(server: Server) -> None:
    for path in (f"/v1/documentos/{CHAVE}", "/nada"):
        headers = request(server, path)[1].headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"] == NOTHING
        assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_a_page_without_a_policy_of_its_own_loads_nothing(server: Server) -> None:
    answer = request(server, "/docs")[1]
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == NOTHING


def test_a_path_that_no_route_takes_is_told_nowhere(server: Server) -> None:
    identity, _ = request(server, f"/{CPF}/{NAME}")
    assert server.access(identity)["url.path"] == "unmatched"


def test_metrics_add_up_what_both_processes_served(server: Server) -> None:
    before = total(server.metrics_port, "http_server_request_duration_seconds_count")
    pids: set[int] = set()
    served = 0
    while len(pids) < 2 or served < 20:
        pids.add(request(server, f"/v1/documentos/{CHAVE}")[1].json()["pid"])
        served += 1
    eventually(
        lambda: (
            total(server.metrics_port, "http_server_request_duration_seconds_count")
            == before + served
        )
    )
    name = "http_server_request_duration_seconds_bucket"
    assert total(server.metrics_port, name, http_route=ROUTE, le="0.1") > 0
    assert total(server.metrics_port, "http_server_active_requests") == 0


def test_a_stream_is_told_once_at_its_end(server: Server) -> None:
    identity, answer = request(server, f"/v1/documentos/{CHAVE}/eventos")
    line = server.access(identity)
    assert answer.text.count("data:") == 3
    assert line["event.outcome"] == "success"
    assert line["http.response.body.bytes"] == len(answer.content)


def test_a_stream_is_in_flight_until_its_client_leaves(server: Server) -> None:
    identity = str(uuid4())
    url = server.url(f"/v1/documentos/{CHAVE}/espera")
    with httpx2.stream("GET", url, headers={"X-Request-Id": identity}) as answer:
        chunks = answer.iter_raw()
        next(chunks)
        assert total(server.metrics_port, "http_server_active_requests") == 1
        next(chunks)
    line = server.access(identity)
    assert line["event.outcome"] == "unknown"
    eventually(lambda: total(server.metrics_port, "http_server_active_requests") == 0)


@pytest.mark.parametrize("way", ["value", "key", "lxml", "chained", "group"])
def test_an_unforeseen_error_is_counted_and_told_by_type_and_place_only(
    server: Server, way: str
) -> None:
    route = f"{ROUTE}/falha/{{way}}"
    name = "http_server_request_duration_seconds_count"
    labels = {"http_route": route, "http_response_status_code": "500"}
    before = total(server.metrics_port, name, **labels)
    identity, answer = request(server, f"/v1/documentos/{CHAVE}/falha/{way}", "POST")
    line = server.access(identity)
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == identity
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert line["log.level"] == "error"
    assert line["event.outcome"] == "failure"
    assert line["error.type"].endswith(("Error", "ExceptionGroup"))
    assert re.search(r":\d+ fail$|:\d+ ", line["error.stack_trace"])
    assert total(server.metrics_port, name, **labels) == before + 1


def test_a_websocket_passes_through(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(
            b"GET /eco HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert client.recv(4096).startswith(b"HTTP/1.1 101")
        client.sendall(b"\x81\x82\x00\x00\x00\x00oi")  # a masked text frame of two bytes
        assert client.recv(4096).startswith(b"\x81\x02oi")


def test_a_server_span_has_the_semantic_conventions(server: Server, receiver: Receiver) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    request(server, f"/v1/documentos/{CHAVE}", traceparent=parent)
    found = receiver.in_trace(f"GET {ROUTE}", parent)
    told = {item.key: item.value for item in found.attributes}
    assert found.parent_span_id == bytes.fromhex("b7ad6b7169203331")
    assert told["http.request.method"].string_value == "GET"
    assert told["http.route"].string_value == ROUTE
    assert told["http.response.status_code"].int_value == 200
    assert told["url.scheme"].string_value == "http"


def test_a_span_of_a_failed_request_tells_the_type_of_its_error_and_who_asked(
    server: Server, receiver: Receiver
) -> None:
    parent = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    path = f"/v1/documentos/{CHAVE}/falha/chained"
    identity, _ = request(server, path, "POST", traceparent=parent)
    name = f"POST {ROUTE}/falha/{{way}}"
    found = receiver.in_trace(name, parent)
    told = {item.key: item.value.string_value for item in found.attributes}
    assert found.status.code == Status.STATUS_CODE_ERROR
    assert found.status.message == ""
    assert list(found.events) == []
    assert told["error.type"] == "RuntimeError"
    assert told["http.request.id"] == identity


def test_a_killed_process_leaves_its_counts_and_takes_its_gauges(server: Server) -> None:
    with httpx2.stream("GET", server.url(f"/v1/documentos/{CHAVE}/espera")) as answer:
        chunks = answer.iter_raw()
        next(chunks)
        name = "http_server_request_duration_seconds_count"
        before = total(server.metrics_port, name, http_route=ROUTE)
        holder = _holder_of_a_request(server)
        os.kill(holder, signal.SIGKILL)
    eventually(lambda: _active(server) == 0)
    assert total(server.metrics_port, name, http_route=ROUTE) == before


def _active(server: Server) -> float | None:
    """None while the scrape met the process that was killed."""
    try:
        return total(server.metrics_port, "http_server_active_requests")
    except httpx2.TransportError:
        return None


def _holder_of_a_request(server: Server) -> int:
    """The worker whose file says that it serves one."""
    for file in server.shared_files("gauge_livesum"):
        if any(value for _, value, _, _ in MmapedDict.read_all_values_from_file(file)):
            return int(file.stem.rpartition("_")[2])
    raise AssertionError("no process serves a request")


def test_nothing_of_a_person_or_a_credential_leaves(server: Server, receiver: Receiver) -> None:
    """Last: over all that the tests above have sent, and errors behind the requests."""
    headers = {"Authorization": f"Bearer {API_KEY}", "X-Request-Id": CPF, "User-Agent": NAME}
    httpx2.get(server.url(f"/v1/documentos/{CHAVE}/atras?nome={NAME}"), headers=headers)
    httpx2.get(server.url(f"/v1/documentos/{CHAVE}?cpf={CPF}"), headers=headers)
    eventually(lambda: server.lines(message="uncaught exception in a thread"))
    eventually(lambda: server.lines(log__logger="asyncio", error__type="ValueError"))
    eventually(lambda: server.lines(message="exception where none can be raised"))
    eventually(lambda: server.lines(message="warning", error__type="UserWarning"))
    receiver.named("read document")
    told = httpx2.get(f"http://127.0.0.1:{server.metrics_port}/metrics").text
    assert leaked(server.output.read_text()) == []
    assert leaked(told) == []
    assert leaked("".join(str(span) for span in receiver.spans)) == []
