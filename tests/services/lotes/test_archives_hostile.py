"""Archives made to do harm, or damaged: what cannot be read has its reason, the rest goes on."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from factory.documents import chave_of
from services.servico import ZIP, Servico, zipped

from .sending import GZIP, gzipped, note, outcomes, send, tarred, zip_of

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")


def _nested(levels: int, data: bytes) -> bytes:
    for _ in range(levels):
        data = zipped({"x.zip": data})
    return data


def _crafted() -> bytes:
    """One good note among an encrypted, an overlapping, an inflating and a deep entry."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (
            ("boa.xml", note(2000)),
            ("cifrada.xml", note(2001)),
            ("bomba.xml", b"<NFe>" + bytes(30_000_000)),
            ("funda.zip", _nested(6, note(2002))),
            ("sobreposta.xml", note(2003)),
            ("alvo.xml", note(2004)),
            ("ultima.xml", note(2005)),
        ):
            archive.writestr(name, data)
        entries = {info.filename: info for info in archive.filelist}
        entries["cifrada.xml"].flag_bits |= 1
        entries["sobreposta.xml"].header_offset = entries["alvo.xml"].header_offset
    return buffer.getvalue()


def test_what_an_archive_hides_is_refused_entry_by_entry(servico: Servico) -> None:
    lote = send(servico, _crafted(), ZIP)
    found = outcomes(servico, lote)
    assert found["boa.xml"] == found["ultima.xml"] == "aceito"
    assert found["cifrada.xml"] == "XML-045"
    assert found["bomba.xml"] == "XML-050"
    assert found["sobreposta.xml"] == found["alvo.xml"] == "XML-048"
    assert found["funda.zip!x.zip!x.zip"] == "XML-053"
    assert lote["situacao"] == "concluido"
    assert lote["total"] == len(found)


def test_a_gzip_bomb_is_refused(servico: Servico) -> None:
    lote = send(servico, gzipped(bytes(30_000_000)), GZIP)
    (item,) = servico.items(lote)
    assert (item["desfecho"], item["codigo"]) == ("falha", "XML-050")


def test_a_document_over_the_limit_is_illegible_however_large_it_would_become(
    servico: Servico,
) -> None:
    lote = send(servico, gzipped(bytes(300_000_000)), GZIP)
    (item,) = servico.items(lote)
    assert (item["desfecho"], item["codigo"]) == ("ilegivel", "XML-049")


def test_names_are_labels_and_lead_nowhere(servico: Servico, tmp_path: Path) -> None:
    names = ["../../x.xml", "/etc/x.xml", "C:\\x.xml", "nota.xml", "nota.xml", "a\0b\n.xml"]
    outside = tmp_path.parent / "x.xml"
    lote = send(servico, zip_of((name, note(2010 + at)) for at, name in enumerate(names)), ZIP)
    assert lote["contagens"]["aceito"] == len(names)
    labels = [item["nome"] for item in servico.items(lote)]
    assert labels[:5] == ["../../x.xml", "/etc/x.xml", "C:/x.xml", "nota.xml", "nota.xml"]
    assert all(label.isprintable() for label in labels)
    assert not outside.exists()


def test_an_archive_with_too_many_entries_is_refused_as_a_whole(servico: Servico) -> None:
    data = zipped({"a.xml": note(2020)})
    end = data.rindex(b"PK\5\6")
    size, start = struct.unpack_from("<LL", data, end + 12)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2**40, 2**40, size, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    lote = send(servico, data[:end] + end64 + locator + data[end:], ZIP)
    (item,) = servico.items(lote)
    assert (lote["situacao"], item["codigo"]) == ("concluido", "XML-052")
    assert "1.000.000 entradas" in item["mensagem"]


@pytest.mark.parametrize(
    ("data", "headers", "codigo"),
    [
        (zipped({"a.xml": note(2030), "b.xml": note(2031)})[:-200], ZIP, "XML-042"),
        (b"PK\3\4" + bytes(600), ZIP, "XML-042"),
        (b"\x1f\x8b" + bytes(600), GZIP, "XML-044"),
    ],
    ids=["zip without its end", "zip of zeros", "gzip of zeros"],
)
def test_an_archive_that_cannot_be_read_concludes_with_the_reason(
    servico: Servico, data: bytes, headers: dict[str, str], codigo: str
) -> None:
    lote = send(servico, data, headers)
    (item,) = servico.items(lote)
    assert (lote["situacao"], item["desfecho"], item["codigo"]) == ("concluido", "falha", codigo)


def test_a_tar_gz_cut_in_the_middle_gives_what_came_before(servico: Servico) -> None:
    notas = {f"{number}.xml": note(number) for number in range(2040, 2046)}
    whole = tarred(notas, "w:gz")
    lote = send(servico, whole[: len(whole) * 2 // 3], GZIP)
    found = list(outcomes(servico, lote).values())
    assert found[0] == "aceito"
    assert found[-1] == "XML-044"
    assert lote["situacao"] == "concluido"


def _damaged() -> Iterator[tuple[str, bytes]]:
    yield "boa.xml", note(2050)
    yield "ruim.xml", note(2051)
    yield "outra.xml", note(2052)


def test_a_damaged_entry_does_not_take_its_neighbours_with_it(servico: Servico) -> None:
    data = bytearray(zip_of(_damaged()))
    at = data.index(b"ruim.xml") + 200
    data[at : at + 20] = bytes(20)
    lote = send(servico, bytes(data), ZIP)
    found = outcomes(servico, lote)
    assert (found["boa.xml"], found["outra.xml"]) == ("aceito", "aceito")
    assert found["ruim.xml"] in ("XML-044", "XML-047")
    kept = servico.request("GET", f"/v1/documentos/{chave_of(note(2052))}/xml")
    assert kept.content == note(2052)


def test_documents_made_to_do_harm_are_illegible_items(servico: Servico) -> None:
    lote = send(
        servico,
        zipped(
            {
                "vazio.xml": b"",
                "dtd.xml": b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>',
                "fundo.xml": b"<a>" * 5000,
                "nulos.xml": bytes(100),
                "cortado.xml": note(2060)[:-50],
            }
        ),
        ZIP,
    )
    assert set(outcomes(servico, lote).values()) == {"ilegivel"}
    assert all(item["mensagem"] for item in servico.items(lote))
