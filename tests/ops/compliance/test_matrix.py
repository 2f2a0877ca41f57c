"""Controls, threats and promises: each complete, nothing cited that is not there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fiscalxml_ops.compliance import decisions, marks, measures, norms, threats
from fiscalxml_ops.compliance.checking import come, faults
from fiscalxml_ops.compliance.decisions import Decisao, Papel, Quando
from fiscalxml_ops.compliance.evidence import Especie, Evidencia
from fiscalxml_ops.compliance.measures import Medida
from fiscalxml_ops.compliance.norms import Controle, Estado, Norma
from fiscalxml_ops.compliance.norms import norms as all_norms
from fiscalxml_ops.compliance.pages.matrix import norm_page
from fiscalxml_ops.compliance.threats import Ameaca, Resta, Tipo

SOC2 = """
    CC1.5 CC2.3 CC3.4 CC4.2 CC5.3 CC6.8 CC7.5 CC8.1 CC9.2 A1.3 C1.2 PI1.5 P1.1 P2.1 P3.2 P4.3 P5.2
    P6.7 P7.1 P8.1
"""
"""of the Trust Services Criteria of 2017: each section's last"""
ISO27001 = "A.5.37 A.6.8 A.7.14 A.8.34"
"""of ISO/IEC 27001:2022, Annex A: each theme's last"""
_REAL = "tests/ops/test_artefacts.py::test_each_generated_file_is_as_the_code_makes_it"
_MEDIDAS = {"m": Medida("faz", (_REAL,)), "so-codigo": Medida("diz", ("Makefile",))}
_DECISOES = {"d": Decisao(Papel.DIRECAO, "decide", Quando.ANUAL, "ata")}


def _ids(lasts: str) -> Iterator[str]:
    for each in lasts.split():
        section, _, last = each.rpartition(".")
        yield from (f"{section}.{number}" for number in range(1, int(last) + 1))


def test_nothing_is_cited_that_is_not_there() -> None:
    assert faults() == []


def test_what_was_to_come_and_has_come_is_taken_out_of_the_list() -> None:
    assert come() == [], "take them out of fiscalxml_ops.compliance.coming, then make conformidade"


@pytest.mark.parametrize(("nome", "lasts"), [("soc2", SOC2), ("iso27001", ISO27001)])
def test_every_control_is_there_once_and_in_order(nome: str, lasts: str) -> None:
    assert list(all_norms()[nome].controles) == list(_ids(lasts))


def test_the_lgpd_is_looked_at_where_it_obliges() -> None:
    text = norm_page("lgpd", all_norms()["lgpd"])
    for article in ("6º", "7º", "15", "16", "18", "19", "37", "38", "39", "41", "46", "48", "50"):
        assert f"art. {article}" in text
    assert "arts. 33-36" in text


@pytest.mark.parametrize(
    "cited",
    [
        "src/fiscalxml/validate.py",
        "src/fiscalxml_server/kit/db.py::Banco.transacao",
        _REAL,
        "docs/seguranca.md#chaves-prazos-e-troca",
        ".github/workflows/ci.yml",
        ".github/workflows/entrega.yml::trocar",
        "make chaos SECONDS=60",
        "fiscalxml-ops deploy trocar",
        "python -m fiscalxml_server.auth rotate-keys --comprometida",
        "aws kms get-key-rotation-status --key-id",
        "alerta SemWorker",
        "objetivo latencia",
        "métrica queue_depth",
        "registro sessao.reutilizada",
        "ASVS V8.4.1",
        "make synth",
    ],
)
def test_what_there_is_is_found(cited: str) -> None:
    assert Evidencia(cited).falha() is None


@pytest.mark.parametrize(
    "cited",
    [
        "src/fiscalxml/validates.py",
        "src/fiscalxml_server/kit/db.py::Banc",
        "tests/ops/test_artefacts.py::test_that_was_renamed",
        "tests/ops/test_artefacts.py",
        "docs/seguranca.md#chaves-prazos",
        ".github/workflows/ci.yml::nenhum",
        "make caos",
        "fiscalxml-ops deploy troca",
        "fiscalxml-ops deploy voltar --ja",
        "python -m fiscalxml_server.conta",
        "python -m benchmarks.nada",
        "aws kms get-key-rotation --key-id",
        "aws kms get-key-rotation-status --key",
        "rm arquivo",
        "alerta SemWorkers",
        "objetivo rapidez",
        "métrica queue_length",
        "registro sessao.roubada",
        "ASVS V13.2.1",
    ],
)
def test_what_is_gone_is_told(cited: str) -> None:
    assert Evidencia(cited).falha()


def test_what_is_to_come_is_let_through_and_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fiscalxml_ops.compliance.coming.POR_VIR", {"make drill-futuro"})
    later = Evidencia("make drill-futuro N=1")
    assert later.falha() is None
    assert Evidencia("make drill-outro").falha()
    assert later.por_vir
    assert later.especie is Especie.ENSAIO
    assert not later.mostra


@pytest.mark.parametrize("cited", ["Makefile", "docs/seguranca.md", "fiscalxml doctor"])
def test_neither_code_nor_words_nor_a_command_show_anything(cited: str) -> None:
    assert not Evidencia(cited).mostra


@pytest.mark.parametrize(
    ("controle", "estado"),
    [
        (Controle("x", ("m",)), Estado.ATENDIDO),
        (Controle("x", ("m",), ("d",)), Estado.DECISAO),
        (Controle("x", (), ("d",)), Estado.DECISAO),
        (Controle("x", ("m",), ("d",), falta="y"), Estado.PARCIAL),
        (Controle("x", nao_se_aplica="y"), Estado.NAO_SE_APLICA),
    ],
)
def test_a_state_follows_from_what_is_said(controle: Controle, estado: Estado) -> None:
    assert controle.estado is estado
    assert _faults_of(controle) == []


@pytest.mark.parametrize(
    "controle",
    [
        Controle("sem nada"),
        Controle("só código o atende", ("so-codigo",)),
        Controle("parcial sem nada", (), ("d",), falta="y"),
        Controle("medida que não há", ("n",)),
        Controle("decisão que não há", ("m",), ("e",)),
        Controle("não se aplica e se aplica", ("m",), nao_se_aplica="y"),
    ],
    ids=lambda each: each.assunto,
)
def test_a_control_that_is_not_shown_is_told(controle: Controle) -> None:
    assert _faults_of(controle)


def _faults_of(controle: Controle) -> list[str]:
    norma = Norma("", "", {"X": "grupo"}, {"X1": controle})
    return list(norms.faults("norma", norma, _MEDIDAS, _DECISOES))


def test_a_measure_that_nothing_shows_or_that_code_alone_knows_is_told() -> None:
    assert list(measures.faults({"so-codigo": _MEDIDAS["so-codigo"]}, {}))
    assert list(measures.faults({"m": _MEDIDAS["m"]}, {"outra": ()}))
    assert not list(measures.faults({"m": _MEDIDAS["m"]}, {"m": ()}))


def test_code_says_what_it_is_part_of() -> None:
    source = (
        '"""x"""\n\n\n# Medida: a, b\n@cache\ndef f() -> None: ...\n\n\n# Medida: a\nX: int = 1\n'
    )
    assert marks.of_source(source, "x.py") == [("f", ["a", "b"]), ("X", ["a"])]
    with pytest.raises(marks.Solta):
        marks.of_source("# Medida: a\n\nX = 1\n", "x.py")


def test_every_mark_of_the_code_is_one_of_a_measure() -> None:
    assert len(marks.marked()) > 30
    assert marks.marked().keys() <= measures.measures().keys()


def test_each_role_has_something_to_decide() -> None:
    assert {each.papel for each in decisions.decisions().values()} == set(Papel)


@pytest.mark.parametrize("without", [("cloudflare", Tipo.DENIAL), ("postgres", Tipo.TAMPERING)])
def test_an_element_of_which_nobody_asked_everything_is_told(without: tuple[str, Tipo]) -> None:
    element, kind = without
    rest = tuple(t for t in threats.threats() if element not in t.em or t.tipo is not kind)
    told = list(threats.faults(rest, measures.measures(), decisions.decisions()))
    assert any(element in each and kind in each for each in told)


@pytest.mark.parametrize(
    "ameaca",
    [
        Ameaca(("api",), Tipo.SPOOFING, "sem medida", (), Resta.MEDIO, porque="y"),
        Ameaca(("api",), Tipo.SPOOFING, "sem por quê", ("tokens",), Resta.MEDIO),
        Ameaca(("api",), Tipo.SPOOFING, "pouco, com por quê", ("tokens",), Resta.BAIXO, porque="y"),
        Ameaca(("api",), Tipo.SPOOFING, "nada a mostra", ("so-codigo",), Resta.BAIXO),
        Ameaca(("portaria",), Tipo.SPOOFING, "de nenhum elemento", ("tokens",), Resta.BAIXO),
    ],
    ids=lambda each: each.ameaca,
)
def test_a_threat_that_is_not_thought_to_its_end_is_told(ameaca: Ameaca) -> None:
    every = (*threats.threats(), ameaca)
    medidas = {**measures.measures(), **_MEDIDAS}
    told = list(threats.faults(every, medidas, decisions.decisions()))
    assert told
    assert all(ameaca.ameaca in each for each in told)
