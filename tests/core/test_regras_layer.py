"""The regras layer in the report: when it runs, how severe its findings are, where they are."""

from __future__ import annotations

from datetime import datetime

import pytest

from factory import build
from fiscalxml import Report, validate
from fiscalxml.report import Severidade


def of(report: Report, codigo: str) -> list[Severidade]:
    return [achado.severidade for achado in report.achados if achado.codigo == codigo]


def test_rules_wait_for_the_schema() -> None:
    report = validate(build("nfe", remove=["det[1]/prod/NCM"], sign=False))
    assert report.camadas["regras"] == "nao_executada"
    assert report.motivos is not None
    assert "corrija primeiro o esquema" in report.motivos["regras"]
    assert report.conjunto.avaliadas == 0


@pytest.mark.parametrize("kind", ["cte", "mdfe", "nfse", "cte_cancelamento"])
def test_a_kind_without_rules_says_so(kind: str) -> None:
    report = validate(build(kind))
    assert report.camadas["regras"] == "nao_executada"
    assert report.motivos is not None
    assert "não há regras" in report.motivos["regras"]


def test_the_report_says_how_many_rules_were_judged_and_how_many_cannot_be() -> None:
    report = validate(build("nfe"))
    assert report.conjunto.avaliadas > 100
    assert report.conjunto.nao_avaliaveis > 100
    assert f"({report.conjunto.avaliadas} regras)" in report.conjunto.regras
    nfce = validate(build("nfce"))
    assert nfce.conjunto.avaliadas != report.conjunto.avaliadas


class TestSeverity:
    def test_an_obligatory_rule_is_an_error_in_any_profile(self) -> None:
        changes = {"ide/cMunFG": "3304557"}
        assert of(validate(build("nfe", changes=changes, sign=False)), "271") == ["erro"]
        assert of(validate(build("nfe", changes=changes, protocol=True)), "271") == ["erro"]

    def test_what_a_state_may_leave_out_is_advice(self) -> None:
        report = validate(build("nfe", changes={"emit/CRT": "1"}))
        (achado,) = [achado for achado in report.achados if achado.codigo == "590"]
        assert (achado.severidade, achado.facultativa) == ("aviso", True)

    def test_but_sums_are_errors_until_sefaz_let_them_pass(self) -> None:
        changes = {"total/ICMSTot/vFrete": "1.00"}
        assert of(validate(build("nfe", changes=changes)), "535") == ["erro"]
        assert of(validate(build("nfe", changes=changes, protocol=True)), "535") == ["aviso"]

    def test_a_protocol_of_another_note_softens_nothing(self) -> None:
        other = {"digVal": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
        changes = {"total/ICMSTot/vFrete": "1.00"}
        assert of(validate(build("nfe", changes=changes, protocol=other)), "535") == ["erro"]


class TestClock:
    FUTURE = build("nfe", changes={"ide/dhEmi": "2090-01-01T00:00:00-03:00"})

    def test_rules_that_look_at_the_clock_need_an_instant_of_receipt(self) -> None:
        assert of(validate(self.FUTURE), "703") == []

    def test_they_run_when_one_is_about_to_transmit(self) -> None:
        assert of(validate(self.FUTURE, perfil="transmissao"), "703") == ["erro"]

    def test_they_run_at_a_chosen_instant(self) -> None:
        em = datetime.fromisoformat("2089-12-31T00:00:00-03:00")
        assert of(validate(self.FUTURE, em=em), "703") == ["erro"]

    def test_they_run_with_a_protocol_that_matches(self) -> None:
        note = build("nfe", protocol={"dhRecbto": "2026-11-09T00:00:00-03:00"})
        assert of(validate(note), "703") == ["erro"]


class TestPlace:
    def test_a_finding_names_the_path_and_the_line_of_the_field(self) -> None:
        data = build("nfe", itens=3, changes={"det[2]/prod/CFOP": "6102"}, sign=False)
        lines = data.replace(b"<CFOP>", b"\n<CFOP>")
        (achado,) = [a for a in validate(lines).achados if a.codigo == "732"]
        assert achado.caminho == "NFe/infNFe/det[2]/prod/CFOP"
        assert achado.linha == 3

    def test_what_lacks_is_named_under_what_is_there(self) -> None:
        report = validate(build("nfe", itens=2, remove=["det[2]/imposto/PIS"], sign=False))
        (achado,) = [a for a in report.achados if a.codigo == "745"]
        assert achado.caminho == "NFe/infNFe/det[2]/imposto/PIS"

    def test_a_prefixed_note_is_judged_by_the_same_rules(self) -> None:
        plain = build("nfe", changes={"ide/cMunFG": "3304557"}, sign=False).decode()
        prefixed = plain.replace("<", "<n:").replace("<n:/", "</n:").replace("<n:?", "<?")
        prefixed = prefixed.replace("xmlns=", "xmlns:n=")
        assert of(validate(prefixed.encode()), "271") == ["erro"]


class TestMany:
    def test_past_twenty_findings_of_a_rule_the_rest_are_counted(self) -> None:
        changes = {f"det[{number}]/prod/CFOP": "6102" for number in range(1, 31)}
        note = build("nfe", itens=30, changes=changes, sign=False)
        found = [a for a in validate(note).achados if a.codigo == "732"]
        assert len(found) == 20
        assert [a.ocorrencias for a in found] == [None] * 19 + [11]
        assert len([a for a in validate(note, todas=True).achados if a.codigo == "732"]) == 30
