"""`so_regras`: another date chooses rules and schemas, and the document's own the rest."""

from __future__ import annotations

from datetime import UTC, datetime

from factory import build
from factory.authority import e_cnpj
from fiscalxml.report import Report
from fiscalxml.validate import validate

EM = datetime(2027, 1, 1, 3, tzinfo=UTC)
SEM_ITENS = ["det[1]/imposto/IBSCBS"]


def _old(**options: object) -> bytes:
    """A note of October 2025 with totals of taxes that its item does not have."""
    leaf = e_cnpj(inicio=datetime(2025, 1, 1, tzinfo=UTC), fim=datetime(2026, 1, 1, tzinfo=UTC))
    changes = {"ide/dhEmi": "2025-10-01T10:00:00-03:00"}
    return build("nfe", changes=changes, remove=SEM_ITENS, leaf=leaf, **options)  # type: ignore[arg-type]


def _errors(report: Report) -> set[str]:
    return {achado.codigo for achado in report.achados if achado.severidade == "erro"}


def test_rules_of_the_other_date_apply() -> None:
    assert validate(_old()).veredito == "valido"
    report = validate(_old(), em=EM, so_regras=True)
    assert "1118" in _errors(report)
    assert report.referencia.origem == "opcao"


def test_a_certificate_that_was_valid_when_it_signed_is_no_fault_of_a_later_date() -> None:
    assert "291" in _errors(validate(_old(), em=EM))
    assert "291" not in _errors(validate(_old(), em=EM, so_regras=True))


def test_a_note_is_not_emitted_in_the_future_of_a_date_before_it() -> None:
    before = datetime(2026, 1, 1, 3, tzinfo=UTC)
    assert "703" in _errors(validate(build("nfe"), em=before))
    assert "703" not in _errors(validate(build("nfe"), em=before, so_regras=True))


def test_a_schema_that_is_newer_than_a_registered_note_is_not_newer_than_the_other_date() -> None:
    changes = {"ide/dhEmi": "2026-01-05T10:00:00-03:00"}
    note = build("nfe", changes=changes, after={"ide/natOp": "<novo>1</novo>"}, protocol=True)
    now, then = validate(note), validate(note, em=EM, so_regras=True)
    assert (now.veredito, then.veredito) == ("valido", "invalido")


def test_without_a_date_it_changes_nothing() -> None:
    for note in (build("nfe"), build("nfe", protocol=True), build("nfe", sign=False)):
        assert validate(note, so_regras=True) == validate(note)
