"""One document may come raw, compressed, as a form's file or in JSON; all else is refused."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import json
import tarfile
import zipfile
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from fiscalxml_server.api.app import create_app
from fiscalxml_server.kit.http import boundary
from fiscalxml_server.kit.settings import Settings

from .answers import problem
from .conftest import MAX_DOCUMENT
from .running import CHAVE, write_keys

DOORS = ["/v1/validacoes", "/v1/resumos", "/v1/resumos?formato=campos"]
door = pytest.mark.parametrize("path", DOORS)
XML = {"Content-Type": "application/xml"}
JSON = {"Content-Type": "application/json"}
GZIP = {"Content-Encoding": "gzip"}
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def _form(
    *files: bytes, end: bytes = b"--b--\r\n", filename: bytes = b'; filename="a.xml"'
) -> bytes:
    parts = [
        b'--b\r\nContent-Disposition: form-data; name="arquivo"' + filename + b"\r\n\r\n" + data
        for data in files
    ]
    return b"\r\n".join([*parts, end])


def _json(data: bytes) -> bytes:
    return json.dumps({"xml": base64.b64encode(data).decode()}).encode()


@pytest.mark.parametrize(
    "content_type",
    ["application/xml", "text/xml", "application/octet-stream", "TEXT/XML; charset=x", "", None],
)
@door
def test_the_bytes_of_the_body_are_the_document(
    caller: httpx2.Client, nota: bytes, path: str, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    assert caller.post(path, content=nota, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "wrap"),
    [
        ({}, bytes),
        (GZIP, gzip.compress),
        ({"Content-Encoding": "x-gzip"}, gzip.compress),
        ({"Content-Encoding": "identity"}, bytes),
        (GZIP, lambda nota: gzip.compress(nota[:900]) + gzip.compress(nota[900:])),
        (FORM, _form),
        (FORM | GZIP, lambda nota: gzip.compress(_form(nota))),
        (JSON, _json),
        (JSON | GZIP, lambda nota: gzip.compress(_json(nota))),
    ],
    ids=["raw", "gzip", "x-gzip", "identity", "members", "form", "form gz", "json", "json gz"],
)
def test_each_way_gives_the_report_of_the_same_bytes(
    caller: httpx2.Client, nota: bytes, headers: dict[str, str], wrap: object
) -> None:
    plain = caller.post("/v1/validacoes", content=nota, headers=XML)
    other = caller.post("/v1/validacoes", content=wrap(nota), headers=headers)  # type: ignore[operator]
    assert other.status_code == 200
    assert other.content == plain.content


@door
def test_a_body_in_chunks_of_unknown_length_is_read(
    caller: httpx2.Client, nota: bytes, path: str
) -> None:
    pieces = (nota[at : at + 100] for at in range(0, len(nota), 100))
    assert caller.post(path, content=pieces, headers=XML).status_code == 200


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b""),
        (XML, b""),
        (XML, b" \r\n\t"),
        (XML, b"\xef\xbb\xbf\n"),
        (XML, b"\xff\xfe"),
        (GZIP, gzip.compress(b"")),
        (GZIP, b""),
        (FORM, _form(b"")),
        (JSON, b'{"xml": ""}'),
        (JSON, b""),
    ],
    ids=[
        *("nothing", "no bytes", "blanks", "mark of utf-8", "mark of utf-16", "gzip of nothing"),
        *("no gzip", "empty file", "empty base64", "no json"),
    ],
)
@door
def test_an_empty_document_is_corpo_vazio(
    caller: httpx2.Client, path: str, headers: dict[str, str], body: bytes
) -> None:
    problem(caller.post(path, content=body, headers=headers), 422, "corpo_vazio")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/pdf",
        "text/plain",
        "text/html",
        "image/png",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "multipart/mixed; boundary=b",
        "a",
        "x" * 500,
    ],
)
@door
def test_another_content_type_is_415(
    caller: httpx2.Client, nota: bytes, path: str, content_type: str
) -> None:
    response = caller.post(path, content=nota, headers={"Content-Type": content_type})
    assert "application/xml" in problem(response, 415, "tipo_nao_aceito")["detail"]
    assert "application/xml" in response.headers["accept-post"]


def test_what_curl_sends_by_default_is_told_how_to_send_it(
    caller: httpx2.Client, nota: bytes
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = caller.post("/v1/validacoes", content=nota, headers=headers)
    assert (
        "-H 'Content-Type: application/xml'" in problem(response, 415, "tipo_nao_aceito")["detail"]
    )


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "zstd", "gzip, br"])
@door
def test_another_content_encoding_is_415(
    caller: httpx2.Client, nota: bytes, path: str, encoding: str
) -> None:
    response = caller.post(path, content=nota, headers={"Content-Encoding": encoding})
    problem(response, 415, "tipo_nao_aceito")
    assert response.headers["accept-encoding"] == "gzip"


OVER = b"<a>" + b" " * MAX_DOCUMENT + b"</a>"


def _bomb() -> bytes:
    """A megabyte that inflates to a gigabyte, block by equal block; nobody reads to its end."""
    packer = zlib.compressobj(9, wbits=31)
    head = packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + 1024 * block


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (XML, OVER),
        (GZIP, gzip.compress(OVER)),
        (GZIP, _bomb()),
        (FORM, _form(OVER)),
        (FORM | GZIP, gzip.compress(_form(OVER))),
        (JSON, _json(OVER)),
        (JSON | GZIP, gzip.compress(_json(OVER))),
    ],
    ids=["raw", "gzip", "bomb", "form", "form gz", "json", "json gz"],
)
@door
def test_a_document_over_the_cap_is_413_with_the_limit(
    caller: httpx2.Client, path: str, headers: dict[str, str], body: bytes
) -> None:
    response = caller.post(path, content=body, headers=headers)
    assert problem(response, 413, "corpo_grande_demais")["limite"] == MAX_DOCUMENT


def test_a_document_of_just_the_cap_is_read(caller: httpx2.Client) -> None:
    body = b"<a>" + b" " * (MAX_DOCUMENT - 7) + b"</a>"
    assert len(body) == MAX_DOCUMENT
    for headers, content in [(XML, body), (JSON, _json(body)), (FORM, _form(body))]:
        assert caller.post("/v1/validacoes", content=content, headers=headers).status_code == 200


def test_an_endless_body_is_refused_while_it_comes(caller: httpx2.Client) -> None:
    def endless() -> object:
        for _ in range(1024):
            yield bytes(64 * 1024)

    try:
        response = caller.post("/v1/validacoes", content=endless(), headers=XML)  # type: ignore[arg-type]
    except httpx2.TransportError:
        return  # the server answered and closed while we were still sending
    problem(response, 413, "corpo_grande_demais")


def _zip(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.xml", data)
    return file.getvalue()


def _tar(data: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("a.xml")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


@pytest.mark.parametrize("pack", [_zip, _tar, gzip.compress], ids=["zip", "tar", "gzip"])
@pytest.mark.parametrize(
    ("headers", "wrap"),
    [
        (XML, bytes),
        ({}, bytes),
        ({"Content-Type": "application/zip"}, bytes),
        ({"Content-Type": "application/gzip"}, bytes),
        (FORM, _form),
        (JSON, _json),
        (GZIP, gzip.compress),
    ],
    ids=["xml", "none", "zip", "gzip", "form", "json", "encoded"],
)
@door
def test_an_archive_is_sent_to_lotes(
    caller: httpx2.Client,
    nota: bytes,
    path: str,
    pack: object,
    headers: dict[str, str],
    wrap: object,
) -> None:
    body = wrap(pack(nota))  # type: ignore[operator]
    response = caller.post(path, content=body, headers=headers)
    assert problem(response, 422, "arquivo_recusado")["endereco"] == "/v1/lotes"


@door
def test_several_files_or_a_lote_of_notes_are_sent_to_lotes(
    caller: httpx2.Client, nota: bytes, path: str
) -> None:
    note = nota[nota.index(b"<NFe") : nota.index(b"</NFe>") + 6]
    namespace = b'xmlns="http://www.portalfiscal.inf.br/nfe" versao="4.00"'
    lote = b"<enviNFe " + namespace + b">" + note * 2 + b"</enviNFe>"
    for headers, body in [(FORM, _form(nota, nota)), (FORM, _form(*[nota] * 5)), (XML, lote)]:
        response = caller.post(path, content=body, headers=headers)
        assert problem(response, 422, "varios_documentos")["endereco"] == "/v1/lotes"


PACKED = gzip.compress(b"<a/>" * 5000)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (GZIP, b"<a/>"),
        (GZIP, PACKED[:-9]),
        (GZIP, PACKED[:10]),
        (GZIP, PACKED[:-8] + b"\0" * 8),
        (GZIP, PACKED + b"lixo"),
        (GZIP, gzip.compress(b"") * 100),
        (FORM, b""),
        (FORM, b"lixo"),
        (FORM, _form(b"<a/>", end=b"")),
        (FORM, _form(b"<a/>", filename=b"")),
        (FORM, b"--b\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n--b--\r\n"),
        (FORM, b"--b\r\n\0\0: \xff\r\n\r\n<a/>\r\n--b--\r\n"),
        ({"Content-Type": "multipart/form-data"}, _form(b"<a/>")),
        ({"Content-Type": "multipart/form-data; boundary=outra"}, _form(b"<a/>")),
        ({"Content-Type": "multipart/form-data; boundary=b; charset=undefined"}, _form(b"<a/>")),
        (JSON, b"{"),
        (JSON, b"[]"),
        (JSON, b"{}"),
        (JSON, b"null"),
        (JSON, b'{"xml": null}'),
        (JSON, b'{"xml": 1}'),
        (JSON, b'{"xml": "<a/>"}'),
        (JSON, b'{"xml": "PGEvPg"}'),
        (JSON, b'{"xml": "PGEvPg==", "outro": 1}'),
        (JSON, b'{"xml": "\xff"}'),
        (JSON, b"[" * 100_000),
        (JSON, b'{"xml":' * 50_000),
    ],
    ids=[
        *("gzip: not", "gzip: cut", "gzip: header alone", "gzip: wrong sum", "gzip: more behind"),
        *("gzip: too many members", "form: empty", "form: none", "form: no end", "form: no file"),
        *(
            "form: no disposition",
            "form: wrong header",
            "form: no boundary",
            "form: other boundary",
            "form: no such charset",
        ),
        *(
            "json: cut",
            "json: list",
            "json: no xml",
            "json: null",
            "json: null xml",
            "json: number",
        ),
        *("json: no base64", "json: no padding", "json: another member", "json: not utf-8"),
        *("json: deep lists", "json: deep objects"),
    ],
)
@door
def test_a_broken_wrapping_is_corpo_invalido(
    caller: httpx2.Client, path: str, headers: dict[str, str], body: bytes
) -> None:
    problem(caller.post(path, content=body, headers=headers), 422, "corpo_invalido")


@pytest.mark.parametrize("announced", ["3", "5", "99"])
def test_a_length_that_is_not_that_of_the_body_is_400(
    nota: bytes, tmp_path: Path, announced: str
) -> None:
    """A server cuts or waits by Content-Length; one that does not is found out."""
    app = create_app(Settings(api_keys_file=write_keys(tmp_path)))
    headers = {"X-API-Key": CHAVE, "Content-Length": announced}

    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            return await client.post("/v1/validacoes", content=nota[:4], headers=headers)

    problem(asyncio.run(ask()), 400, "corpo_incompleto")


@pytest.mark.parametrize("path", ["/v1/validacoes", "/v1/resumos"])
def test_a_body_that_stands_still_is_not_waited_for(
    nota: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(boundary, "_IDLE_SECONDS", 0.2)
    app = create_app(Settings(api_keys_file=write_keys(tmp_path)))

    async def slow() -> AsyncIterator[bytes]:
        yield nota[:4]
        await asyncio.sleep(0.05)  # slow is not still
        yield nota[4:8]
        await asyncio.Event().wait()

    async def ask() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://t") as client:
            headers = {"X-API-Key": CHAVE, "Content-Type": "application/xml"}
            return await client.post(path, content=slow(), headers=headers)

    answer = asyncio.run(ask())
    problem(answer, 408, "corpo_parado")
    assert answer.headers["connection"] == "close"


def test_the_name_of_a_forms_field_does_not_matter(caller: httpx2.Client, nota: bytes) -> None:
    body = _form(nota).replace(b'name="arquivo"', b'name="xml"')
    assert caller.post("/v1/validacoes", content=body, headers=FORM).status_code == 200
