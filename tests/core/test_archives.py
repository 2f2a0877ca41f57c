"""What holds for every archive: kinds, natures, nesting, limits."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tarfile
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_files import (
    XML,
    a_tar,
    a_zip,
    deflated,
    dice,
    local_header,
    pipe,
    raw_zip,
    read,
    record,
    seen,
)

import fiscalxml.archives
from fiscalxml.archives import ArchiveLimits, Recusa, archive_kind, iter_archive, nature
from fiscalxml.archives.limits import inteiro, tamanho
from fiscalxml.archives.refusals import CATALOGO

MB = 1024**2
Compress = Callable[[bytes], bytes]
Make = Callable[..., bytes]
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (a_zip(("x", XML)), "zip"),
        (a_zip(), "zip"),
        (a_tar(("x", XML)), "tar"),
        (a_tar(("x", XML), form=tarfile.GNU_FORMAT), "tar"),
        (gzip.compress(XML), "gzip"),
        (bz2.compress(XML), "bzip2"),
        (bz2.compress(b""), "bzip2"),
        (lzma.compress(XML), "xz"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "7z"),
        (b"Rar!\x1a\x07\x01\0", "rar"),
        (b"\x28\xb5\x2f\xfd\x04", "zstd"),
        (XML, None),
        (b"BZhipotecario", None),
        (b"", None),
    ],
)
def test_the_kind_of_an_archive_is_read_from_its_first_bytes(data: bytes, kind: str | None) -> None:
    assert archive_kind(data[:512]) == kind


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("danfe.pdf", b"%PDF-1.7", "PDF"),
        ("nota.xml", b"%PDF-1.7", "PDF"),
        ("logo.png", b"\x89PNG\r\n\x1a\n", "imagem PNG"),
        ("foto.jpg", b"\xff\xd8\xff\xe0", "imagem JPEG"),
        ("logo.bmp", b"BM\x36\0\0\0\0\0\0\0", "imagem BMP"),
        ("logo.webp", b"RIFF\0\0\0\0WEBPVP8", "imagem WebP"),
        ("notas.xls", OLE, "documento do Office"),
        ("notas.xlsx", a_zip(("xl/a", b"")), "planilha do Excel"),
        ("notas", a_zip(("[Content_Types].xml", b"")), "documento do Office"),
        ("__MACOSX/._nota.xml", XML, "arquivo de sistema do macOS"),
        ("dir/.DS_Store", b"\0\0\0\1Bud1", "arquivo de sistema do macOS"),
        ("dir/Thumbs.db", b"", "arquivo de sistema do Windows"),
        ("desktop.ini", b"[.ShellClassInfo]", "arquivo de sistema do Windows"),
        ("nota.pdf", XML, None),
        ("nota.xlsx", XML, None),
        ("notas.zip", a_zip(("x.xml", XML)), None),
        ("erro.html", b"<!DOCTYPE html>", None),
        ("nota.json", b"{}", None),
        ("leia.txt", b"BMW", None),
        ("vazio.xml", b"", None),
    ],
)
def test_what_is_by_nature_no_fiscal_file_has_a_name(
    name: str, head: bytes, words: str | None
) -> None:
    assert nature(name, head[:512]) == words


def test_what_is_no_fiscal_file_is_ignored_with_its_reason() -> None:
    archive = a_zip(("d/", b""), ("d/danfe.pdf", b"%PDF-1.7"), ("__MACOSX/._x", b"x"), ("x", XML))
    assert seen(read(archive, "a.zip")) == [
        ("a.zip!d/danfe.pdf", "Não é arquivo fiscal: PDF."),
        ("a.zip!__MACOSX/._x", "Não é arquivo fiscal: arquivo de sistema do macOS."),
        ("a.zip!x", XML),
    ]


def test_an_archive_is_read_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(a_zip(("x.xml", XML)))
    assert seen(iter_archive(path, "notas.zip")) == [("notas.zip!x.xml", XML)]


def test_an_error_of_the_source_itself_is_raised(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(iter_archive(tmp_path / "nada.zip", "nada.zip"))


@pytest.mark.parametrize(
    "data", [a_zip(("x", XML)), a_tar(("x", XML)), a_tar(("x", XML), mode="w:gz")]
)
def test_a_pipe_is_read_as_a_file_is(data: bytes) -> None:
    assert seen(read(pipe(data))) == [("a!x", XML)]


def test_a_zip_from_a_pipe_is_copied_only_up_to_a_limit() -> None:
    data = a_zip(("x", XML))
    limits = ArchiveLimits(max_spool_bytes=len(data) - 1)
    assert seen(read(pipe(data), "a", limits)) == [("a", "XML-054")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "XML-040"),
        (XML, "XML-040"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "XML-041"),
        (b"Rar!\x1a\x07\x01\0", "XML-041"),
        (b"PK\3\4", "XML-042"),
        (b"\x1f\x8b", "XML-044"),
    ],
)
def test_what_cannot_be_opened_is_refused_whole(data: bytes, code: str) -> None:
    assert seen(read(data, "a.zip")) == [("a.zip", code)]


def test_a_rar_is_refused_with_a_way_out() -> None:
    assert read(b"Rar!\x1a\x07\x01\0", "notas.rar") == [
        Recusa(
            "notas.rar",
            "XML-041",
            "Arquivos RAR não são aceitos.",
            "Extraia o conteúdo e compacte-o de novo como ZIP.",
        )
    ]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_single_compressed_xml_is_one_entry(compress: Compress) -> None:
    assert seen(read(compress(XML), "d/nota.xml.gz")) == [("d/nota.xml.gz!nota.xml", XML)]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_members_in_a_row_are_one_stream_and_zeros_are_padding(compress: Compress) -> None:
    data = compress(XML[:9]) + bytes(70_000) + compress(b"") + compress(XML[9:]) + bytes(8)
    assert seen(read(data, "x.gz")) == [("x.gz!x", XML)]


def test_bytes_after_a_gzip_are_told_and_lose_nothing() -> None:
    assert seen(read(gzip.compress(XML) + b"lixo", "x.gz")) == [
        ("x.gz!x", XML),
        ("x.gz", "XML-055"),
    ]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_truncated_or_corrupt_stream_is_refused(compress: Compress) -> None:
    data = compress(dice(1).randbytes(200_000))
    broken = data[:-12] + bytes(byte ^ 0xFF for byte in data[-12:])
    assert seen(read(data[:-9], "x.gz")) == [("x.gz!x", "XML-044")]
    assert seen(read(broken, "x.gz")) in ([("x.gz!x", "XML-044")], [("x.gz", "XML-044")])


def test_an_xz_that_wants_too_much_memory_is_refused() -> None:
    data = bytearray(lzma.compress(XML))
    block = slice(12, 12 + (data[12] + 1) * 4)
    data[block.start + 4] = 32  # a dictionary of 256 MiB; the block header ends with its CRC-32
    crc = zlib.crc32(data[block.start : block.stop - 4])
    data[block.stop - 4 : block.stop] = crc.to_bytes(4, "little")
    assert lzma.decompress(bytes(data)) == XML
    assert seen(read(bytes(data), "x.xz")) == [("x.xz", "XML-044")]


def test_archives_inside_archives_are_opened_down_to_the_limit() -> None:
    deepest = a_zip(("d.xml", XML))
    inner = a_zip(("c.zip", deepest), ("c.xml", XML))
    archive = a_zip(("b.zip", a_tar(("i.zip", inner))), ("z.xml", XML))
    assert seen(read(archive, "a.zip")) == [
        ("a.zip!b.zip!i.zip!c.zip", "XML-053"),
        ("a.zip!b.zip!i.zip!c.xml", XML),
        ("a.zip!z.xml", XML),
    ]


def test_every_kind_is_opened_inside_every_other() -> None:
    files = ("x.xml", XML)
    inner = [
        ("b.zip", a_zip(files)),
        ("b.tar", a_tar(files)),
        ("b.tgz", a_tar(files, mode="w:gz")),
        ("x.xml.gz", gzip.compress(XML)),
    ]
    expected = [(f"a!{name}!x.xml", XML) for name, _ in inner]
    assert seen(read(a_zip(*inner))) == expected
    assert seen(read(a_tar(*inner))) == expected
    assert seen(read(a_tar(*inner, mode="w:xz"))) == expected


def test_a_damaged_archive_inside_loses_only_itself() -> None:
    archive = a_zip(("b.zip", a_zip(("x", XML))[:-30]), ("c.7z", b"7z\xbc\xaf\x27\x1c"), ("x", XML))
    assert seen(read(archive)) == [("a!b.zip", "XML-042"), ("a!c.7z", "XML-041"), ("a!x", XML)]


def test_a_zip_inside_is_copied_only_up_to_a_limit() -> None:
    archive = a_zip(("b.zip", a_zip(("x", XML))), ("x", XML))
    assert seen(read(archive, "a", ArchiveLimits(max_spool_bytes=50))) == [
        ("a!b.zip", "XML-054"),
        ("a!x", XML),
    ]


@pytest.mark.parametrize("make", [a_zip, a_tar])
def test_an_entry_over_its_limit_is_refused_and_the_rest_goes_on(make: Make) -> None:
    archive = make(("certo", b"x" * 600), ("demais", b"x" * 601), ("x", XML))
    assert seen(read(archive, "a", ArchiveLimits(max_entry_bytes=600))) == [
        ("a!certo", b"x" * 600),
        ("a!demais", "XML-049"),
        ("a!x", XML),
    ]


def test_the_head_that_is_looked_at_counts_against_the_entry_limit() -> None:
    assert seen(read(a_zip(("x", XML)), "a", ArchiveLimits(max_entry_bytes=5))) == [
        ("a!x", "XML-049")
    ]


@pytest.mark.parametrize("make", [a_zip, a_tar])
def test_reading_stops_past_the_entries_limit(make: Make) -> None:
    archive = make(("1", XML), ("2", XML), ("3", XML))
    items = seen(read(archive, "a", ArchiveLimits(max_entries=2)))
    assert items[-1] == ("a", "XML-052")
    assert items[:-1] in ([], [("a!1", XML), ("a!2", XML)])


def test_entries_of_archives_inside_count_together() -> None:
    archive = a_zip(("b.zip", a_zip(("1", XML), ("2", XML))), ("3", XML))
    assert seen(read(archive, "a", ArchiveLimits(max_entries=3))) == [
        ("a!b.zip!1", XML),
        ("a!b.zip!2", XML),
        ("a", "XML-052"),
    ]


@pytest.mark.parametrize("make", [a_zip, a_tar])
def test_reading_stops_past_the_total_limit(make: Make) -> None:
    archive = make(*((str(n), bytes(100_000)) for n in range(9)))
    items = seen(read(archive, "a", ArchiveLimits(max_total_bytes=400_000)))
    assert items[-1] == ("a", "XML-051")
    assert 2 <= len(items) <= 5


def test_a_bomb_in_a_zip_is_refused_by_its_ratio_and_the_rest_goes_on() -> None:
    archive = a_zip(("bomba", bytes(8 * MB)), ("x", XML))
    assert seen(read(archive)) == [("a!bomba", "XML-050"), ("a!x", XML)]


def test_what_compresses_well_but_is_small_is_no_bomb() -> None:
    assert seen(read(a_zip(("x", bytes(MB))))) == [("a!x", bytes(MB))]


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_a_bomb_in_a_compressed_tar_stops_that_archive(mode: str) -> None:
    bomb = a_tar(("antes", XML), ("bomba", bytes(60 * MB)), ("depois", XML), mode=mode)
    assert seen(read(a_zip(("b", bomb), ("x", XML)))) == [
        ("a!b!antes", XML),
        ("a!b!bomba", "XML-050"),
        ("a!b", "XML-050"),
        ("a!x", XML),
    ]


def test_bombs_inside_bombs_cost_no_more_than_the_limits() -> None:
    bomb = a_zip(*((f"{n}.xml", bytes(4 * MB)) for n in range(4)))
    for _ in range(3):
        bomb = a_zip(*((f"{n}.zip", bomb) for n in range(4)))
    items = read(bomb)
    assert {code for _, code in seen(items)} == {"XML-053"}
    assert len(items) == 64


def test_memory_does_not_follow_what_an_archive_holds() -> None:
    packed = deflated(XML + b" " * 50_000)
    data = XML + b" " * 50_000
    body = b"".join(local_header() + packed for _ in range(500))
    step = len(local_header() + packed)
    archive = io.BytesIO(
        raw_zip(
            body, *(record(data=data, packed=packed, method=8, offset=n * step) for n in range(500))
        )
    )
    tracemalloc.start()
    count = sum(1 for _ in iter_archive(archive, "a"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 500
    assert peak < 2 * MB


def test_every_code_is_documented_and_every_text_ends_as_a_sentence() -> None:
    documented = re.findall(r"^    (XML-\d{3})  ", fiscalxml.archives.__doc__ or "", re.M)
    assert documented == list(CATALOGO)
    for motivo, correcao in CATALOGO.values():
        assert motivo.endswith(".")
        assert correcao is None or correcao.endswith(".")


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (512, "512 bytes"),
        (1024, "1 KB"),
        (16 * MB, "16 MB"),
        (3 * MB // 2, "1,5 MB"),
        (50 * 1024 * MB, "50 GB"),
    ],
)
def test_sizes_are_written_as_brazilians_read_them(size: int, text: str) -> None:
    assert tamanho(size) == text


def test_numbers_are_written_as_brazilians_read_them() -> None:
    assert inteiro(1_000_000) == "1.000.000"
