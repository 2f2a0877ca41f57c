"""Whatever is done to an archive, reading it ends, raises nothing, and stays within the limits."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile

import pytest
from archive_files import XML, a_tar, a_zip, dice, raw_zip, read
from hypothesis import given, settings
from hypothesis import strategies as st

from fiscalxml.archives import ArchiveLimits, Entry, Ignorado, Recusa

FILES = [("d/emissão.xml", XML), ("y.xml", XML * 30), ("p.pdf", b"%PDF-"), ("z.xml", b"")]
ARCHIVES = [
    a_zip(*FILES, method=zipfile.ZIP_STORED),
    a_zip(*FILES, ("b.zip", a_zip(*FILES))),
    a_zip(*FILES, method=zipfile.ZIP_BZIP2),
    a_zip(*FILES, method=zipfile.ZIP_LZMA),
    a_tar(*FILES, ("n" * 200, XML), form=tarfile.GNU_FORMAT),
    a_tar(*FILES, ("n" * 200, XML), ("b.zip", a_zip(*FILES))),
    a_tar(*FILES, mode="w:gz"),
    a_tar(*FILES, mode="w:bz2"),
    a_tar(*FILES, mode="w:xz"),
    gzip.compress(XML),
    bz2.compress(XML),
    lzma.compress(XML),
]
LIMITS = ArchiveLimits(max_entry_bytes=100_000, max_entries=1000, max_total_bytes=10_000_000)


def hold(data: bytes) -> None:
    for item in read(data, "a", LIMITS):
        assert isinstance(item, Entry | Recusa | Ignorado)
        assert item.name.isprintable()
        if isinstance(item, Entry):
            assert len(item.data) <= LIMITS.max_entry_bytes


@pytest.mark.parametrize("archive", ARCHIVES, ids=range(len(ARCHIVES)))
def test_with_bytes_changed_anywhere(archive: bytes) -> None:
    chance = dice(len(archive))
    for _ in range(150):
        data = bytearray(archive)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            data[at] = chance.choice([0, 1, 0x7F, 0xFF, chance.randrange(256)])
        hold(bytes(data))


@pytest.mark.parametrize("archive", ARCHIVES, ids=range(len(ARCHIVES)))
def test_with_its_head_or_tail_cut(archive: bytes) -> None:
    chance = dice(len(archive))
    for _ in range(60):
        at = chance.randrange(len(archive))
        hold(archive[:at])
        hold(archive[at:])


@pytest.mark.parametrize("archive", ARCHIVES, ids=range(len(ARCHIVES)))
def test_a_cut_never_goes_unnoticed(archive: bytes) -> None:
    whole = [item for item in read(archive) if not isinstance(item, Recusa)]
    for at in range(1, len(archive), max(1, len(archive) // 60)):
        items = read(archive[:at])
        read_whole = [item for item in items if not isinstance(item, Recusa)] == whole
        assert read_whole or any(isinstance(item, Recusa) for item in items)


@given(
    st.sampled_from([b"PK\3\4", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0", b""]), st.binary()
)
@settings(max_examples=200, deadline=None)
def test_with_anything_behind_a_magic_number(magic: bytes, rest: bytes) -> None:
    hold(magic + rest)


@given(st.binary(max_size=90), st.binary(max_size=40))
@settings(max_examples=200, deadline=None)
def test_with_anything_in_the_directory_of_a_zip(records: bytes, body: bytes) -> None:
    hold(raw_zip(body, b"PK\1\2" + records))
