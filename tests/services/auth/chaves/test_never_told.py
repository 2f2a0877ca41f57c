"""A key's text is told to who made it, and nowhere else: not in logs, spans, the audit log, e-mails
or any row, whatever is done with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import msgspec
import pytest

from fiscalxml_server.kit.api_keys import new_key
from services.auth.portal import Portal
from services.servico import Servico
from services.telemetry.processes import Server, application, eventually
from services.telemetry.receiver import Receiver, receiving

from .casa import Casa


@dataclass
class Processos:
    """The two services as they run, and where their spans go."""

    auth: Server
    api: Server
    spans: Receiver

    def output(self) -> str:
        return self.auth.output.read_text() + self.api.output.read_text()


@pytest.fixture(scope="module")
def processos(
    portal: Portal, banco: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Processos]:
    folders = [tmp_path_factory.mktemp(nome) for nome in ("auth", "api", "dados")]
    beside = Servico(banco, folders[2])
    with receiving() as spans:
        traced = {"otlp_endpoint": spans.endpoint, "trace_ratio": 1, "log_level": "DEBUG"}
        target = "fiscalxml_server.auth.app:create_app"
        with application(target, folders[0], portal.values | traced) as auth:
            asked = beside.values | {
                "database_role": "fiscalxml_api",
                "auth_url": auth.url(""),
                "service_key_file": portal.values["services_file"].parent / "api.jwk",
            }
            target = "fiscalxml_server.api.app:create_app"
            with application(target, folders[1], asked | traced) as api:
                yield Processos(auth, api, spans)
    beside.close()


def _use(processos: Processos, chave: str) -> set[int]:
    """In all the places where a caller may put a key, right and wrong ones."""
    base = processos.api.url("")
    report = "/v1/validacoes"
    bearer = {"Authorization": f"Bearer {chave}"}
    asked = [
        httpx2.Request("POST", base + report, content=b"<a/>", headers=bearer),
        httpx2.Request("POST", base + report, content=b"<a/>", headers={"X-API-Key": chave}),
        httpx2.Request("POST", base + report, headers={"Authorization": f"Basic {chave}"}),
        httpx2.Request("POST", base + report, headers={**bearer, "X-API-Key": chave}),
        httpx2.Request("POST", f"{base}{report}?chave={chave}", content=b"<a/>", headers=bearer),
        httpx2.Request("GET", f"{base}/v1/documentos/{chave}", headers=bearer),
        httpx2.Request(
            "GET", f"{base}/{chave}", headers={"User-Agent": chave, "X-Request-Id": chave}
        ),
        httpx2.Request("POST", base + report, content=chave.encode(), headers=bearer),
        httpx2.Request(
            "POST", processos.auth.url("/v1/chaves-vazadas"), json={"chave": chave, "onde": "log"}
        ),
        httpx2.Request("POST", processos.auth.url("/v1/chaves-vazadas"), json={"chaves": chave}),
        httpx2.Request("GET", processos.auth.url(f"/v1/chaves-api/{chave}"), headers=bearer),
        httpx2.Request("POST", processos.auth.url("/interno/introspeccao"), json={"chave": chave}),
    ]
    with httpx2.Client(timeout=30) as client:
        return {client.send(each).status_code for each in asked}


def test_whatever_is_done_with_a_key_its_text_is_told_nowhere(
    portal: Portal, processos: Processos
) -> None:
    casa = Casa(portal)
    bearer = {"Authorization": f"Bearer {casa.token()}"}
    address = processos.auth.url("/v1/chaves-api")
    body = {"nome": "ERP", "escopos": ["validar", "documentos:ler"]}
    made = httpx2.post(address, json=body, headers=bearer).json()
    path = f"{address}/{made['id']}"
    rotated = httpx2.post(f"{path}/rotacao", json={"horas": 1}, headers=bearer).json()
    texts = [made["chave"], rotated["chave"], new_key(teste=False)]

    assert 200 in _use(processos, made["chave"])  # it works until it is told of as leaked
    for text in texts:
        _use(processos, text)
    assert httpx2.delete(path, headers=bearer).status_code == 204

    eventually(
        lambda: processos.auth.lines(
            url__path="/v1/chaves-api/{chave}", http__request__method="DELETE"
        )
    )
    processos.spans.named("POST /v1/validacoes")
    processos.spans.named("POST /interno/introspeccao")
    told = [part for carta in portal.letters(casa.email) for part in (carta.assunto, carta.texto)]
    told.append(processos.output())  # after the letters: one that is sent is printed there
    told += [str(span) for span in processos.spans.spans]
    told += _rows(casa)
    assert any("vazou e foi revogada" in each for each in told)
    assert any(made["chave"].split("_")[2] in each for each in told)  # what it is looked up by is
    for text in texts:
        secret = text.rpartition("_")[2]
        assert not any(secret in each or secret[:22] in each for each in told)


def _rows(casa: Casa) -> list[str]:
    """Everything that the Auth Service keeps."""
    tables = casa.sql(
        "SELECT format('%I.%I', schemaname, tablename) AS nome FROM pg_tables"
        " WHERE schemaname IN ('auth', 'auditoria')"
    )
    rows = []
    for table in tables:
        found = casa.sql(f"SELECT to_jsonb(t)::text AS linha FROM {table.nome} t")  # noqa: S608
        rows += [row.linha for row in found]
    rows += [msgspec.json.encode(each).decode() for each in casa.audit()]
    return rows
