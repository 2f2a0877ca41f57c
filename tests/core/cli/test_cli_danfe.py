"""`fiscalxml danfe`: one document to a file, a folder of them to a folder, exit codes."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
from cli_command import command_line, fiscalxml, invoke, on_a_terminal
from pypdf import PdfReader

from factory import build, chave_of, envi_nfe
from fiscalxml.danfe import process

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def nota(tmp_path: Path) -> Path:
    path = tmp_path / "nota.xml"
    path.write_bytes(build("nfe", protocol=True))
    return path


def text(pdf: Path | bytes) -> str:
    source = io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf
    return " ".join(page.extract_text() for page in PdfReader(source).pages)


def test_one_document_becomes_the_named_file(nota: Path, tmp_path: Path) -> None:
    result = invoke("danfe", nota, "-o", tmp_path / "nota.pdf")
    assert result.exit_code == 0
    assert result.stdout == f"✔ {tmp_path}/nota.pdf  DANFE {chave_of(nota.read_bytes())}\n"
    assert result.stderr == ""
    assert "EMPRESA FICTICIA" in text(tmp_path / "nota.pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nota.pdf", "nota.xml"]


def test_standard_input_and_output_carry_only_the_document(nota: Path) -> None:
    with nota.open("rb") as source:
        run = fiscalxml("danfe", "-", "-o", "-", stdin=source)
    assert run.returncode == 0
    assert run.stderr == b""
    assert "EMPRESA FICTICIA" in text(run.stdout)


def test_a_terminal_gets_no_pdf(nota: Path) -> None:
    shown = on_a_terminal("stdout", "danfe", nota, "-o", "-")
    assert "%PDF" not in shown


def test_a_folder_becomes_a_folder_of_pdfs_named_by_chave(tmp_path: Path) -> None:
    documents, pdfs = tmp_path / "xml", tmp_path / "novo" / "pdf"
    documents.mkdir()
    other = build("nfe", changes={"ide/nNF": "1002"}, protocol=True)
    lote = envi_nfe([build("nfe", changes={"ide/nNF": str(n)}) for n in (7, 8)])
    for name, data in {
        "nota": build("nfe", protocol=True),
        "outra": other,
        "outra-copia": other,
        "lote": lote,
        "cte": build("cte", protocol=True),
        "carta": build("cce", protocol=True),
        "cancelamento": build("cancelamento", protocol=True),
        "cortado": build("nfe")[:900],
    }.items():
        (documents / f"{name}.xml").write_bytes(data)
    result = invoke("danfe", documents, "-o", pdfs, "--jobs", "2")
    chave = chave_of(build("nfe"))
    assert result.exit_code == 1
    assert "7 PDFs · 1 sem documento auxiliar (eventos e outros) · 1 falha" in result.stdout
    assert "cortado.xml: XML-004" in result.stderr
    names = {path.name for path in pdfs.iterdir()}
    assert len(names) == 7
    assert {f"{chave}.pdf", f"{chave}-cce-1.pdf", f"{chave_of(other)}-2.pdf"} <= names
    assert "CANCELADA" in text(pdfs / f"{chave}.pdf")
    assert "CANCELADA" not in text(pdfs / f"{chave_of(other)}.pdf")


def test_one_document_that_is_late_does_not_stop_the_others(tmp_path: Path) -> None:
    words = ("Lote de parafusos " * 27).strip()  # four times as long to draw as 990 items without
    late = build("nfe", itens=990, sign=False).replace(
        b"</imposto></det>", f"</imposto><infAdProd>{words}</infAdProd></det>".encode()
    )
    path = tmp_path / "lote.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.xml", late)
        archive.writestr("b.xml", build("cce", protocol=True))
    result = invoke("danfe", path, "-o", tmp_path / "pdf", "--tempo", "12", "--jobs", "1")
    assert result.exit_code == 1
    assert "a.xml: O PDF não ficou pronto em 12 s" in result.stderr
    assert "1 PDF · 1 falha" in result.stdout


def test_several_documents_need_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "lote.xml"
    path.write_bytes(envi_nfe([build("nfe"), build("nfe", changes={"ide/nNF": "2"})]))
    result = invoke("danfe", path, "-o", tmp_path / "x.pdf")
    assert result.exit_code == 1
    assert "tem mais de um documento; dê uma PASTA em -o." in result.stderr
    assert not (tmp_path / "x.pdf").exists()


def test_what_cannot_be_printed_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "evento.xml"
    path.write_bytes(build("cancelamento", protocol=True))
    result = invoke("danfe", path, "-o", tmp_path / "x.pdf")
    assert result.exit_code == 1
    assert "De eventos, só a carta de correção" in result.stderr
    assert not (tmp_path / "x.pdf").exists()


def test_a_draft_is_printed_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "rascunho.xml"
    path.write_bytes(build("nfe", sign=False))
    result = invoke("danfe", path, "-o", tmp_path / "x.pdf")
    assert result.exit_code == 0
    assert "! " in result.stderr
    assert "sem protocolo de autorização" in result.stderr
    assert "SEM VALOR FISCAL" in text(tmp_path / "x.pdf")


def test_the_note_and_the_mark_come_by_options(nota: Path, tmp_path: Path) -> None:
    carta = tmp_path / "carta.xml"
    carta.write_bytes(build("cce", protocol=True))
    assert invoke("danfe", carta, "-o", tmp_path / "c.pdf", "--nota", nota).exit_code == 0
    assert "EMPRESA FICTICIA" in text(tmp_path / "c.pdf")
    assert invoke("danfe", nota, "-o", tmp_path / "n.pdf", "--cancelado").exit_code == 0
    assert "CANCELADA" in text(tmp_path / "n.pdf")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nota.xml"], "-o"),
        (["nada.xml", "-o", "x.pdf"], "não existe"),
        (["nota.xml", "-o", "x.pdf", "--tempo", "0"], "--tempo"),
        (["nota.xml", "-o", "x.pdf", "--tempo", "nan"], "não é um número de segundos válido"),
        (["nota.xml", "-o", ""], "o nome está vazio"),
        (["nota.xml", "-o", "x.pdf", "--logo", "/dev/zero"], "passa de 1 MB"),
        (["nota.xml", "-o", "pasta", "--cancelado"], "valem para um documento"),
        (["nota.xml", "-o", "x.pdf", "--logo", "nota.xml"], "PNG ou JPEG"),
    ],
)
def test_wrong_usage_ends_with_2(
    nota: Path, args: list[str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(nota.parent)
    result = invoke("danfe", *args)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_file_that_cannot_be_written_is_told(nota: Path, tmp_path: Path) -> None:
    result = invoke("danfe", nota, "-o", tmp_path / "nada" / "x.pdf")
    assert result.exit_code == 1
    assert "não foi possível gravar: não existe." in result.stderr


def test_without_the_extra_it_says_what_to_install(
    nota: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_LIBRARY", "no_such_library")
    result = invoke("danfe", nota, "-o", "x.pdf")
    assert result.exit_code == 2
    assert "pip install 'fiscalxml[danfe]'" in result.stderr


def test_ctrl_c_ends_the_processes_too(tmp_path: Path) -> None:
    path = tmp_path / "longa.xml"
    path.write_bytes(build("nfe", itens=990))
    process = subprocess.Popen(
        command_line("danfe", path, "-o", tmp_path / "pdf", "--jobs", "2"),
        stderr=subprocess.DEVNULL,
    )
    children = _wait_for_children(process.pid)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    deadline = time.monotonic() + 10
    while any(map(_alive, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_alive, children))
    assert list((tmp_path / "pdf").iterdir()) == []


def _wait_for_children(pid: int) -> list[int]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = Path(f"/proc/{pid}/task")
        children = [
            int(child)
            for task in found.iterdir()
            for child in (task / "children").read_text().split()
        ]
        if children:
            return children
        time.sleep(0.05)
    raise AssertionError("no process was started")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_empty_folder_has_nothing_to_print(tmp_path: Path) -> None:
    (tmp_path / "notas").mkdir()
    done = invoke("danfe", tmp_path / "notas", "-o", tmp_path / "pdf")
    assert done.exit_code == 0
    assert done.stdout == "Nenhum documento encontrado.\n"
