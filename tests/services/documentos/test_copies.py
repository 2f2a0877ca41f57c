"""Which copies are kept in the store: those of which a document speaks, and no others."""

from __future__ import annotations

from pathlib import Path

import httpx2

from services.lotes.sending import note, objects, refusal, tampered
from services.servico import Servico

XML = {"Content-Type": "application/xml"}


def post(servico: Servico, data: bytes, **headers: str) -> httpx2.Response:
    return servico.request("POST", "/v1/documentos", content=data, headers=XML | headers)


def kept(servico: Servico) -> int:
    return len(objects(servico, "documentos"))


def test_a_document_has_one_copy_however_often_it_comes(servico: Servico) -> None:
    before = kept(servico)
    for data in (note(100), note(100), b"\xef\xbb\xbf" + note(100)):
        post(servico, data)
    assert kept(servico) == before + 1


def test_the_former_copy_stays_beside_the_one_with_the_protocol(servico: Servico) -> None:
    before = kept(servico)
    post(servico, note(110))
    post(servico, note(110, protocol=True))
    assert kept(servico) == before + 2


def test_a_conflicting_version_has_its_own(servico: Servico) -> None:
    before = kept(servico)
    post(servico, note(120))
    post(servico, tampered(note(120)))
    assert kept(servico) == before + 2


def test_a_request_that_was_served_or_is_refused_under_its_key_leaves_none(
    servico: Servico,
) -> None:
    key = {"Idempotency-Key": "copias"}
    post(servico, note(130), **key)
    before = kept(servico)
    assert post(servico, note(130), **key).headers["idempotent-replayed"] == "true"
    assert refusal(post(servico, note(131), **key)) == (422, "chave_reutilizada")
    assert kept(servico) == before


def test_what_cannot_be_read_is_not_kept(servico: Servico) -> None:
    before = kept(servico)
    assert refusal(post(servico, b"<nada/>")) == (422, "documento_ilegivel")
    assert kept(servico) == before


def test_several_at_once_under_one_key_are_one_document(servico: Servico) -> None:
    before = kept(servico)
    headers = XML | {"Idempotency-Key": "juntas"}
    answers = servico.at_once(4, "POST", "/v1/documentos", content=note(140), headers=headers)
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert kept(servico) == before + 1


def test_several_at_once_without_a_key_are_one_document_and_duplicates(servico: Servico) -> None:
    before = kept(servico)
    answers = servico.at_once(4, "POST", "/v1/documentos", content=note(150), headers=XML)
    assert sorted(each.status_code for each in answers) == [200, 200, 200, 201]
    assert kept(servico) == before + 1


def test_a_store_that_refuses_is_503_and_the_document_is_not_known(
    banco: str, tmp_path: Path
) -> None:
    servico = Servico(banco, tmp_path)
    folder = servico.objetos / str(servico.organizacao)
    folder.parent.mkdir(exist_ok=True)
    folder.write_bytes(b"a file where a folder should be")
    assert refusal(post(servico, note(160))) == (503, "indisponivel")
    folder.unlink()
    made = post(servico, note(160))
    assert made.status_code == 201
    # Its copy cannot be reached: that is told, and passes.
    path = f"/v1/documentos/{made.json()['id']}/xml"
    folder.rename(tmp_path / "longe")
    folder.symlink_to(folder)
    assert refusal(servico.request("GET", path)) == (503, "indisponivel")
    folder.unlink()
    (tmp_path / "longe").rename(folder)
    assert servico.request("GET", path).content == note(160)
    servico.close()


def test_a_document_whose_row_cannot_be_written_leaves_no_copy(tmp_path: Path) -> None:
    servico = Servico("postgresql://ninguem@127.0.0.1:1/nada", tmp_path)
    assert refusal(post(servico, note(165))) == (503, "indisponivel")
    assert kept(servico) == 0
    servico.close()


def test_each_part_of_a_conflicting_version_can_be_read_by_its_id(servico: Servico) -> None:
    post(servico, note(170))
    path = f"/v1/documentos/{post(servico, tampered(note(170))).json()['documento']}"
    for part in ("", "/xml", "/relatorio", "/resumo"):
        assert servico.request("GET", path + part).status_code == 200


def test_a_conflicting_version_that_comes_again_is_known(servico: Servico) -> None:
    post(servico, note(180))
    first = post(servico, tampered(note(180))).json()["documento"]
    again = post(servico, tampered(note(180)))
    assert (again.status_code, again.json()["id"]) == (200, first)
