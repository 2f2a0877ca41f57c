"""What a lote may come as, and what is found in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from factory.containers import dist_dfe, envi_nfe, soap
from factory.documents import build, chave_of
from services.servico import ZIP, Servico, zipped

from .sending import GZIP, TAR, gzipped, note, outcomes, read, send, tampered, tarred, zip_of

OCTETS = {"Content-Type": "application/octet-stream"}


@pytest.mark.parametrize(
    ("pack", "headers"),
    [
        (zipped, ZIP),
        (tarred, TAR),
        (lambda files: tarred(files, "w:gz"), GZIP),
        (lambda files: tarred(files, "w:bz2"), OCTETS),
        (lambda files: tarred(files, "w:xz"), OCTETS),
    ],
    ids=["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"],
)
def test_an_archive_of_each_format_gives_its_documents(
    servico: Servico,
    pack: Callable[[dict[str, bytes]], bytes],
    headers: dict[str, str],
    request: pytest.FixtureRequest,
) -> None:
    base = 1000 + 10 * ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"].index(request.node.callspec.id)
    notas = {"a.xml": note(base), "pasta/nota ção.xml": note(base + 1)}
    lote = send(servico, pack(notas), headers)
    assert (lote["situacao"], lote["arquivos"], lote["total"]) == ("concluido", 2, 2)
    assert outcomes(servico, lote) == {"a.xml": "aceito", "pasta/nota ção.xml": "aceito"}
    for nota in notas.values():
        kept = servico.request("GET", f"/v1/documentos/{chave_of(nota)}/xml")
        assert kept.content == nota


def test_a_single_gzip_is_one_document(servico: Servico) -> None:
    lote = send(servico, gzipped(note(1100)), GZIP)
    (item,) = servico.items(lote)
    assert (item["desfecho"], item["chave"]) == ("aceito", chave_of(note(1100)))


def test_archives_inside_archives_are_opened_and_named_by_their_path(servico: Servico) -> None:
    inner = zipped({"b.xml": note(1110), "c.xml.gz": gzipped(note(1111))})
    lote = send(servico, zipped({"a.xml": note(1112), "mes/dentro.zip": inner}), ZIP)
    assert outcomes(servico, lote) == {
        "a.xml": "aceito",
        "mes/dentro.zip!b.xml": "aceito",
        "mes/dentro.zip!c.xml.gz!c.xml": "aceito",
    }


def test_what_is_no_fiscal_file_by_nature_is_counted_and_left_out(servico: Servico) -> None:
    lote = send(
        servico,
        zipped(
            {
                "a.xml": note(1120),
                "danfe.pdf": b"%PDF-1.7\n",
                "__MACOSX/._a.xml": b"\0\5\x16\7",
                "Thumbs.db": b"x",
                "pasta/": b"",
            }
        ),
        ZIP,
    )
    assert (lote["arquivos"], lote["total"]) == (4, 4)
    assert lote["contagens"]["ignorado"] == 3
    told = {item["nome"]: item.get("mensagem", "") for item in servico.items(lote)}
    assert told["danfe.pdf"] == "Não é arquivo fiscal: PDF."


def test_an_empty_archive_concludes_without_items(servico: Servico) -> None:
    lote = send(servico, zipped({}), ZIP)
    assert (lote["situacao"], lote["arquivos"], lote["total"]) == ("concluido", 0, 0)
    assert servico.items(lote) == []


def test_an_empty_tar_is_known_by_its_name_alone(servico: Servico) -> None:
    named = servico.request(
        "POST", "/v1/lotes?nome=nada.tar.gz", content=tarred({}, "w:gz"), headers=GZIP
    )
    servico.work()
    assert read(servico, named.json()["id"])["total"] == 0
    (item,) = servico.items(send(servico, tarred({}, "w:gz"), GZIP))
    assert item["desfecho"] == "ilegivel"


def _alone(servico: Servico, lote: dict[str, object]) -> list[tuple[int, str, bytes]]:
    """parte, chave and own bytes of each item."""
    return [
        (
            item["parte"],
            item.get("chave", ""),
            servico.request("GET", f"/v1/documentos/{item['documento']}/xml").content,
        )
        for item in servico.items(lote)
    ]


def test_each_note_of_an_envi_nfe_is_an_item_and_can_be_read_by_itself(servico: Servico) -> None:
    notas = [note(1130), tampered(note(1131)), note(1132)]
    lote = send(servico, zipped({"lote.xml": envi_nfe(notas)}), ZIP)
    assert (lote["arquivos"], lote["total"]) == (1, 3)
    assert [item["desfecho"] for item in servico.items(lote)] == ["aceito", "invalido", "aceito"]
    found = _alone(servico, lote)
    assert [(parte, chave) for parte, chave, _ in found] == [
        (number, chave_of(nota)) for number, nota in enumerate(notas)
    ]
    for (_, chave, own), nota in zip(found, notas, strict=True):
        assert b"enviNFe" not in own
        assert chave_of(own) == chave
        again = servico.request(
            "POST", "/v1/validacoes", content=own, headers={"Content-Type": "application/xml"}
        ).json()
        assert again["veredito"] == ("invalido" if nota == notas[1] else "valido")


def test_each_payload_of_a_distribution_answer_is_kept_as_it_was(servico: Servico) -> None:
    evento = build("cancelamento", protocol=True)
    payloads = [note(1140, protocol=True), evento]
    schemas = ["procNFe_v4.00.xsd", "procEventoNFe_v1.00.xsd"]
    lote = send(servico, zipped({"dist.xml": dist_dfe(payloads, schemas)}), ZIP)
    assert lote["total"] == 2
    assert [own for _, _, own in _alone(servico, lote)] == payloads


def test_a_document_in_a_soap_envelope_is_kept_without_it(servico: Servico) -> None:
    lote = send(servico, zipped({"resposta.xml": soap(note(1150))}), ZIP)
    ((_, chave, own),) = _alone(servico, lote)
    assert chave == chave_of(note(1150))
    assert b"Envelope" not in own


def test_every_outcome_is_counted_and_total_is_their_sum(servico: Servico) -> None:
    nota = note(1160)
    lote = send(
        servico,
        zip_of(
            [
                ("1.xml", nota),
                ("2.xml", nota),
                ("3.xml", tampered(nota)),
                ("4.xml", tampered(note(1161))),
                ("5.xml", b"<html>"),
                ("6.pdf", b"%PDF-1.4"),
                ("7.xml", envi_nfe([note(1162), note(1163)])),
                ("8.7z", b"7z\xbc\xaf\x27\x1c" + bytes(600)),
            ]
        ),
        ZIP,
    )
    assert lote["contagens"] == {
        "aceito": 3, "invalido": 1, "duplicado": 1, "conflito": 1, "ilegivel": 1, "ignorado": 1,
        "falha": 1,
    }  # fmt: skip
    assert lote["arquivos"] == 8
    assert lote["total"] == sum(lote["contagens"].values()) == 9


def test_the_items_tell_what_is_wrong_and_where_to_read_more(servico: Servico) -> None:
    lote = send(servico, zipped({"ruim.xml": tampered(note(1170))}), ZIP)
    (item,) = servico.items(lote)
    assert (item["veredito"], item["codigo"]) == ("invalido", "297")
    assert item["mensagem"]
    report = servico.request("GET", f"/v1/documentos/{item['documento']}/relatorio").json()
    assert item["codigo"] in {achado["codigo"] for achado in report["achados"]}
