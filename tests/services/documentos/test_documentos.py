"""Documents sent one by one: identity, copies, conflicts (contract, "Identity")."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from factory.containers import envi_nfe, soap
from factory.documents import build, chave_of
from services.servico import Servico

XML = {"Content-Type": "application/xml"}


def note(number: int, **options: object) -> bytes:
    """A note with a number, so with a chave, of its own."""
    return build("nfe", changes={"ide/nNF": str(number)}, **options)  # type: ignore[arg-type]


def tampered(nota: bytes) -> bytes:
    """Other content under the same chave: its signature does not hold any more."""
    return nota.replace(b"<natOp>", b"<natOp>X", 1)


def post(servico: Servico, data: bytes, *, chave: str | None = None) -> httpx2.Response:
    return servico.request("POST", "/v1/documentos", content=data, headers=XML, chave=chave)


def test_a_new_document_is_stored_as_it_came_and_found_by_its_chave(servico: Servico) -> None:
    nota = note(11)
    made = post(servico, nota)
    assert made.status_code == 201
    assert made.json()["desfecho"] == "aceito"
    assert made.json()["relatorio"]["veredito"] == "valido"
    for name in (chave_of(nota), made.json()["id"]):
        assert servico.request("GET", f"/v1/documentos/{name}/xml").content == nota
    found = servico.request("GET", made.headers["location"]).json()
    assert found["sha256"] == hashlib.sha256(nota).hexdigest()
    assert found["vigente"] is True
    assert (
        servico.request("GET", f"/v1/documentos/{chave_of(nota)}/resumo").json()["numero"] == "11"
    )
    report = servico.request("GET", f"/v1/documentos/{chave_of(nota)}/relatorio").json()
    assert report == made.json()["relatorio"]


def test_the_same_bytes_again_are_known(servico: Servico) -> None:
    first, again = post(servico, note(12)), post(servico, note(12))
    assert again.status_code == 200
    assert again.json()["desfecho"] == "duplicado"
    assert again.json()["id"] == first.json()["id"]


def test_the_same_content_in_other_bytes_is_known(servico: Servico) -> None:
    first = post(servico, note(13))
    again = post(servico, b"\xef\xbb\xbf" + note(13))
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert servico.request("GET", f"/v1/documentos/{chave_of(note(13))}/xml").content == note(13)


def test_a_protocol_that_comes_later_is_attached(servico: Servico) -> None:
    first, later = note(14), note(14, protocol=True)
    post(servico, first)
    again = post(servico, later)
    assert again.status_code == 200
    assert again.json()["protocolo_anexado"] is True
    found = servico.request("GET", f"/v1/documentos/{chave_of(first)}").json()
    assert found["situacao"] == "autorizado"
    (listed,) = servico.request("GET", f"/v1/documentos?chave={chave_of(first)}").json()["itens"]
    for told in (found, listed):
        assert told["protocolo"] in later.decode()
        assert told["registrado_em"] == "2026-11-10T12:30:15Z"
    assert servico.request("GET", f"/v1/documentos/{chave_of(first)}/xml").content == later


def test_a_copy_without_the_protocol_does_not_take_it_away(servico: Servico) -> None:
    authorised = note(15, protocol=True)
    post(servico, authorised)
    post(servico, note(15))
    assert servico.request("GET", f"/v1/documentos/{chave_of(note(15))}/xml").content == authorised


def test_a_signed_version_takes_the_chave_from_a_draft(servico: Servico) -> None:
    post(servico, note(16, sign=False))
    assert post(servico, note(16)).status_code == 201
    assert post(servico, note(16, sign=False)).json()["desfecho"] == "duplicado"
    assert servico.request("GET", f"/v1/documentos/{chave_of(note(16))}/xml").content == note(16)


def test_other_content_that_is_broken_is_kept_beside_and_does_not_hold_the_chave(
    servico: Servico,
) -> None:
    good = note(17)
    post(servico, good)
    conflict = post(servico, tampered(good))
    assert conflict.status_code == 409
    assert conflict.headers["content-type"] == "application/problem+json"
    problem = conflict.json()
    assert problem["codigo"] == "conflito"
    assert problem["relatorio"]["achados"][0]["codigo"] == "297"
    kept = servico.request("GET", f"/v1/documentos/{problem['documento']}").json()
    assert kept["vigente"] is False
    holder = servico.request("GET", f"/v1/documentos/{chave_of(good)}").json()
    assert kept["em_conflito_com"] == holder["id"]
    assert "em_conflito_com" not in holder
    kept_xml = servico.request("GET", f"/v1/documentos/{problem['documento']}/xml")
    assert kept_xml.content == tampered(good)
    assert servico.request("GET", f"/v1/documentos/{chave_of(good)}/xml").content == good


def test_an_intact_version_takes_the_chave_from_a_broken_one(servico: Servico) -> None:
    good = note(18)
    broken = post(servico, tampered(good))
    assert (broken.status_code, broken.json()["desfecho"]) == (201, "invalido")
    taken = post(servico, good)
    assert (taken.status_code, taken.json()["desfecho"]) == (201, "aceito")
    assert servico.request("GET", f"/v1/documentos/{chave_of(good)}/xml").content == good
    former = servico.request("GET", f"/v1/documentos/{broken.json()['id']}").json()
    assert former["vigente"] is False


def test_an_event_may_come_before_its_note(servico: Servico) -> None:
    event = build("cancelamento", protocol=True)
    made = post(servico, event)
    assert (made.status_code, made.json()["desfecho"]) == (201, "aceito")
    found = servico.request("GET", made.headers["location"]).json()
    assert found["evento"]["tipo"] == "110111"


def test_a_document_inside_an_envelope_is_kept_by_itself(servico: Servico) -> None:
    made = post(servico, soap(note(19)))
    assert made.status_code == 201
    kept = servico.request("GET", f"/v1/documentos/{chave_of(note(19))}/xml").content
    assert post(servico, kept).json()["desfecho"] == "duplicado"
    assert b"Envelope" not in kept


@pytest.mark.parametrize(
    ("data", "status", "codigo"),
    [
        (b"", 422, "corpo_vazio"),
        (b"<html/>", 422, "documento_ilegivel"),
        (b"\x00\xff nada", 422, "documento_ilegivel"),
        (envi_nfe([build("nfe"), build("nfe")]), 422, "varios_documentos"),
        (b"PK\x03\x04" + bytes(400), 422, "arquivo_recusado"),
    ],
)
def test_what_cannot_be_stored_is_told(
    servico: Servico, data: bytes, status: int, codigo: str
) -> None:
    answer = post(servico, data)
    assert (answer.status_code, answer.json()["codigo"]) == (status, codigo)


def test_what_is_not_stored_is_not_found(servico: Servico) -> None:
    for name in (
        chave_of(note(9999)),
        "0" * 44,
        "x",
        "%00",
        "01a221c2-86c9-72db-bd74-21b25527433d",
    ):
        assert servico.request("GET", f"/v1/documentos/{name}").status_code == 404


def test_the_same_document_at_once_is_written_once(banco: str, tmp_path: Path) -> None:
    servicos = [Servico(banco, _made(tmp_path / str(each))) for each in range(4)]
    nota, org = note(20), servicos[0].organizacao
    chaves = [each.new_key(org) for each in servicos]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda s, c: post(s, nota, chave=c), servicos, chaves))
    assert sorted(each.json()["desfecho"] for each in answers) == ["aceito"] + ["duplicado"] * 3
    assert len({each.json()["id"] for each in answers}) == 1
    for each in servicos:
        each.close()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_repeated_request_gets_the_first_answer(servico: Servico) -> None:
    key = {"Idempotency-Key": "pedido-1"}
    first = servico.request("POST", "/v1/documentos", content=note(21), headers=XML | key)
    again = servico.request("POST", "/v1/documentos", content=note(21), headers=XML | key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    other = servico.request("POST", "/v1/documentos", content=note(22), headers=XML | key)
    assert (other.status_code, other.json()["codigo"]) == (422, "chave_reutilizada")


def test_what_the_caller_has_already_is_not_sent_again(servico: Servico) -> None:
    post(servico, note(23))
    for part in ("", "/xml", "/relatorio", "/resumo"):
        path = f"/v1/documentos/{chave_of(note(23))}{part}"
        first = servico.request("GET", path)
        again = servico.request("GET", path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        for answer in (first, again):  # to who keeps it by himself; no browser or proxy may
            assert answer.headers["cache-control"] == "private, no-store"
