"""Each golden case through the library, and the table of decisions itself."""

from pathlib import Path

import pytest

from fiscalxml import VariosDocumentos, validate, validate_all
from fiscalxml.judgement import Opcoes

from .cases import CASES, WITH_INPUT
from .model import DESFECHOS, PENDENTES, TABELA, Case, differences, read_table, rows
from .service_cases import WITHOUT_INPUT

PUBLISHED = Path(__file__).parents[3] / "shared" / "contract" / "decisions.tsv"

each_case = pytest.mark.parametrize("case", WITH_INPUT, ids=lambda case: case.id)


def _options(case: Case, ac_dir: Path) -> Opcoes:
    known = (str(ac_dir),) if case.conhecida else ()
    return Opcoes(ac=known, **case.opcoes)  # type: ignore[typeddict-item]


def _differences(case: Case, ac_dir: Path, *, com_regras: bool) -> list[str]:
    assert case.data is not None
    reports = list(validate_all(case.data(), **_options(case, ac_dir)))
    assert len(reports) == len(case.espera)
    return [
        f"document {report.indice}: {words}"
        for espera, report in zip(case.espera, reports, strict=True)
        for words in differences(espera, report, com_regras=com_regras)
    ]


@each_case
def test_the_layers_before_the_rules_find_what_the_row_says(case: Case, ac_dir: Path) -> None:
    assert _differences(case, ac_dir, com_regras=False) == []


@each_case
def test_the_whole_report_is_what_the_row_says(case: Case, ac_dir: Path) -> None:
    if case.motivo_pendente:
        pytest.skip(case.motivo_pendente)
    assert _differences(case, ac_dir, com_regras=True) == []


@each_case
def test_an_input_of_several_documents_is_refused_where_one_is_asked(
    case: Case, ac_dir: Path
) -> None:
    assert case.data is not None
    options = _options(case, ac_dir)
    if len(case.espera) > 1:
        with pytest.raises(VariosDocumentos):
            validate(case.data(), **options)
    else:
        assert validate(case.data(), **options).indice == 0


def test_every_row_of_the_table_has_a_case_and_every_case_a_row() -> None:
    assert {case.entrada for case in CASES} == set(rows())


def test_no_row_is_written_twice_and_no_case_has_the_name_of_another() -> None:
    assert len(read_table(TABELA)) == len(rows())
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published contract is not beside us")
def test_our_table_is_the_published_one() -> None:
    assert TABELA.read_bytes() == PUBLISHED.read_bytes()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_agrees_with_the_columns_of_its_row(case: Case) -> None:
    row = case.row
    for espera in case.espera:
        assert _allows(row.tipo, espera.tipo, "own tipo", "as detected", "one each", "as inside")
        assert _allows(row.perfil, espera.perfil, "any", "-")
        assert _allows(
            row.veredito,
            espera.veredito,
            "one each",
            "as inside",
            "as first",
            "as judged",
            "by 2020's rules",
        )
    assert not case.espera or _allows(row.saida, str(case.saida), "as each", "as inside", "-")


def _allows(column: str, value: str, *open_words: str) -> bool:
    """Whether a column names the value, alone or as an alternative, or leaves it open."""
    return value in column.replace("×3", "").split() or column in open_words


@each_case
def test_the_outcome_of_each_document_in_a_lote_is_recorded(case: Case) -> None:
    assert all(item.split(" ")[0] in (*DESFECHOS, "conflito", "-") for item in case.itens)


def test_what_waits_for_a_later_issue_waits_for_one_that_is_listed() -> None:
    assert {case.pending for case in CASES if case.pending} >= set(PENDENTES)
    assert {case.entrada for case in CASES if case.data is None} == WITHOUT_INPUT
