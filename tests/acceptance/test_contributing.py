"""The worked examples of CONTRIBUTING.md are the real thing: a kind, a rule, its file of cases."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import fiscalxml
from fiscalxml import summarize, validate
from fiscalxml.documents import dce
from fiscalxml.rules.nfe import itens
from fiscalxml.summaries import dce as resumo_da_dce
from rules.cases import FOLDER

CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"
DRAWERS_OF_A_KIND = {"documents", "summaries", "danfe", "report.py", "pages/names.py"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", CONTRIBUTING.read_text("utf-8"), re.DOTALL)


def test_the_python_shown_is_what_runs() -> None:
    assert blocks("python") == [
        inspect.getsource(dce),
        inspect.getsource(resumo_da_dce.view),
        inspect.getsource(itens.desconto_maior_que_o_produto),
    ]


def test_the_cases_are_those_that_run() -> None:
    assert blocks("toml") == [(FOLDER / "nfe/nfe_I17-10_483.toml").read_text("utf-8")]


def test_a_kind_lives_in_its_drawers_only() -> None:
    package = Path(inspect.getfile(fiscalxml)).parent
    named = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"\bdce\b|DCe", path.read_text("utf-8"))
    }
    outside = {name for name in named if name.split("/")[0] not in DRAWERS_OF_A_KIND}
    assert outside <= DRAWERS_OF_A_KIND


def test_the_kind_of_the_example_is_read() -> None:
    """With the few lines shown it is recognised, its key is judged, and it has a resumo."""
    chave = "35261112345678000195990010000000011417293568"
    xml = (
        f'<DCe xmlns="{dce.FAMILIA.namespace}"><infDCe versao="1.00" Id="DCe{chave}"><ide>'
        "<cUF>35</cUF><mod>99</mod><serie>1</serie><nDC>1</nDC></ide>"
        '<det nItem="1"><prod><xProd>LIVRO</xProd><vProd>10.00</vProd></prod></det>'
        "<total><vDC>10.00</vDC></total></infDCe></DCe>"
    ).encode()
    report = validate(xml)
    assert (report.documento.tipo, report.documento.chave) == ("dce", chave)
    assert report.camadas["chave"] != "nao_executada"
    resumo = summarize(xml)
    assert resumo.totais["documento"] == "10.00"
    assert resumo.itens[0].descricao == "LIVRO"
