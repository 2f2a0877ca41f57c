"""Answers of what stores and reads are of the schemas that the OpenAPI document gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from scripts.build_openapi import API

from factory.documents import build, chave_of
from services.servico import ZIP, Servico, zipped

DOCUMENT: dict[str, Any] = json.loads(API.read_bytes())
XML = {"Content-Type": "application/xml"}
HTML = b"<html><body>erro</body></html>"
KEY = "Idempotency-Key"


def note(number: int, **options: Any) -> bytes:
    return build("nfe", changes={"ide/nNF": str(number)}, **options)


def as_told(response: httpx2.Response, method: str, path: str, status: int) -> Any:
    """The answer's content, which must be what the document says of this status."""
    assert response.status_code == status, response.text
    told = DOCUMENT["paths"][path][method]["responses"][str(status)]
    for name in told.get("headers", ()):
        if name not in ("Idempotent-Replayed", "Retry-After"):
            assert name in response.headers
    if "content" not in told:
        assert response.content == b""
        return None
    media_type = response.headers["content-type"].partition(";")[0]
    schema = told["content"][media_type]["schema"]
    content = response.json() if media_type.endswith("json") else response.text
    validator = Draft202012Validator(
        {**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker()
    )
    validator.validate(content)
    return content


DOCUMENTOS, DOCUMENTO = "/v1/documentos", "/v1/documentos/{chave}"
LOTES, LOTE = "/v1/lotes", "/v1/lotes/{lote}"


def post(servico: Servico, data: bytes, **headers: str) -> httpx2.Response:
    return servico.request("POST", DOCUMENTOS, content=data, headers=XML | headers)


def test_what_a_stored_document_gets(servico: Servico) -> None:
    nota = note(1)
    key = {KEY: "a"}
    as_told(post(servico, nota, **key), "post", DOCUMENTOS, 201)
    again = post(servico, nota, **key)
    as_told(again, "post", DOCUMENTOS, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    as_told(post(servico, nota), "post", DOCUMENTOS, 200)
    as_told(post(servico, note(1, protocol=True)), "post", DOCUMENTOS, 200)
    conflict = nota.replace(b"<natOp>", b"<natOp>X", 1)
    told = as_told(post(servico, conflict), "post", DOCUMENTOS, 409)
    assert told["documento"]


@pytest.mark.parametrize(
    ("data", "codigo"), [(HTML, "documento_ilegivel"), (b"", "corpo_vazio")], ids=["html", "empty"]
)
def test_what_cannot_be_stored_gets(servico: Servico, data: bytes, codigo: str) -> None:
    told = as_told(post(servico, data), "post", DOCUMENTOS, 422)
    assert told["codigo"] == codigo


KINDS = ("nfe", "nfce", "cte", "mdfe", "nfse", "cancelamento")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_of_a_document_of_each_kind(servico: Servico, kind: str) -> None:
    made = as_told(post(servico, build(kind)), "post", DOCUMENTOS, 201)
    for part in ("", "/xml", "/relatorio", "/resumo"):
        path = f"{DOCUMENTOS}/{made['id']}{part}"
        answer = servico.request("GET", path)
        as_told(answer, "get", DOCUMENTO + part, 200)
        known = {"If-None-Match": answer.headers["etag"]}
        same = servico.request("GET", path, headers=known)
        as_told(same, "get", DOCUMENTO + part, 304)


def test_what_is_not_there_is_404(servico: Servico) -> None:
    for part in ("", "/xml", "/relatorio", "/resumo"):
        answer = servico.request("GET", f"{DOCUMENTOS}/{chave_of(note(404))}{part}")
        as_told(answer, "get", DOCUMENTO + part, 404)
    for part in ("", "/itens", "/progresso"):
        as_told(servico.request("GET", f"{LOTES}/{uuid4()}{part}"), "get", LOTE + part, 404)
        as_told(servico.request("GET", f"{LOTES}/nada{part}"), "get", LOTE + part, 422)


def test_what_a_lote_gets_from_its_beginning_to_its_end(servico: Servico) -> None:
    files = {"a.xml": note(5), "b.xml": note(5), "c.xml": HTML, "d.txt": b"nada", "e.xml": note(6)}
    request: dict[str, Any] = {"content": zipped(files), "headers": ZIP | {KEY: "b"}}
    sent = servico.request("POST", f"{LOTES}?nome=abril", **request)
    lote = as_told(sent, "post", LOTES, 202)
    as_told(servico.request("GET", sent.headers["location"]), "get", LOTE, 200)
    servico.work()
    as_told(servico.request("GET", sent.headers["location"]), "get", LOTE, 200)
    again = servico.request("POST", f"{LOTES}?nome=abril", **request)
    assert as_told(again, "post", LOTES, 202)["id"] == lote["id"]
    as_told(servico.request("GET", f"{LOTES}?limite=1"), "get", LOTES, 200)
    page = servico.request("GET", f"{LOTES}/{lote['id']}/itens?limite=2")
    told = as_told(page, "get", f"{LOTE}/itens", 200)
    assert told["proximo"]


def test_the_progress_of_a_lote_is_a_stream_of_lotes(servico: Servico) -> None:
    lote = servico.send({"a.xml": note(7)})
    path = f"{LOTES}/{lote['id']}/progresso"
    answer = servico.request("GET", path)
    text = as_told(answer, "get", f"{LOTE}/progresso", 200)
    schema = {"$ref": "#/components/schemas/Lote", "components": DOCUMENT["components"]}
    events = list(_events(text))
    for _, data in events:
        Draft202012Validator(schema).validate(data)
    seen = {"Last-Event-ID": events[-1][0]}
    as_told(servico.request("GET", path, headers=seen), "get", f"{LOTE}/progresso", 204)


def _events(text: str) -> Iterator[tuple[str, Any]]:
    for event in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in event.split("\n"))
        assert fields["event"] == "progresso"
        yield fields["id"], json.loads(fields["data"])


def test_a_folder_has_no_direct_upload(servico: Servico) -> None:
    told = as_told(servico.request("POST", f"{LOTES}/envios"), "post", f"{LOTES}/envios", 409)
    assert told["codigo"] == "envio_direto_indisponivel"
    missing = servico.request("POST", LOTES, json={"envio": str(uuid4())})
    assert as_told(missing, "post", LOTES, 422)["codigo"] == "envio_ausente"


def test_a_lote_that_is_none_gets(servico: Servico) -> None:
    for content, headers, status in (
        (b"", ZIP, 422),
        (HTML, ZIP, 422),
        (b"[]", {"Content-Type": "application/json"}, 422),
        (b"x", {"Content-Type": "text/plain"}, 415),
        (b"x", {"Content-Type": "application/zip", "Content-Length": str(10**12)}, 413),
    ):
        answer = servico.request("POST", LOTES, content=content, headers=headers)
        as_told(answer, "post", LOTES, status)


def test_a_queue_that_is_full_says_when_to_come_back(banco: str, tmp_path: Path) -> None:
    servico = Servico(banco, tmp_path, max_backlog_seconds=0)
    waiting = servico.request("POST", LOTES, content=zipped({"a.xml": note(8)}), headers=ZIP)
    full = servico.request("POST", LOTES, content=zipped({"b.xml": note(9)}), headers=ZIP)
    servico.close()
    as_told(waiting, "post", LOTES, 202)
    as_told(full, "post", LOTES, 429)
    assert int(full.headers["retry-after"]) > 0
