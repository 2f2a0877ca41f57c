"""No false block: what people really send passes the edge and is answered by the service."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from corpus.manifest import CORPUS, needs_corpus
from fiscalxml_server.kit.settings import Settings

from .ataques import request
from .conversa import Resposta, exchange
from .frente import Frente
from .legitimos import TEXTS, WITH_DOCTYPE, corpus, generated, large, samples, with_text

CONTRACTS = Path(__file__).parents[3] / "docs" / "contract"
XML = "application/xml"
EVERY = 20
"""so many files of the corpus are one here; `make drill-borda` sends all"""


def post(
    frente: Frente, body: bytes, kind: str = XML, path: str = "/v1/validacoes", **headers: str
) -> Resposta:
    """What comes back."""
    told = {"Authorization": f"Bearer {frente.servico.chave}", "Content-Type": kind, **headers}
    return exchange(frente.borda, request("POST", path, told, body))


def blocked(frente: Frente, files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Names of the files that did not reach the service."""
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda file: (file[0], post(frente, file[1])), files)
        return [name for name, answer in answers if answer.da_borda or answer.status >= 500]


def test_real_files_and_a_document_of_every_kind_pass(frente: Frente) -> None:
    assert blocked(frente, [*corpus(EVERY), *samples(), *generated()]) == []


@needs_corpus
def test_the_one_file_of_the_corpus_that_declares_an_entity_is_refused(frente: Frente) -> None:
    answer = post(frente, (CORPUS / "files" / WITH_DOCTYPE).read_bytes())
    assert (answer.status, answer.problema["codigo"]) == (403, "requisicao_bloqueada")


def test_texts_that_read_like_sql_or_commands_pass_in_every_form_of_a_body(frente: Frente) -> None:
    for text in TEXTS:
        xml = with_text(text)
        in_form = (
            b'--b\r\nContent-Disposition: form-data; name="arquivo"; '
            b'filename="nota d\'agua; 1 (2).xml"\r\nContent-Type: application/xml\r\n\r\n'
            + xml
            + b"\r\n--b--\r\n"
        )
        answers = {
            "raw": post(frente, xml),
            "text": post(frente, xml, "text/xml; charset=utf-8"),
            "bytes": post(frente, xml, "application/octet-stream"),
            "gzip": post(frente, gzip.compress(xml), **{"Content-Encoding": "gzip"}),
            "form": post(frente, in_form, "multipart/form-data; boundary=b"),
            "json": post(frente, in_base64(xml), "application/json"),
        }
        assert {name: each.status for name, each in answers.items()} == dict.fromkeys(answers, 200)


def in_base64(xml: bytes) -> bytes:
    return json.dumps({"xml": base64.b64encode(xml).decode()}).encode()


def test_a_document_as_large_as_the_cap_passes_plain_and_in_base64(frente: Frente) -> None:
    xml = large(Settings().max_document_bytes)
    for answer in (post(frente, xml), post(frente, in_base64(xml), "application/json")):
        assert answer.status == 200
        assert json.loads(answer.corpo)["bytes"] == len(xml)


def examples() -> Iterator[tuple[str, str, Any]]:
    """Method, path and body of every example of a JSON body in the contracts."""
    for contract in sorted(CONTRACTS.glob("*openapi.json")):
        document = json.loads(contract.read_bytes())
        for path, item in document["paths"].items():
            for method, operation in item.items():
                content = operation.get("requestBody", {}).get("content", {})
                body = content.get("application/json", {})
                for example in body.get("examples", {}).values():
                    yield method.upper(), path, _told(document, example)["value"]
                if "example" in body:
                    yield method.upper(), path, body["example"]


def _told(document: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """Where it is only referred to, from the document's components."""
    name = example.get("$ref", "").rpartition("/")[2]
    return document["components"]["examples"][name] if name else example


FREE: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/v1/sessoes", {"email": "ana@x.com.br", "senha": "' OR 1=1; DROP TABLE x -- <b>"}),
    ("PUT", "/v1/senha", {"atual": "$(reboot)`ls`|cat /etc/passwd", "nova": "../../<script>a"}),
    ("POST", "/v1/webhooks", {"url": "https://10.20.30.40:8443/h?token=a", "descricao": "D'Ávila"}),
    ("POST", "/v1/webhooks", {"url": "https://erp.com.br/hook?"}),
    ("PATCH", "/v1/organizacao", {"nome": "D'Agua & Filhos (Matriz); Cia. - ME"}),
    (
        "POST",
        "/v1/privacidade/incidentes",
        {"descricao": "Injeção por ' UNION SELECT senha FROM pessoas --", "dados": "<script>"},
    ),
    (
        "POST",
        "/v1/chaves-vazadas",
        [{"token": "fx_live_x", "type": "x", "url": "http://10.0.0.1/a?", "source": "content"}],
    ),
    ("POST", "/v1/fatores/passkeys", {"desafio": "A-_" * 600, "nome": "Chave do João"}),
    (
        "PATCH",
        "/v1/webhooks/1",
        {"certificado": "-----BEGIN CERTIFICATE-----\nMIIB+/==\n-----END CERTIFICATE-----\n"},
    ),
)
"""bodies with passwords, addresses, tales of an attack, base64 and PEM"""


def test_the_json_bodies_of_every_operation_pass(frente: Frente) -> None:
    told = [*examples(), *FREE]
    assert len(told) >= 60
    key = {"Authorization": f"Bearer {frente.servico.chave}", "Content-Type": "application/json"}
    stopped = []
    for method, path, body in told:
        data = json.dumps(body, ensure_ascii=False).encode()
        answer = exchange(frente.borda, request(method, path, key, data))
        # Those of the other services are 404 here: the API answers, so they passed.
        if answer.da_borda or not 200 <= answer.status < 500:
            stopped.append((method, path, answer.status, body))
    assert not stopped


def test_searches_as_people_write_them_pass(frente: Frente) -> None:
    queries = (
        "/v1/documentos?texto=select%20da%20casa&valor_min=1.00&emissao_de=2026-01-01",
        "/v1/documentos?texto=D%27Avila%20%26%20Cia%20(matriz)",
        "/v1/regras?texto=union%20de%20servi%C3%A7os%20%2B%20frete",
        "/v1/documentos?participante=11222333000181&situacao=autorizado&limite=10",
        "/v1/lotes?limite=5",
    )
    key = {"Authorization": f"Bearer {frente.servico.chave}"}
    answers = [exchange(frente.borda, request("GET", path, key)) for path in queries]
    assert [each.da_borda for each in answers] == [False] * len(queries)


def test_a_zip_bomb_passes_as_a_stream_and_is_refused_by_the_worker(frente: Frente) -> None:
    """Ratio and total of an archive are the service's to bound: the edge reads no archive."""
    bomb = zipped_zeros(64 * 1024 * 1024)
    answer = post(frente, bomb, "application/zip", "/v1/lotes")
    assert answer.status == 202
    frente.servico.work()
    lote = json.loads(answer.corpo)["id"]
    (item,) = frente.servico.request("GET", f"/v1/lotes/{lote}/itens").json()["itens"]
    assert (item["desfecho"], item["codigo"]) == ("ilegivel", "XML-049")


def zipped_zeros(size: int) -> bytes:
    """A ZIP with one entry of so many zeros: a thousand times smaller."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nota.xml", bytes(size))
    return out.getvalue()
