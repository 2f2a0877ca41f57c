"""TAR: forms, types, headers that lie."""

from __future__ import annotations

import gzip
import tarfile

import pytest
from archive_files import XML, a_tar, dice, pipe, read, seen, tar_header

from fiscalxml.archives import Recusa

END = bytes(1024)
BODY = XML.ljust(512, b"\0")
SIZE = len(XML)
FORMS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def pax(*records: tuple[bytes, bytes]) -> bytes:
    """A PAX header with these records."""
    body = b""
    for key, value in records:
        rest = b" " + key + b"=" + value + b"\n"
        size = next(n for n in range(len(rest), len(rest) + 9) if n == len(rest) + len(str(n)))
        body += str(size).encode() + rest
    return extension(tarfile.XHDTYPE, body)


def checksum(header: bytearray) -> bytes:
    return b"%06o\0 " % (sum(header[:148]) + sum(header[156:]) + 8 * ord(" "))


def extension(kind: bytes, body: bytes) -> bytes:
    return tar_header("@", len(body), kind) + body + bytes(-len(body) % 512)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("form", FORMS)
def test_entries_of_every_form_and_compression_are_read(mode: str, form: int) -> None:
    files = [("emissão.xml", XML * 2000), ("vazio", b""), ("d/" * 60 + "x.xml", XML)]
    archive = a_tar(*files, mode=mode, form=form)
    assert seen(read(archive)) == [(f"a!{name}", data) for name, data in files]
    assert seen(read(pipe(archive))) == [(f"a!{name}", data) for name, data in files]


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_are_read(form: int) -> None:
    name = "emissão-" * 80 + ".xml"
    assert seen(read(a_tar((name, XML), ("y", XML), form=form))) == [
        (f"a!{name}", XML),
        ("a!y", XML),
    ]


def test_a_size_too_long_for_the_header_is_taken_from_the_pax_record() -> None:
    archive = pax((b"size", str(SIZE).encode())) + tar_header("x") + BODY + END
    assert seen(read(archive)) == [("a!x", XML)]


def test_names_in_old_encodings_and_dangerous_paths_are_labels() -> None:
    archive = (
        pax((b"path", "emissão.xml".encode("cp850")))
        + tar_header("x", SIZE)
        + BODY
        + tar_header("../../etc/x.xml", SIZE)
        + BODY
        + END
    )
    assert seen(read(archive)) == [("a!emissão.xml", XML), ("a!../../etc/x.xml", XML)]


def test_an_empty_tar_has_no_entries() -> None:
    empty = a_tar()
    assert read(empty, "a.tar") == []
    assert read(gzip.compress(empty), "a.tgz") == []
    assert read(gzip.compress(empty), "a.tar.gz") == []


def test_a_tar_older_than_posix_is_known_by_its_name() -> None:
    old = bytearray(tar_header("x", SIZE))
    old[257:265] = bytes(8)
    old[148:156] = checksum(old)
    assert seen(read(bytes(old) + BODY + END, "a.tar")) == [("a.tar!x", XML)]
    assert seen(read(gzip.compress(old + BODY + END), "a.tgz")) == [("a.tgz!x", XML)]


def test_links_and_devices_are_never_followed() -> None:
    kinds = {
        tarfile.SYMTYPE: "link simbólico, que não é seguido",
        tarfile.LNKTYPE: "link físico, que não é seguido",
        tarfile.CHRTYPE: "dispositivo",
        tarfile.BLKTYPE: "dispositivo",
        tarfile.FIFOTYPE: "canal (FIFO)",
    }
    headers = b"".join(tar_header("/dev/zero", 0, kind) for kind in kinds)
    archive = headers + tar_header("d", 0, tarfile.DIRTYPE) + tar_header("x", SIZE) + BODY + END
    assert seen(read(archive)) == [
        *(("a!/dev/zero", f"Não é arquivo fiscal: {what}.") for what in kinds.values()),
        ("a!x", XML),
    ]


@pytest.mark.parametrize("map_blocks", [0, 2])
def test_a_gnu_sparse_file_is_refused_and_the_rest_goes_on(map_blocks: int) -> None:
    header = bytearray(tar_header("s", SIZE, tarfile.GNUTYPE_SPARSE))
    header[482] = map_blocks > 0
    header[148:156] = checksum(header)
    blocks = b"".join(
        bytes(504) + bytes([n < map_blocks - 1]) + bytes(7) for n in range(map_blocks)
    )
    archive = bytes(header) + blocks + BODY + tar_header("x", SIZE) + BODY + END
    assert seen(read(archive)) == [("a!s", "XML-057"), ("a!x", XML)]


def test_a_pax_sparse_file_is_refused_and_the_rest_goes_on() -> None:
    sparse = pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"))
    archive = sparse + tar_header("s", SIZE) + BODY + tar_header("x", SIZE) + BODY + END
    assert seen(read(archive)) == [("a!s", "XML-057"), ("a!x", XML)]


def test_an_unknown_type_is_refused_and_the_rest_goes_on() -> None:
    archive = tar_header("m", SIZE, b"M") + BODY + tar_header("x", SIZE) + BODY + END
    refused, entry = read(archive)
    assert isinstance(refused, Recusa)
    assert refused.motivo == "Entradas do tipo 'M' não são aceitas no TAR."
    assert seen([entry]) == [("a!x", XML)]


def test_entries_before_a_cut_are_read() -> None:
    archive = a_tar(("x", XML), ("y", XML * 100))
    assert seen(read(archive[:2000])) == [("a!x", XML), ("a!y", "XML-043"), ("a", "XML-043")]
    assert seen(read(archive[:1100])) == [("a!x", XML), ("a", "XML-043")]


def test_a_cut_between_entries_is_told_by_the_missing_end_mark() -> None:
    entry, refused = read(tar_header("x", SIZE) + BODY)
    assert seen([entry]) == [("a!x", XML)]
    assert isinstance(refused, Recusa)
    assert refused.motivo == (
        "O TAR está incompleto ou danificado: falta a marca de fim, e pode haver entradas perdidas."
    )


def test_entries_before_a_cut_in_the_compressed_stream_are_read() -> None:
    noise = dice(1).randbytes(300_000)
    archive = a_tar(("x", XML), ("y", noise), mode="w:gz")
    assert seen(read(archive[:200_000])) == [
        ("a!x", XML),
        ("a!y", "XML-044"),
        ("a", "XML-044"),
    ]


def test_past_a_damaged_header_it_goes_on_at_the_next_sound_one() -> None:
    good = tar_header("x", SIZE) + BODY
    bad = b"\xff" + good[1:]
    assert seen(read(good + bad + good + END)) == [("a!x", XML), ("a!x", XML), ("a", "XML-043")]


def test_inside_a_damage_only_a_header_that_names_its_form_is_believed() -> None:
    old = bytearray(tar_header("antigo", SIZE))
    old[257:265] = bytes(8)
    old[148:156] = checksum(old)
    sound = tar_header("x", SIZE) + BODY
    damage = b"\xff" * 512
    assert seen(read(sound + old + BODY + END)) == [("a!x", XML), ("a!antigo", XML)]
    assert seen(read(sound + damage + old + BODY + sound + END)) == [
        ("a!x", XML),
        ("a!x", XML),
        ("a", "XML-043"),
    ]


def test_a_tar_appended_after_the_end_of_another_is_read() -> None:
    assert seen(read(a_tar(("x", XML)) + a_tar(("y", XML)))) == [("a!x", XML), ("a!y", XML)]


def test_bytes_after_the_end_of_a_tar_are_told() -> None:
    assert seen(read(a_tar(("x", XML)) + b"lixo" * 500)) == [("a!x", XML), ("a", "XML-043")]


def test_a_negative_size_is_damage() -> None:
    header = bytearray(tar_header("x", SIZE))
    header[124:136] = b"\xff" * 12
    header[148:156] = checksum(header)
    archive = bytes(header) + BODY + tar_header("y", SIZE) + BODY + END
    assert seen(read(archive)) == [("a!y", XML), ("a", "XML-043")]


@pytest.mark.parametrize(
    "body",
    [
        b"lixo",
        b"0 x=1\n",
        b"-9 x=1\n",
        b"99 path=x\n",
        b"8 path=x",
        b"99999999",
        b"12 size=-12\n",
        b"11 size=1_0\n",
        b"33 size=" + b"9" * 24 + b"\n",
        b"8 path x\n",
    ],
)
def test_malformed_pax_records_are_damage_and_the_rest_goes_on(body: bytes) -> None:
    archive = extension(tarfile.XHDTYPE, body) + tar_header("x", SIZE) + BODY + END
    assert seen(read(archive)) == [("a!x", XML), ("a", "XML-043")]


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_huge_extension_header_is_never_held(kind: bytes) -> None:
    archive = extension(kind, bytes(2 * 1024**2)) + tar_header("x", SIZE) + BODY + END
    assert seen(read(archive)) == [("a!x", XML), ("a", "XML-043")]


def test_global_headers_and_long_link_names_are_passed_over() -> None:
    archive = (
        extension(tarfile.XGLTYPE, b"18 comment=global\n")
        + extension(tarfile.GNUTYPE_LONGLINK, b"alvo" * 50)
        + tar_header("x", SIZE)
        + BODY
        + END
    )
    assert seen(read(archive)) == [("a!x", XML)]
