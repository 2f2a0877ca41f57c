"""The report as published: its JSON Schema, its JSON, and back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from acceptance.cases import WITH_INPUT
from acceptance.model import Case
from factory import build
from fiscalxml import report_schema, validate, validate_all
from fiscalxml.report import CAMADAS, read_report

REPO = Path(__file__).parents[2]
COMMITTED = REPO / "docs" / "contract" / "report.schema.json"
VALIDATOR = Draft202012Validator(
    report_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER
)
PUBLISHED = REPO.parent / "shared" / "contract" / "report.schema.json"

each_case = pytest.mark.parametrize("case", WITH_INPUT, ids=lambda case: case.id)


def _lines(case: Case) -> list[bytes]:
    assert case.data is not None
    reports = validate_all(case.data(), arquivo="nota.xml", **case.opcoes)  # type: ignore[arg-type]
    return [report.to_json() for report in reports]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published contract is not beside us")
def test_our_schema_is_the_published_one() -> None:
    assert report_schema() == json.loads(PUBLISHED.read_bytes())


def test_the_schema_in_docs_is_the_one_that_the_code_builds() -> None:
    text = json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n"
    assert COMMITTED.read_text(encoding="utf-8") == text


def test_the_schema_is_sound() -> None:
    Draft202012Validator.check_schema(report_schema())


@each_case
def test_every_report_follows_the_schema(case: Case) -> None:
    for line in _lines(case):
        assert [error.message for error in VALIDATOR.iter_errors(json.loads(line))] == []


@each_case
def test_a_report_is_read_back_as_it_was(case: Case) -> None:
    for line in _lines(case):
        assert b"\n" not in line
        assert read_report(line).to_json() == line


def test_reading_back_gives_an_equal_report() -> None:
    report = validate(build("nfe", protocol=True))
    assert read_report(report.to_json()) == report


@each_case
def test_what_is_absent_is_left_out_and_never_null(case: Case) -> None:
    for line in _lines(case):
        assert list(_nulls(json.loads(line))) == []


def _nulls(node: Any, path: str = "") -> Iterator[str]:
    if node is None:
        yield path
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _nulls(value, f"{path}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _nulls(value, f"{path}/{index}")


@each_case
def test_a_layer_that_was_not_run_says_why(case: Case) -> None:
    for line in _lines(case):
        report = json.loads(line)
        idle = {
            camada
            for camada, situacao in report["camadas"].items()
            if situacao in ("nao_executada", "nao_se_aplica")
        }
        assert list(report["camadas"]) == list(CAMADAS)
        assert idle <= set(report.get("motivos", {}))


@each_case
def test_the_state_of_a_layer_is_that_of_its_worst_finding(case: Case) -> None:
    for line in _lines(case):
        report = json.loads(line)
        for camada, situacao in report["camadas"].items():
            found = {a["severidade"] for a in report["achados"] if a["camada"] == camada}
            assert ("erro" in found) == (situacao == "falha"), camada
            assert situacao != "ok" or "aviso" not in found, camada


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b'{"versao":"2"}',
        validate(b"").to_json().replace(b'"indice":0', b'"indice":-1'),
        validate(b"").to_json().replace(b'"versao":"1"', b'"versao":"1","extra":1'),
        validate(b"").to_json().replace(b'"rascunho"', b'"outro"'),
    ],
)
def test_another_shape_is_not_read_as_a_report(line: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        read_report(line)
