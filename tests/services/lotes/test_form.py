"""A lote as a form with many files, as a browser or an ERP sends them."""

from __future__ import annotations

import pytest

from factory.documents import chave_of
from services.servico import Servico, zipped

from .sending import gzipped, note, objects, outcomes, post, read, refusal, send

BOUNDARY = "xxxlimitexxx"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def part(name: str | bytes, data: bytes, field: str = "arquivos") -> bytes:
    label = name if isinstance(name, bytes) else name.encode()
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="'.encode()
    return head + label + b'"\r\nContent-Type: application/xml\r\n\r\n' + data + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def test_each_file_of_a_form_is_an_item(servico: Servico) -> None:
    notas = {f"{number}.xml": note(number) for number in range(3000, 3005)}
    lote = send(servico, b"".join(part(name, nota) for name, nota in notas.items()) + END, FORM)
    assert outcomes(servico, lote) == dict.fromkeys(notas, "aceito")
    for nota in notas.values():
        kept = servico.request("GET", f"/v1/documentos/{chave_of(nota)}/xml")
        assert kept.content == nota


def test_names_are_kept_in_utf_8_and_may_come_twice_or_not_at_all(servico: Servico) -> None:
    sent: list[str | bytes] = ["notação ☃.xml", "a.xml", "a.xml", "", "../../x.xml", b"\xe7.xml"]
    body = b"".join(part(name, note(3010 + at)) for at, name in enumerate(sent))
    lote = send(servico, body + END, FORM)
    names = [item["nome"] for item in servico.items(lote)]
    assert names == [
        "notação ☃.xml",
        "a.xml",
        "a.xml",
        "arquivo-4",
        "../../x.xml",
        "\ufffd.xml",
    ]
    assert lote["contagens"]["aceito"] == 6


def test_parts_that_are_archives_are_opened(servico: Servico) -> None:
    body = (
        part("mes.zip", zipped({"a.xml": note(3020), "b.xml": note(3021)}))
        + part("c.xml.gz", gzipped(note(3022)))
        + part("danfe.pdf", b"%PDF-1.7")
        + part("vazio.xml", b"")
    )
    lote = send(servico, body + END, FORM)
    assert outcomes(servico, lote) == {
        "mes.zip!a.xml": "aceito",
        "mes.zip!b.xml": "aceito",
        "c.xml.gz!c.xml": "aceito",
        "danfe.pdf": "ignorado",
        "vazio.xml": "ilegivel",
    }


def test_the_same_form_again_under_a_key_is_the_same_request(servico: Servico) -> None:
    body = part("a.xml", note(3030)) + part("b.xml", note(3031)) + END
    key = FORM | {"Idempotency-Key": "formulario"}
    first, again = post(servico, body, key), post(servico, body, key)
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["idempotent-replayed"] == "true"
    # Another boundary, the same files.
    other = body.replace(BOUNDARY.encode(), b"outro")
    third = post(servico, other, key | {"Content-Type": "multipart/form-data; boundary=outro"})
    assert third.json()["id"] == first.json()["id"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "antes do fim"),
        (END, "nenhum arquivo"),
        (part("a.xml", b"<a/>"), "antes do fim"),
        (part("a.xml", b"<a/>")[:-6], "antes do fim"),
        (b"lixo" + END, "danificado"),
        (f"--{BOUNDARY}lixo\r\n".encode() + END, "danificado"),
        (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'.encode() + END,
            "campo",
        ),
        (f"--{BOUNDARY}\r\n\r\nx\r\n".encode() + END, "campo"),
        (part("a" * 5000, b"<a/>") + END, "danificado"),
    ],
    ids=[
        "empty", "no files", "no end", "truncated", "garbage", "bad boundary", "field",
        "part without headers", "long header",
    ],
)  # fmt: skip
def test_a_form_that_is_damaged_or_has_fields_is_refused_and_leaves_nothing(
    servico: Servico, body: bytes, words: str
) -> None:
    before = objects(servico)
    answer = post(servico, body, FORM)
    assert refusal(answer) == (422, "corpo_invalido")
    assert words in answer.json()["detail"]
    assert objects(servico) == before


def test_a_form_with_too_many_files_is_refused(servico: Servico) -> None:
    body = b"".join(part(str(number), b"") for number in range(50_001)) + END
    answer = post(servico, body, FORM)
    assert refusal(answer) == (422, "corpo_invalido")
    assert "mande um ZIP" in answer.json()["detail"]


def test_a_form_without_a_boundary_is_refused(servico: Servico) -> None:
    answer = post(servico, END, {"Content-Type": "multipart/form-data"})
    assert refusal(answer) == (422, "corpo_invalido")


def test_a_form_with_a_boundary_that_is_too_long_is_refused(servico: Servico) -> None:
    answer = post(servico, END, {"Content-Type": f"multipart/form-data; boundary={'x' * 300}"})
    assert refusal(answer) == (422, "corpo_invalido")
    assert "boundary" in answer.json()["detail"]


def test_the_name_of_the_lote_is_what_the_sender_called_it(servico: Servico) -> None:
    sent = servico.request(
        "POST", "/v1/lotes?nome=março 2026", content=part("a.xml", note(3040)) + END, headers=FORM
    )
    assert read(servico, sent.json()["id"])["nome"] == "março 2026"
