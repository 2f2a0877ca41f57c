"""What holds for every archive: kinds, natures, nesting, limits."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_files import (
    XML,
    a_tar,
    a_zip,
    dice,
    pipe,
    read,
    seen,
)

import fiscalxml.archives
from fiscalxml.archives import ArchiveLimits, Recusa, archive_kind, iter_archive, nature
from fiscalxml.archives.limits import inteiro, tamanho
from fiscalxml.archives.refusals import CATALOGO

MB = 1024**2
Compress = Callable[[bytes], bytes]
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (a_zip(("x", XML)), "zip"),
        (a_zip(), "zip"),
        (a_tar(("x", XML)), "tar"),
        (a_tar(("x", XML), form=tarfile.GNU_FORMAT), "tar"),
        (gzip.compress(XML, mtime=0), "gzip"),
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
