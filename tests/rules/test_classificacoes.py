"""The table of CST and cClassTrib ages: what it lacks is at fault only where it is newer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from factory import build
from fiscalxml import validate
from fiscalxml.tables import operador

DESCONHECIDO = {"det[1]/imposto/IBSCBS/CST": "777", "det[1]/imposto/IBSCBS/cClassTrib": "777001"}


@pytest.fixture
def pasta(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The operator's folder, empty."""
    monkeypatch.setenv(operador.TABELAS_DIR, str(tmp_path))
    operador.esquecer()
    yield tmp_path
    monkeypatch.undo()
    operador.esquecer()


def severidades(emissao: str) -> dict[str, str]:
    """Those of codes that exist nowhere, in a note of a day."""
    changes = {**DESCONHECIDO, "ide/dhEmi": f"{emissao}T09:30:00-03:00"}
    found = validate(build("nfe", changes=changes, sign=False)).achados
    return {a.codigo: a.severidade for a in found if a.codigo in ("1020", "1023")}


@pytest.mark.usefixtures("pasta")
def test_unknown_codes_are_advice_in_a_note_newer_than_the_table() -> None:
    assert severidades("2026-11-10") == {"1020": "aviso", "1023": "aviso"}
    assert severidades("2026-05-10") == {"1020": "erro", "1023": "erro"}


def test_a_newer_table_of_the_operator_decides(pasta: Path) -> None:
    (pasta / "cst_ibscbs.tsv").write_text(
        "# data: 2026-11-15\ncst\texige_tributacao\n000\t1\n", encoding="utf-8"
    )
    (pasta / "cclasstrib.tsv").write_text(
        "# data: 2026-11-15\nclasse\tcst\tnfe\n000001\t000\t1\n777001\t777\t1\n", encoding="utf-8"
    )
    operador.esquecer()
    assert severidades("2026-11-10") == {"1020": "erro"}


def test_a_known_cclasstrib_settles_that_the_cst_is_wrong() -> None:
    changes = {"det[1]/imposto/IBSCBS/CST": "777"}
    found = validate(build("nfe", changes=changes, sign=False)).achados
    assert [(a.codigo, a.severidade) for a in found if a.camada == "regras"] == [("1020", "erro")]
