"""The Id of a document against its own fields, and the codes that say so."""

from __future__ import annotations

import pytest

from factory import build, chave_dv
from fiscalxml import Achado, validate
from fiscalxml.documents.familias import FAMILIAS
from fiscalxml.documents.kind import Oficial
from fiscalxml.rules.catalogue import verbetes


def of_key(data: bytes) -> list[Achado]:
    return [achado for achado in validate(data).achados if achado.camada == "chave"]


@pytest.mark.parametrize(
    ("kind", "path", "code"),
    [
        ("nfe", "ide/nNF", "502"),
        ("nfce", "ide/cNF", "502"),
        ("cte", "ide/nCT", "227"),
        ("cteos", "ide/nCT", "227"),
        ("mdfe", "ide/nMDF", "227"),
        ("bpe", "ide/nBP", "CHV-002"),
        ("nf3e", "ide/nNF", "CHV-002"),
        ("nfcom", "ide/nNF", "CHV-002"),
        ("nfse", "nNFSe", "E1263"),
        ("dps", "nDPS", "E0004"),
        ("cancelamento", "nSeqEvento", "572"),
        ("cte_cancelamento", "nSeqEvento", "628"),
        ("mdfe_encerramento", "nSeqEvento", "628"),
        ("inutilizacao", "nNFIni", "502"),
    ],
)
def test_a_field_that_is_not_the_one_in_the_id_is_told(kind: str, path: str, code: str) -> None:
    (achado,) = of_key(build(kind, changes={path: "7"}, keep_id=True))
    assert (achado.codigo, achado.severidade) == (code, "erro")
    assert achado.caminho.endswith("/@Id")


def test_all_parts_that_differ_are_one_finding() -> None:
    changes = {"ide/nNF": "7", "ide/serie": "3"}
    (achado,) = of_key(build("nfe", changes=changes, keep_id=True))
    assert achado.explicacao is not None
    assert "serie" in achado.explicacao
    assert "nNF" in achado.explicacao


def test_a_wrong_check_digit_says_which_one_is_right() -> None:
    data = build("nfe")
    right = validate(data).documento.chave or ""
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    (achado,) = of_key(data.replace(right.encode(), wrong.encode()))
    assert (achado.codigo, achado.encontrado, achado.esperado) == ("253", wrong[-1], right[-1])


def test_a_digit_that_was_changed_in_the_id_is_a_wrong_part_too() -> None:
    data = build("nfe")
    right = validate(data).documento.chave or ""
    changed = right[:30] + str((int(right[30]) + 1) % 10) + right[31:]
    findings = of_key(data.replace(right.encode(), changed.encode()))
    assert {achado.codigo for achado in findings} == {"253", "502"}
    (differs,) = (achado for achado in findings if achado.codigo == "502")
    assert (differs.encontrado, differs.esperado) == (f"nNF {changed[25:34]}", "nNF 1001")


@pytest.mark.parametrize(
    ("chave", "code", "encontrado"),
    [
        ("99261112345678000195550010000010011417293567", "614", "99"),
        ("35261312345678000195550010000010011417293566", "616", "2613"),
        ("35261112345678000195570010000010011417293561", "618", "57"),
        ("35261112345678000195990010000010011417293561", "618", "99"),
    ],
)
def test_the_part_that_is_wrong_in_the_chave_of_an_event_has_a_code(
    chave: str, code: str, encontrado: str
) -> None:
    body = chave[:-1]
    data = build("substituicao", changes={"chNFe": body + chave_dv(body)}, sign=False)
    (achado,) = of_key(data)
    assert (achado.codigo, achado.encontrado) == (code, encontrado)


def test_the_request_of_an_nfse_event_names_its_nfse() -> None:
    data = build("nfse_cancelamento")
    assert of_key(data) == []
    evento = validate(data).documento.evento
    assert evento is not None
    assert evento.chave is not None
    other = evento.chave[:-1] + str((int(evento.chave[-1]) + 1) % 10)
    changed = data.replace(f">{evento.chave}<".encode(), f">{other}<".encode())
    assert len(of_key(changed)) == 2  # not the one in the Id, and its check digit is wrong


def official() -> list[tuple[str, Oficial]]:
    pairs = [(familia.nome, item) for familia in FAMILIAS for item in familia.oficiais.values()]
    kinds = [(familia.nome, kind) for familia in FAMILIAS for kind in familia.kinds]
    return pairs + [(nome, item) for nome, kind in kinds for item in kind.oficiais.values()]


@pytest.mark.parametrize(("familia", "item"), official(), ids=lambda value: str(value)[:60])
def test_every_official_code_stands_in_the_catalogue(familia: str, item: Oficial) -> None:
    rows = [row for row in verbetes(familia.replace("-", "").lower()) if row.codigo == item.codigo]
    texts = [row.mensagem for row in rows if item.regra in (None, row.regra)]
    assert any(item.mensagem in text for text in texts), texts
