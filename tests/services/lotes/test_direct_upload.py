"""An archive that the client writes into S3 itself, at an address that the API signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx2
import pytest

from factory.documents import chave_of
from fiscalxml_server.kit.db import new_id
from services.servers.running import server_folder
from services.servers.seaweed import ACCESS_KEY, SECRET_KEY, start_seaweed
from services.servico import Servico, zipped

from .sending import note, objects, outcomes, post, read, refusal

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def servico(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    """The service over a real S3 server."""
    with server_folder() as folder, start_seaweed(folder) as server:
        server.make_bucket("documentos")
        server.make_bucket("chaves")
        servico = Servico(
            banco,
            tmp_path_factory.mktemp("s3"),
            objects_url="s3://documentos/aqui",
            keys_url="s3://chaves/aqui",
            objects_endpoint=server.endpoint,
            objects_access_key=ACCESS_KEY,
            objects_secret_key=SECRET_KEY,
            max_upload_bytes=1_000_000,
        )
        yield servico
        servico.close()


def _prepare(servico: Servico, data: bytes | None) -> str:
    """The id of a direct upload, written unless there is nothing to write."""
    made = servico.request("POST", "/v1/lotes/envios")
    assert made.status_code == 201
    envio = made.json()
    assert envio["metodo"] == "PUT"
    if data is not None:
        assert httpx2.put(envio["url"], content=data, timeout=30).status_code == 200
    return str(envio["id"])


def _adopt(
    servico: Servico, envio: str, chave: str | None = None, **headers: str
) -> httpx2.Response:
    body = json.dumps({"envio": envio}).encode()
    return post(servico, body, {**JSON, **headers}, chave=chave)


def test_an_archive_written_directly_becomes_a_lote(servico: Servico) -> None:
    nota = note(7000)
    envio = _prepare(servico, zipped({"a.xml": nota, "b.pdf": b"%PDF-1.7"}))
    sent = _adopt(servico, envio)
    assert (sent.status_code, sent.json()["id"]) == (202, envio)
    servico.work()
    lote = read(servico, envio)
    assert outcomes(servico, lote) == {"a.xml": "aceito", "b.pdf": "ignorado"}
    assert servico.request("GET", f"/v1/documentos/{chave_of(nota)}/xml").content == nota
    assert objects(servico, "direto") == []


def test_the_address_is_good_for_one_object_and_for_writing_only(servico: Servico) -> None:
    url = servico.request("POST", "/v1/lotes/envios").json()["url"]
    elsewhere = url.replace("/direto/", "/direto/x")
    assert httpx2.put(elsewhere, content=b"PK").status_code == 403
    assert httpx2.put(url, content=b"PK").status_code == 200
    assert httpx2.get(url).status_code == 403


def test_sent_twice_it_is_one_lote_before_and_after_it_was_opened(servico: Servico) -> None:
    envio = _prepare(servico, zipped({"a.xml": note(7010)}))
    assert _adopt(servico, envio).json()["id"] == envio
    assert _adopt(servico, envio).json()["id"] == envio
    servico.work()
    again = _adopt(servico, envio)
    assert (again.status_code, again.json()["situacao"]) == (202, "concluido")
    servico.work()
    assert read(servico, envio)["arquivos"] == 1


def test_the_same_key_gets_the_first_answer(servico: Servico) -> None:
    key = {"Idempotency-Key": "direto-1"}
    envio = _prepare(servico, zipped({"a.xml": note(7020)}))
    first = _adopt(servico, envio, **key)
    servico.work()
    again = _adopt(servico, envio, **key)
    assert (again.status_code, again.content) == (202, first.content)
    other = _prepare(servico, zipped({"a.xml": note(7021)}))
    assert refusal(_adopt(servico, other, **key)) == (422, "chave_reutilizada")


def test_what_was_never_written_cannot_be_sent(servico: Servico) -> None:
    assert refusal(_adopt(servico, _prepare(servico, None))) == (422, "envio_ausente")
    for never in (uuid4(), new_id(), UUID(int=2**128 - 1)):
        assert refusal(_adopt(servico, str(never))) == (422, "envio_ausente")


def test_one_that_is_written_again_after_it_was_sent_is_not_opened(servico: Servico) -> None:
    made = servico.request("POST", "/v1/lotes/envios").json()
    first = zipped({"a.xml": note(7025)})
    other = zipped({"a.xml": note(7025), "b.xml": note(7026)})
    assert httpx2.put(made["url"], content=first, timeout=30).status_code == 200
    assert _adopt(servico, made["id"]).status_code == 202
    assert httpx2.put(made["url"], content=other, timeout=30).status_code == 200
    servico.work()
    lote = read(servico, made["id"])
    assert (lote["situacao"], lote["arquivos"]) == ("falhou", 0)
    assert lote["motivo"] == "O arquivo enviado foi alterado no armazenamento depois do envio."


def test_another_organisation_s_upload_cannot_be_sent(servico: Servico) -> None:
    envio = _prepare(servico, zipped({"a.xml": note(7030)}))
    stranger = servico.new_key(uuid4())
    assert refusal(_adopt(servico, envio, stranger)) == (422, "envio_ausente")


def test_one_over_the_limit_is_413(servico: Servico) -> None:
    envio = _prepare(servico, bytes(1_000_001))
    assert refusal(_adopt(servico, envio)) == (413, "corpo_grande_demais")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "XML-040"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(600), "XML-041"),
        (note(7040), "XML-040"),
        (zipped({"a.xml": note(7041)})[:-100], "XML-042"),
    ],
    ids=["empty", "7z", "xml", "truncated"],
)
def test_one_that_is_no_archive_concludes_with_the_reason(
    servico: Servico, data: bytes, expected: str
) -> None:
    envio = _prepare(servico, data)
    assert _adopt(servico, envio).status_code == 202
    servico.work()
    lote = read(servico, envio)
    assert lote["situacao"] == "concluido"
    assert list(outcomes(servico, lote).values()) == [expected]


def test_archives_sent_through_the_api_are_kept_in_the_same_store(
    servico: Servico,
) -> None:
    data = zipped({"a.xml": note(7050)})
    sent = post(servico, data, {"Content-Type": "application/zip"})
    assert objects(servico, "envios") == [f"{servico.organizacao}/envios/{sent.json()['id']}"]
    servico.work()
    assert objects(servico, "envios") == []
