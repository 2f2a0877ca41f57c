"""Fields that services emit, and those that Elasticsearch, Kibana and the shippers know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

import leaks
from fiscalxml_ops.artefacts import ROOT
from fiscalxml_ops.logs import FOLDER
from fiscalxml_ops.logs.elasticsearch import types_of
from fiscalxml_ops.logs.fields import OF_THE_EDGE, TYPES, fits
from fiscalxml_ops.logs.searches import BUSCAS, TABELAS, Busca, Filtro, Tabela
from fiscalxml_ops.logs.streams import CORRENTES

from .journey import PROCESSES, Percurso

_IN_KQL = re.compile(r"([@\w.]+)\s*(?::|[<>]=?)")
_IN_LOGSTASH = re.compile(r"\[([a-z_]+(?:\.[a-z_]+)+)\]")
_IN_RSYSLOG = re.compile(r"\$!linha!(@?[a-z_.]+)")
_ADDED = {"host.name"}
"""by the shippers"""


@pytest.fixture(scope="module")
def emitted(percurso: Percurso) -> set[str]:
    return {name for line in percurso.lines() for name in line}


def test_every_service_speaks(percurso: Percurso) -> None:
    names = {line["service.name"] for line in percurso.lines()}
    assert names >= {f"fiscalxml-{each}" for each in PROCESSES}


def test_each_field_is_in_the_template_with_a_type_that_takes_its_values(
    percurso: Percurso,
) -> None:
    wrong = {
        (name, str(value))
        for line in percurso.lines()
        for name, value in line.items()
        if name not in TYPES or not fits(name, value)
    }
    assert not wrong


def test_every_template_maps_all_fields_and_takes_no_others() -> None:
    for corrente in CORRENTES:
        template = _read(f"elasticsearch/template-{corrente.nome}.json")["template"]
        mappings = template["mappings"]
        assert dict(_leaves(mappings["properties"])) == types_of(corrente)
        assert mappings["dynamic"] is False
        policy = template["settings"]["index.lifecycle.name"]
        phases = _read(f"elasticsearch/ilm-{policy}.json")["policy"]["phases"]
        assert list(phases) == ["hot", "warm", "delete"]


def test_what_is_told_of_failures_was_told_in_this_run(emitted: set[str]) -> None:
    """So the test of types has seen these, too."""
    assert emitted >= {"error.type", "error.stack_trace", "log.origin.file.line", "trace.id"}


def test_each_field_that_kibana_asks_for_is_emitted(emitted: set[str]) -> None:
    asked = set(_asked_by_kibana())
    assert len(asked) > 10
    assert asked <= emitted


@pytest.mark.parametrize("busca", BUSCAS, ids=lambda busca: busca.id)
def test_each_search_finds_lines_of_this_run_that_fill_its_columns(
    percurso: Percurso, busca: Busca
) -> None:
    assert _filled_by(percurso, busca.filtro) >= {*busca.colunas}


@pytest.mark.parametrize("tabela", TABELAS, ids=lambda tabela: tabela.id)
def test_each_table_finds_lines_of_this_run_to_group(percurso: Percurso, tabela: Tabela) -> None:
    assert _filled_by(percurso, tabela.filtro) >= {*tabela.por, tabela.percentil} - {None}


def test_each_reference_between_kibanas_objects_is_to_one_of_them() -> None:
    objects = _saved()
    known = {(each["type"], each["id"]) for each in objects}
    assert len(known) == len(objects)
    for each in objects:
        assert {(to["type"], to["id"]) for to in each["references"]} <= known
    (board,) = [each for each in objects if each["type"] == "dashboard"]
    named = {to["name"] for to in board["references"]}
    panels = json.loads(board["attributes"]["panelsJSON"])
    assert named == {f"{each['panelIndex']}:{each['panelRefName']}" for each in panels}


@pytest.mark.parametrize(
    ("file", "pattern"),
    [("logstash/fiscalxml.conf", _IN_LOGSTASH), ("rsyslog/40-fiscalxml.conf", _IN_RSYSLOG)],
)
def test_each_field_that_a_shipper_asks_for_is_emitted(
    emitted: set[str], file: str, pattern: re.Pattern[str]
) -> None:
    asked = set(pattern.findall((ROOT / FOLDER / file).read_text()))
    assert "service.name" in asked
    assert asked <= emitted


def test_logstash_lets_pass_what_the_template_knows() -> None:
    text = (ROOT / FOLDER / "logstash/fiscalxml.conf").read_text()
    names = re.findall(r'"\^(.+)\$"', text)
    assert [name.replace("\\", "") for name in names] == [*TYPES, *OF_THE_EDGE]


def test_logstash_drops_ecs_lines_of_what_is_not_ours(percurso: Percurso) -> None:
    text = (ROOT / FOLDER / "logstash/fiscalxml.conf").read_text()
    (pattern,) = re.findall(r"if \[service\.name\] !~ /(.+)/ \{\n    drop", text)
    assert all(re.search(pattern, str(line["service.name"])) for line in percurso.lines())
    assert not re.search(pattern, "filebeat")
    assert not re.search(pattern, "ES_ECS")


def test_nobodys_number_name_or_credential_is_in_a_line(percurso: Percurso) -> None:
    assert [str(leak) for log in percurso.logs.glob("*.log") for leak in leaks.leaks_of(log)] == []


def _filled_by(percurso: Percurso, filtro: Filtro) -> set[str]:
    """Fields of the lines that it lets pass."""
    lines = [line for line in percurso.lines() if all(each.holds(line) for each in filtro)]
    return {name for line in lines for name in line}


def _asked_by_kibana() -> Iterator[str]:
    for each in _saved():
        attributes = each["attributes"]
        yield from attributes.get("columns", ())
        source = json.loads(
            attributes.get("kibanaSavedObjectMeta", {}).get("searchSourceJSON", "{}")
        )
        yield from _IN_KQL.findall(source.get("query", {}).get("query", ""))
        state = json.loads(attributes.get("visState", "{}"))
        fields = [aggregation["params"].get("field") for aggregation in state.get("aggs", ())]
        yield from filter(None, fields)
        yield from json.loads(attributes.get("fieldFormatMap", "{}"))
        yield from filter(None, [attributes.get("timeFieldName")])


def _saved() -> list[dict[str, Any]]:
    text = (ROOT / FOLDER / "kibana/fiscalxml.ndjson").read_text()
    return [json.loads(line) for line in text.splitlines()]


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / FOLDER / name).read_text())
    return content


def _leaves(properties: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, each in properties.items():
        if "properties" in each:
            yield from _leaves(each["properties"], f"{above}{name}.")
        else:
            yield f"{above}{name}", each["type"]
