"""`fiscalxml validate --html`: the file, its bounds, and what goes on beside it."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from pathlib import Path
from subprocess import run
from sys import executable
from zipfile import ZipFile

import pytest
from cli_command import fiscalxml, invoke, reports
from lxml import html

import fiscalxml.pages.causes as rendering
import fiscalxml.pages.rows as rows
from factory import build

REPO = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path, valida: bytes, invalida: bytes) -> Path:
    folder = tmp_path / "notas"
    folder.mkdir()
    (folder / "a.xml").write_bytes(valida)
    (folder / "b.xml").write_bytes(invalida)
    (folder / "c.xml").write_bytes(build("nfe", changes={"@versao": "3.10"}))
    return folder


def page_of(*args: str | Path, target: Path) -> html.HtmlElement:
    invoke("validate", "--html", target, *args)
    return html.document_fromstring(target.read_text(encoding="utf-8"))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def texts(page: html.HtmlElement, selector: str) -> list[str]:
    return [" ".join(node.text_content().split()) for node in page.cssselect(selector)]


def test_the_page_has_counts_causes_and_documents(
    folder: Path, autoridades: Path, tmp_path: Path
) -> None:
    page = page_of("--ac", autoridades, folder, target=tmp_path / "p.html")
    assert texts(page, "h1") == ["1 documento inválido de 3"]
    assert texts(page, ".cartoes li")[:3] == [
        "3 documentos",
        "1 inválido 33,3 %",
        "1 válido 33,3 %",
    ]
    assert texts(page, ".frase")[0] == ("Valor de NCM fora do formato do leiaute em todos os itens")
    assert texts(page, ".correcao")[0].startswith("Como corrigir: Corrija NCM")
    assert texts(page, ".documento .linha .arquivo") == ["b.xml", "c.xml", "a.xml"]
    (first, *_) = texts(page, ".achados > li")
    assert "XSD-010" in first
    assert "Encontrado [b]x[/b]" in first
    assert "Como corrigir Corrija NCM" in first


def test_the_reports_are_printed_as_without_it(folder: Path, tmp_path: Path) -> None:
    plain = invoke("validate", "--json", folder)
    beside = invoke("validate", "--json", "--html", tmp_path / "p.html", folder)
    assert beside.stdout_bytes == plain.stdout_bytes
    assert len(reports(beside.stdout_bytes)) == 3
    assert beside.exit_code == plain.exit_code == 1


def test_the_page_needs_nothing_from_elsewhere(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "p.html"
    page = page_of(folder, target=target)
    assert not page.xpath("//@src | //link | //img | //iframe | //*[@style] | //@onclick")
    assert {href[0] for href in page.xpath("//@href")} == {"#"}
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    text = target.read_text(encoding="utf-8")
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")


@pytest.mark.parametrize("target", ["pasta/nao-existe.html", "notas", None])
def test_a_page_that_cannot_be_written_is_2_before_any_work(
    folder: Path, tmp_path: Path, target: str | None
) -> None:
    result = invoke("validate", "--json", "--html", tmp_path / target if target else "", folder)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "--html" in result.stderr


def test_an_older_page_is_replaced_and_never_judged(folder: Path) -> None:
    target = folder / "causas.html"
    for _ in range(2):
        result = invoke("validate", "--json", "--html", target, folder)
        assert len(reports(result.stdout_bytes)) == 3
    assert names_in(folder) == ["a.xml", "b.xml", "c.xml", "causas.html"]


def test_a_document_in_the_place_of_the_page_is_not_overwritten(folder: Path) -> None:
    nota = folder / "a.xml"
    before = nota.read_bytes()
    result = invoke("validate", "--html", nota, folder)
    assert result.exit_code == 2
    assert "já existe e não é uma página" in result.stderr
    assert nota.read_bytes() == before


def test_an_interrupted_run_leaves_the_older_page(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "p.html"
    target.write_text("<!doctype html>antiga", encoding="utf-8")
    broken = """
import fiscalxml.cli.page as reader
def render(pagina):
    yield "<p>"
    raise KeyboardInterrupt
reader.render = render
"""
    result = fiscalxml("validate", "--html", target, folder, prelude=broken)
    assert result.returncode == 130
    assert target.read_text(encoding="utf-8") == "<!doctype html>antiga"
    assert names_in(tmp_path) == ["notas", "p.html"]


def test_past_the_bound_the_worst_documents_stay_and_the_rest_is_counted(
    folder: Path, tmp_path: Path, autoridades: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MAX_DOCUMENTOS", 1)
    monkeypatch.setattr(rendering, "MAX_CAUSAS", 1)
    page = page_of("--ac", autoridades, folder, target=tmp_path / "p.html")
    assert texts(page, ".documento .linha .arquivo") == ["b.xml"]
    notes = " ".join(texts(page, ".nota"))
    assert "1 de 3 documentos, os mais graves primeiro" in notes
    assert "1 de 2 causas; fiscalxml validate --causas mostra todas" in notes


def test_what_documents_say_is_text(tmp_path: Path) -> None:
    folder = tmp_path / "<b>notas"
    folder.mkdir()
    evil = '"><script>alert(1)<'
    (folder / f"{evil}.xml").write_bytes(
        build("nfe", changes={"det[1]/prod/NCM": "</script><img src=x onerror=alert(1)>"})
    )
    page = page_of(folder, target=tmp_path / "p.html")
    assert len(page.cssselect("script")) == 1
    assert not page.cssselect("img, b, [onerror]")
    assert texts(page, ".documento .linha .arquivo") == [f"{evil}.xml"]
    assert texts(page, ".encontrado dd")[0] == "</script><img src=x onerror=alert(1)>"


def test_the_templates_are_in_the_wheel(tmp_path: Path) -> None:
    build_wheel = "import hatchling.build, sys; print(hatchling.build.build_wheel(sys.argv[1]))"
    run([executable, "-c", build_wheel, tmp_path], cwd=REPO, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = ZipFile(wheel).namelist()
    names_of_pages = ("causes.html.j2", "causes_parts.html.j2", "document.html.j2", "page.css")
    for name in (*names_of_pages, "causes.js"):
        assert f"fiscalxml/pages/{name}" in names
    for name in ("comum", "causas", "documento"):
        assert f"fiscalxml_server/api/relatorios/impressos/{name}.typ" in names
