"""ZIP: methods, names, records that lie."""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib

import pytest
from archive_files import (
    XML,
    StoredObject,
    a_zip,
    deflated,
    local_header,
    raw_zip,
    read,
    record,
    seen,
)

from fiscalxml.archives import ArchiveLimits, Recusa

ENTRY = local_header() + XML


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_entries_of_every_usual_method_are_read(method: int) -> None:
    data = XML * 20_000
    archive = a_zip(("d/x.xml", data), ("vazio", b""), method=method)
    assert seen(read(archive)) == [("a!d/x.xml", data), ("a!vazio", b"")]


@pytest.mark.parametrize(
    ("method", "words"), [(9, "Deflate64"), (93, "Zstandard"), (98, "PPMd"), (77, "77")]
)
def test_other_methods_are_refused_by_name(method: int, words: str) -> None:
    (refused,) = read(raw_zip(ENTRY, record(method=method)))
    assert refused == Recusa(
        "a!x.xml",
        "XML-046",
        f"O método de compressão {words} não é aceito.",
        "Refaça o ZIP com a compressão padrão (Deflate).",
    )


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_bombs_of_every_method_are_refused(method: int) -> None:
    archive = a_zip(("bomba", bytes(4 * 1024**2)), ("x", XML), method=method)
    assert seen(read(archive)) == [("a!bomba", "XML-050"), ("a!x", XML)]


@pytest.mark.parametrize("header", [b"", b"\0\0\4\0\x5d\0\0\1\0", b"\0\0\5\0\xff\0\0\1\0"])
def test_lzma_with_senseless_properties_is_refused(header: bytes) -> None:
    packed = header + b"\0" * 20 if header else b""
    archive = raw_zip(local_header() + packed, record(packed=packed, method=14))
    assert seen(read(archive)) == [("a!x.xml", "XML-044")]


def test_an_empty_zip_has_no_entries() -> None:
    assert read(a_zip()) == []


def test_an_object_that_can_seek_is_read_where_it_lies() -> None:
    data = a_zip(("a.xml", XML), ("b.xml", XML))
    assert seen(read(StoredObject(data))) == [("a!a.xml", XML), ("a!b.xml", XML)]


def test_a_zip64_is_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("x", "w", force_zip64=True) as file:
        file.write(XML)
    assert seen(read(buffer.getvalue())) == [("a!x", XML)]


def test_sizes_and_counts_of_a_zip64_are_taken_from_its_wide_fields() -> None:
    extra = struct.pack("<2H3Q", 1, 24, len(XML), len(XML), 0)
    wide = record(extra=extra).replace(struct.pack("<2L", len(XML), len(XML)), b"\xff" * 8)
    wide = wide[:42] + b"\xff" * 4 + wide[46:]
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(wide), len(ENTRY))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(ENTRY + wide), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert seen(read(ENTRY + wide + end64 + locator + end)) == [("a!x.xml", XML)]


def test_more_entries_than_the_16_bit_count_holds_are_read() -> None:
    rows = [record(offset=n * len(ENTRY)) for n in range(0x10000 + 3)]
    items = read(raw_zip(ENTRY * len(rows), *rows, count=3))
    assert len(items) == len(rows)
    assert not [item for item in items if isinstance(item, Recusa)]


def test_a_comment_may_even_hold_the_signature_of_an_end() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x", XML)
        archive.comment = b"feito em casa PK\5\6" + bytes(30)
    assert seen(read(buffer.getvalue())) == [("a!x", XML)]


def test_bytes_before_and_after_a_zip_do_not_matter() -> None:
    assert seen(read(b"MZ" + bytes(2000) + a_zip(("x", XML)))) == [("a!x", XML)]
    assert seen(read(a_zip(("x", XML)) + b"\r\n")) == [("a!x", XML)]


def test_entries_written_to_a_pipe_with_data_descriptors_are_read() -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    buffer = Unseekable()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", XML)
        archive.writestr("y", XML)
    assert seen(read(buffer.getvalue())) == [("a!x", XML), ("a!y", XML)]


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        ("notas/emissão.xml".encode(), 0x800, "notas/emissão.xml"),
        ("notas/emissão.xml".encode(), 0, "notas/emissão.xml"),
        ("emissão à vista.xml".encode("cp850"), 0, "emissão à vista.xml"),
        ("SÃO JOSÉ ÓTICA.xml".encode("cp850"), 0, "SÃO JOSÉ ÓTICA.xml"),
        ("METRÔ PERÚ.xml".encode("cp850"), 0, "METRÔ PERÚ.xml"),
        ("café à lenha.xml".encode("cp437"), 0, "café à lenha.xml"),
        ("emissão às três.xml".encode("latin-1"), 0, "emissão às três.xml"),
        ("Câmara Médica.xml".encode("latin-1"), 0, "Câmara Médica.xml"),
        ("AÇÃO café.xml".encode("cp1252"), 0x800, "AÇÃO café.xml"),
        (b"..\\..\\x.xml", 0, "../../x.xml"),
        (b"C:\\notas\\x.xml", 0, "C:/notas/x.xml"),
        (b"../../x.xml", 0, "../../x.xml"),
        (b"/etc/x.xml", 0, "/etc/x.xml"),
        (b"x.xml\0.exe\x1b[2J", 0, "x.xml\ufffd.exe\ufffd[2J"),
        ("x\u202elmx.exe".encode(), 0, "x\ufffdlmx.exe"),
        (b"", 0, "(sem nome)"),
    ],
)
def test_names_are_labels_in_whatever_encoding_they_came(raw: bytes, flags: int, name: str) -> None:
    archive = raw_zip(local_header(raw) + XML, record(raw, flags=flags))
    assert seen(read(archive)) == [(f"a!{name}", XML)]


def test_the_unicode_path_field_wins_when_it_belongs_to_the_name() -> None:
    path = "ação.xml".encode()
    for owner, name in ((b"x.xml", "ação.xml"), (b"outro", "x.xml")):
        field = b"\1" + zlib.crc32(owner).to_bytes(4, "little") + path
        extra = struct.pack("<2H", 0x7075, len(field)) + field
        archive = raw_zip(ENTRY, record(extra=extra))
        assert seen(read(archive)) == [(f"a!{name}", XML)]


def test_each_of_several_entries_with_one_name_is_read() -> None:
    rows = [record(), record(offset=len(ENTRY))]
    assert seen(read(raw_zip(ENTRY * 2, *rows))) == [("a!x.xml", XML)] * 2


def test_folders_are_left_out_and_links_are_not_followed() -> None:
    link = local_header(b"atalho") + b"/etc/passwd"
    body = local_header(b"d/") + local_header(b"w\\") + link
    rows = [
        record(b"d/", b"", offset=0),
        record(b"w\\", b"", offset=32),
        record(b"atalho", b"/etc/passwd", offset=64, mode=0o120777),
    ]
    assert seen(read(raw_zip(body, *rows))) == [
        ("a!atalho", "Não é arquivo fiscal: link simbólico, que não é seguido.")
    ]


def test_a_name_that_ends_as_a_folder_hides_no_document() -> None:
    archive = raw_zip(local_header(b"x.xml/") + XML, record(b"x.xml/"))
    assert seen(read(archive)) == [("a!x.xml/", XML)]


def test_only_an_entry_made_on_unix_can_be_a_link() -> None:
    made_on_dos = bytearray(record(mode=0o120777))
    made_on_dos[5] = 0
    assert seen(read(raw_zip(ENTRY, bytes(made_on_dos)))) == [("a!x.xml", XML)]


@pytest.mark.parametrize("flags", [1, 1 << 6 | 1, 1 << 13])
def test_an_encrypted_entry_is_refused_and_the_rest_goes_on(flags: int) -> None:
    rows = [record(flags=flags), record(offset=len(ENTRY))]
    assert seen(read(raw_zip(ENTRY * 2, *rows))) == [("a!x.xml", "XML-045"), ("a!x.xml", XML)]


@pytest.mark.parametrize(
    ("lie", "motivo"),
    [
        (record(size=len(XML) - 1), "o tamanho não confere com o declarado"),
        (record(size=len(XML) + 1), "o tamanho não confere com o declarado"),
        (record(crc=1), "a soma de verificação (CRC-32) não confere"),
        (record(offset=3), "seus dados não estão onde o índice diz"),
        (record(offset=len(ENTRY) * 2), "seus dados não estão onde o índice diz"),
        (record(offset=0xFFFFFFFF), "seus dados não estão onde o índice diz"),
        (
            record(offset=0xFFFFFFFF, extra=struct.pack("<2HQ", 1, 8, 2**64 - 1)),
            "seus dados não estão onde o índice diz",
        ),
    ],
)
def test_a_record_that_lies_loses_only_its_entry(lie: bytes, motivo: str) -> None:
    archive = raw_zip(ENTRY * 2, lie, record(offset=len(ENTRY)))
    assert seen(read(b"MZ" + archive)) == seen(read(archive))
    refused, entry = read(archive)
    assert isinstance(refused, Recusa)
    assert (refused.codigo, refused.motivo) == ("XML-047", f"A entrada está danificada: {motivo}.")
    assert seen([entry]) == [("a!x.xml", XML)]


def test_corrupt_data_loses_only_its_entry() -> None:
    packed = deflated(XML)
    bad = local_header() + b"\xff" * len(packed)
    good = local_header() + packed
    rows = [record(packed=packed, method=8, offset=at) for at in (0, len(bad))]
    assert seen(read(raw_zip(bad + good, *rows))) == [("a!x.xml", "XML-044"), ("a!x.xml", XML)]


def test_entries_that_share_their_bytes_are_refused() -> None:
    assert seen(read(raw_zip(ENTRY, record(), record(b"y.xml")))) == [
        ("a!x.xml", "XML-048"),
        ("a!y.xml", "XML-048"),
    ]


def test_an_entry_that_quotes_the_next_one_is_refused() -> None:
    kernel = local_header(b"b.xml") + XML
    rows = [
        record(b"a.xml", kernel, size=len(kernel)),
        record(b"b.xml", offset=len(local_header(b"a.xml"))),
    ]
    archive = raw_zip(local_header(b"a.xml") + kernel, *rows)
    assert seen(read(archive)) == [("a!a.xml", "XML-048"), ("a!b.xml", XML)]


def test_an_entry_that_runs_into_the_directory_is_refused() -> None:
    archive = raw_zip(ENTRY, record(packed=XML + b"x"))
    assert seen(read(archive)) == [("a!x.xml", "XML-048")]


@pytest.mark.parametrize("kept", [4, 60, -1, -23])
def test_a_zip_without_its_end_is_refused_in_portuguese(kept: int) -> None:
    (refused,) = read(a_zip(("x", XML), ("y", XML))[:kept], "a.zip")
    assert refused == Recusa(
        "a.zip",
        "XML-042",
        "O ZIP está incompleto ou danificado: falta o índice das entradas (diretório central).",
        "Baixe ou copie o arquivo de novo; se o original estiver assim, gere-o outra vez.",
    )


def test_a_zip_without_its_beginning_is_refused() -> None:
    assert seen(read(a_zip(("x", XML), ("y", XML))[40:])) == [("a", "XML-042")]


def test_entries_before_a_damage_in_the_directory_are_read() -> None:
    rows = [record(), b"XX" + record(offset=len(ENTRY))[2:]]
    assert seen(read(raw_zip(ENTRY * 2, *rows))) == [("a!x.xml", XML), ("a", "XML-042")]
    cut = [record(), record(offset=len(ENTRY))[:-1]]
    assert seen(read(raw_zip(ENTRY * 2, *cut))) == [("a!x.xml", XML), ("a", "XML-042")]


def test_a_directory_with_fewer_entries_than_it_declares_says_so() -> None:
    entry, refused = read(raw_zip(ENTRY, record(), count=5))
    assert seen([entry]) == [("a!x.xml", XML)]
    assert isinstance(refused, Recusa)
    assert refused.motivo == (
        "O ZIP está incompleto ou danificado: o índice declara 5 entradas, mas tem 1."
    )


def test_a_directory_that_claims_ten_million_entries_is_refused_unread() -> None:
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 10**7, 10**7, 0, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    (refused,) = read(end64 + locator + raw_zip(b""))
    assert isinstance(refused, Recusa)
    assert refused.motivo == "O arquivo tem mais de 1.000.000 entradas; o restante não foi lido."


def test_a_directory_that_hides_its_entries_is_refused_before_any_is_read() -> None:
    rows = [record(offset=n * len(ENTRY)) for n in range(9)]
    archive = raw_zip(ENTRY * 9, *rows, count=1)
    assert seen(read(archive, "a", ArchiveLimits(max_entries=8))) == [("a", "XML-052")]


def test_a_zip_split_in_volumes_is_refused() -> None:
    assert seen(read(raw_zip(ENTRY, record(), disk=1))) == [("a", "XML-056")]


@pytest.mark.skipif(sys.platform == "win32", reason="zipfile writes names otherwise there")
def test_the_standard_library_reads_the_same() -> None:
    archive = a_zip(*((f"d{n}/ação {n}.xml", XML * n) for n in range(30)))
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        expected = [(f"a!{info.filename}", file.read(info)) for info in file.infolist()]
    assert seen(read(archive)) == expected
