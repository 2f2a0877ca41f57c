"""A ZIP written in one go is one to readers that were not made here."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from fiscalxml_server.kit import spool, zipping
from fiscalxml_server.kit.spool import Rascunho, SemEspaco
from fiscalxml_server.kit.zipping import Comprimido, Zip

INSTANT = datetime(2026, 11, 28, 15, 4, 6)


def _archive() -> bytes:
    target = Zip(INSTANT, 1)
    late = Comprimido(1)
    data = target.file("nfe/a.xml", b"<a/>" * 100)
    data += target.begin("folha.xml")
    for part in range(5):
        late.write(b"tarde %d" % part)
        data += target.write(b"linha %d\n" % part)
    late.end()
    data += target.finish()
    data += b"".join(target.copy("ã ç.txt", late))
    data += target.file("vazio", b"")
    return data + b"".join(target.end())


def _check(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["nfe/a.xml", "folha.xml", "ã ç.txt", "vazio"]
        assert archive.read("nfe/a.xml") == b"<a/>" * 100
        assert archive.read("folha.xml").count(b"\n") == 5
        assert archive.read("ã ç.txt") == b"".join(b"tarde %d" % part for part in range(5))
        assert archive.read("vazio") == b""
        assert archive.getinfo("folha.xml").date_time == (2026, 11, 28, 15, 4, 6)


def test_files_of_each_kind_are_read_back() -> None:
    _check(_archive())


def test_files_past_4_gib_are_read_back(tmp_path: Path) -> None:
    """In a sparse file, as if something of 5 GiB had been written before."""
    start = 5 * 2**30
    target = Zip(INSTANT, 1)
    target._offset = start
    path = tmp_path / "grande.zip"
    with path.open("wb") as file:
        file.seek(start)
        file.write(target.file("a.xml", b"<a/>") + target.file("b.xml", b"<b/>"))
        file.writelines(target.end())
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.read("b.xml") == b"<b/>"


def test_more_files_than_a_plain_zip_may_have_are_read_back() -> None:
    target = Zip(INSTANT, 1)
    data = b"".join(target.file(str(number), b"") for number in range(70_000))
    data += b"".join(target.end())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len(archive.namelist()) == 70_000


def test_another_reader_finds_no_fault(tmp_path: Path) -> None:
    unzip = shutil.which("unzip")
    if unzip is None:
        pytest.skip("unzip is not here")
    path = tmp_path / "a.zip"
    path.write_bytes(_archive())
    done = subprocess.run([unzip, "-t", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_file_that_has_not_ended_lets_no_other_begin() -> None:
    target = Zip(INSTANT, 1)
    target.begin("a")
    with pytest.raises(ValueError, match="not ended"):
        target.file("b", b"")


def test_a_file_past_what_a_zip_takes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipping, "MAX_FILE_BYTES", 9)
    with pytest.raises(OverflowError):
        Zip(INSTANT, 1).file("a", b"0123456789")


def test_what_waits_comes_back_whole_from_memory_and_from_a_file() -> None:
    for total in (0, 10, spool._FRAME_BYTES, 30 * spool._FRAME_BYTES + 5):
        rascunho = Rascunho()
        written = bytes(total)
        for start in range(0, total, 100_000):
            rascunho.write(written[start : start + 100_000])
        assert rascunho.tamanho == total
        assert b"".join(rascunho.read()) == written


def test_what_waits_in_a_file_cannot_be_read_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(spool, "_MEMORY_BYTES", 1)
    rascunho = Rascunho()
    rascunho.write(b"CNPJ 12345678000195 " * 50_000)
    assert list(tmp_path.iterdir()) == []
    rascunho._file.seek(0)
    assert b"CNPJ" not in rascunho._file.read()


def test_a_disk_without_room_is_no_store_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_MEMORY_BYTES", 1)
    rascunho = Rascunho()
    rascunho._file.close()
    rascunho._file = Path("/dev/full").open("wb", buffering=0)  # type: ignore[assignment]  # noqa: SIM115
    with pytest.raises(SemEspaco):
        rascunho.write(bytes(spool._FRAME_BYTES))
