"""What a PATH may be, what its documents are called, and their order."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from cli_command import fiscalxml, invoke, names, reports

from factory import build, envi_nfe


def _zip(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name.replace("_", "."), data)
    return buffer.getvalue()


def _tar_gz(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in entries.items():
            info = tarfile.TarInfo(name.replace("_", "."))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def test_paths_come_in_the_order_given(tmp_path: Path, valida: bytes) -> None:
    paths = [tmp_path / name for name in ("c.xml", "a.xml", "b.xml")]
    for path in paths:
        path.write_bytes(valida)
    assert names(invoke("validate", "--json", *paths).stdout_bytes) == [str(p) for p in paths]


def test_a_folder_is_walked_by_name_within_each_folder(tmp_path: Path, valida: bytes) -> None:
    for name in ("b/2.xml", "b/1.xml", "c.xml", "a.xml", "b/0/x.xml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(valida)
    output = invoke("validate", "--json", tmp_path).stdout_bytes
    expected = ["a.xml", "b/0/x.xml", "b/1.xml", "b/2.xml", "c.xml"]
    assert names(output) == [f"{tmp_path}/{name}" for name in expected]


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_many_files_keep_their_order_whatever_the_jobs(tmp_path: Path, jobs: int) -> None:
    expected = [f"{number:03}.xml" for number in range(100)]
    for name in expected:
        (tmp_path / name).write_bytes(b"<x/>")
    output = fiscalxml("validate", "--json", "--jobs", str(jobs), tmp_path).stdout
    assert names(output) == [f"{tmp_path}/{name}" for name in expected]


@pytest.mark.parametrize("make", [_zip, _tar_gz])
@pytest.mark.parametrize("inside_folder", [True, False])
def test_archives_give_their_entries(
    tmp_path: Path, valida: bytes, make: type, inside_folder: bool
) -> None:
    path = tmp_path / "lote.bin"
    path.write_bytes(make(b_xml=valida, a_xml=valida))
    output = invoke("validate", "--json", tmp_path if inside_folder else path).stdout_bytes
    assert names(output) == [f"{path}!b.xml", f"{path}!a.xml"]


def test_a_gzipped_note_is_a_note(tmp_path: Path, valida: bytes) -> None:
    path = tmp_path / "nota.xml.gz"
    path.write_bytes(gzip.compress(valida))
    (report,) = reports(invoke("validate", "--json", path).stdout_bytes)
    assert (report.arquivo, report.veredito) == (f"{path}!nota.xml", "valido")


def test_an_entry_that_cannot_be_read_is_a_report(tmp_path: Path, valida: bytes) -> None:
    data = bytearray(_zip(a_xml=valida, b_xml=valida))
    data[60] ^= 0xFF  # inside the first entry's compressed bytes
    path = tmp_path / "lote.zip"
    path.write_bytes(data)
    result = invoke("validate", "--json", path)
    refused, good = reports(result.stdout_bytes)
    assert result.exit_code == 1
    assert (refused.arquivo, refused.veredito) == (f"{path}!a.xml", "invalido")
    assert refused.achados[0].codigo in {"XML-044", "XML-047"}
    assert good.veredito == "valido"


@pytest.mark.parametrize(("make", "expected"), [(bytes, "-"), (lambda x: _zip(n_xml=x), "-!n.xml")])
def test_stdin_is_a_note_or_an_archive(valida: bytes, make: type, expected: str) -> None:
    result = invoke("validate", "--json", "-", stdin=make(valida))
    assert result.exit_code == 0
    assert names(result.stdout_bytes) == [expected]


@pytest.mark.parametrize("make", [bytes, lambda x: _zip(n_xml=x), lambda x: _tar_gz(n_xml=x)])
def test_stdin_may_be_a_pipe(valida: bytes, make: type) -> None:
    result = fiscalxml("validate", "--json", "-", input=make(valida))
    assert (result.returncode, len(reports(result.stdout))) == (0, 1)


def test_a_named_pipe_is_read_as_a_stream(valida: bytes) -> None:
    """As `<(curl …)` gives it."""
    reader, writer = os.pipe()
    os.write(writer, valida)
    os.close(writer)
    result = fiscalxml("validate", "--json", f"/dev/fd/{reader}", pass_fds=[reader])
    os.close(reader)
    assert names(result.stdout) == [f"/dev/fd/{reader}"]
    assert result.returncode == 0


def test_a_closed_stdin_is_an_empty_file() -> None:
    result = fiscalxml("validate", "--json", "-", prelude="import sys; sys.stdin = None")
    assert result.returncode == 1
    assert reports(result.stdout)[0].achados[0].codigo == "XML-001"


def test_files_that_are_not_fiscal_by_nature_are_counted_not_judged(
    tmp_path: Path, valida: bytes
) -> None:
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "._nota.xml").write_bytes(b"\0\5\x16\7")
    (tmp_path / "danfe.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "lote.zip").write_bytes(_zip(n_xml=valida, d_pdf=b"%PDF-1.7"))
    result = invoke("validate", tmp_path)
    assert result.exit_code == 0
    assert "1 documento: 1 válido" in result.stdout
    assert "Ignorados: 4 arquivos que não são fiscais" in result.stdout


def test_a_named_pdf_is_judged_since_it_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "danfe.pdf"
    path.write_bytes(b"%PDF-1.7")
    result = invoke("validate", "--json", path)
    assert result.exit_code == 1
    assert names(result.stdout_bytes) == [str(path)]


def test_links_to_folders_are_not_followed(tmp_path: Path, valida: bytes) -> None:
    (tmp_path / "nota.xml").write_bytes(valida)
    (tmp_path / "volta").symlink_to(tmp_path)
    assert names(invoke("validate", "--json", tmp_path).stdout_bytes) == [f"{tmp_path}/nota.xml"]


def test_folders_may_be_nested_deeper_than_python_recurses(tmp_path: Path) -> None:
    deepest = tmp_path.joinpath(*["x"] * 600)
    deepest.mkdir(parents=True)
    (deepest / "n.xml").write_bytes(b"")
    result = invoke("validate", "--json", tmp_path)
    assert names(result.stdout_bytes) == [f"{deepest}/n.xml"]
    (deepest / "n.xml").unlink()
    while deepest != tmp_path:  # the clean-up of temporary folders does recurse
        deepest.rmdir()
        deepest = deepest.parent


def test_a_pipe_inside_a_folder_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fila.xml")
    assert "Ignorados: 1 arquivo" in invoke("validate", tmp_path).stdout


def test_names_that_are_not_utf8_are_reported(tmp_path: Path, valida: bytes) -> None:
    path = os.fsencode(tmp_path) + b"/cora\xe7\xe3o.xml"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(valida)
    result = invoke("validate", "--json", tmp_path)
    assert result.exit_code == 0
    assert names(result.stdout_bytes) == [f"{tmp_path}/cora\ufffd\ufffdo.xml"]


def test_each_document_of_a_file_gets_its_report(tmp_path: Path) -> None:
    path = tmp_path / "lote.xml"
    path.write_bytes(envi_nfe([build("nfe"), build("nfe", changes={"ide/nNF": "1002"})]))
    found = reports(invoke("validate", "--json", path).stdout_bytes)
    assert [(report.arquivo, report.indice) for report in found] == [(str(path), 0), (str(path), 1)]


def test_a_huge_file_is_refused_by_its_size_with_its_hash(tmp_path: Path) -> None:
    import hashlib

    path = tmp_path / "enorme.xml"
    path.write_bytes(b"<x>" + b" " * (17 << 20))
    (report,) = reports(invoke("validate", "--json", path).stdout_bytes)
    assert report.achados[0].codigo == "XML-007"
    assert report.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert report.tamanho == path.stat().st_size


@pytest.mark.parametrize(
    ("em", "expected"),
    [
        ("2026-11-20", "2026-11-20T00:00:00-03:00"),
        ("2026-11-20T10:30:00", "2026-11-20T10:30:00-03:00"),
        ("2026-11-20T10:30:00+00:00", "2026-11-20T10:30:00+00:00"),
    ],
)
def test_em_is_the_reference_date(tmp_path: Path, valida: bytes, em: str, expected: str) -> None:
    path = tmp_path / "nota.xml"
    path.write_bytes(valida)
    (report,) = reports(invoke("validate", "--json", "--em", em, path).stdout_bytes)
    assert (report.referencia.data, report.referencia.origem) == (expected, "opcao")


def test_perfil_is_passed_on(tmp_path: Path, valida: bytes) -> None:
    path = tmp_path / "nota.xml"
    path.write_bytes(valida)
    (report,) = reports(invoke("validate", "--json", "--perfil", "rascunho", path).stdout_bytes)
    assert report.perfil == "rascunho"


def test_who_is_to_authorise_is_passed_on(tmp_path: Path, valida: bytes) -> None:
    path = tmp_path / "nota.xml"
    path.write_bytes(valida)
    options = ("--uf", "pr", "--ambiente", "homologacao")
    (report,) = reports(invoke("validate", "--json", *options, path).stdout_bytes)
    assert {"226", "252"} <= {achado.codigo for achado in report.achados}
