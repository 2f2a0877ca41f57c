"""What a log line holds: constants, listed fields, and of an error its type and place."""

from __future__ import annotations

import json
import logging
from typing import Any
from uuid import UUID

import pytest
from asyncpg import UniqueViolationError
from lxml import etree
from sqlalchemy.exc import IntegrityError

from fiscalxml_server.kit.telemetry.logs import EcsFormatter

from .seeds import API_KEY, CHAVE, CPF, CPF_FORMATTED, NAME, SEEDS, XML, leaked

OURS = "fiscalxml_server.api.lotes.service"
formatter = EcsFormatter("api")


def line(
    message: object,
    *arguments: object,
    logger: str = OURS,
    error: BaseException | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """The line that a logger writes."""
    info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.getLogger(logger).makeRecord(
        logger, logging.ERROR, __file__, 1, message, arguments, info, extra=fields
    )
    written: dict[str, Any] = json.loads(formatter.format(record))
    assert leaked(json.dumps(written)) == []
    return written


def raised(error: BaseException) -> BaseException:
    """The error with the frames of having been raised."""
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_line_is_ecs() -> None:
    told = line("lote aberto", batch_id=UUID(int=7), count=3)
    assert told["@timestamp"].endswith("+00:00")
    assert told["log.level"] == "error"
    assert told["message"] == "lote aberto"
    assert told["ecs.version"]
    assert told["service.name"] == "fiscalxml-api"
    assert told["event.dataset"] == "fiscalxml.api"
    assert told["fiscalxml.batch.id"] == str(UUID(int=7))
    assert told["fiscalxml.count"] == 3


@pytest.mark.parametrize("seed", [*SEEDS, XML, f"Bearer {API_KEY}"])
def test_a_field_that_is_not_listed_is_dropped(seed: str) -> None:
    assert seed not in json.dumps(line("x", xNome=seed, chave=seed, authorization=seed))


@pytest.mark.parametrize("value", [CPF, CPF_FORMATTED, CHAVE, NAME, XML, int(CPF), "com espaço"])
@pytest.mark.parametrize("field", ["rule", "route", "batch_id", "organization_id", "outcome"])
def test_a_value_that_is_not_of_its_fields_type_is_not_told(field: str, value: Any) -> None:
    given: dict[str, Any] = {field: value}
    assert "(omitido)" in line("x", **given).values()


@pytest.mark.parametrize("value", [CPF, NAME, XML, None])
def test_a_number_is_told_where_a_number_is_due(value: object) -> None:
    assert line("x", count=value).get("fiscalxml.count") in {"(omitido)", None}


def test_arguments_of_a_message_are_not_told() -> None:
    assert line("nota de %s (%s)", NAME, CPF)["message"] == "nota de %s (%s)"
    assert line("row %r", {"cpf": CPF}, logger="a.library")["message"] == "row %r"


def test_a_number_of_a_person_in_a_message_is_masked() -> None:
    for number in (CPF, CPF_FORMATTED, CHAVE):
        assert line(f"nota {number} recusada")["message"] == "nota (omitido) recusada"


def test_a_message_that_a_library_formatted_is_not_told_but_its_place_is() -> None:
    told = line(f"bad row of {NAME}", logger="a.library.rows")
    assert told["message"] == "(omitido)"
    assert told["log.logger"] == "a.library.rows"
    assert told["log.origin.file.line"] == 1


def test_a_message_that_is_an_exception_is_not_told() -> None:
    assert line(ValueError(NAME))["message"] == "(omitido)"


def test_of_a_database_error_the_sqlstate_is_told_and_not_the_row() -> None:
    cause = UniqueViolationError(f"Key (cpf)=({CPF}) already exists, {NAME}")
    error = IntegrityError("INSERT INTO pessoas VALUES ($1)", {"cpf": CPF}, cause)
    told = line("gravação falhou", error=raised(error))
    assert told["error.type"] == "sqlalchemy.exc.IntegrityError"
    assert told["error.code"] == "23505"


def test_of_a_parser_error_the_type_is_told_and_not_the_document() -> None:
    with pytest.raises(etree.XMLSyntaxError) as caught:
        etree.fromstring(XML[:-3])
    assert line("x", error=caught.value)["error.type"] == "lxml.etree.XMLSyntaxError"


def test_causes_and_members_of_a_group_are_told_by_type() -> None:
    group = ExceptionGroup(NAME, [KeyError(CPF), ValueError(NAME)])
    group.__cause__ = OSError(CHAVE)
    trace = line("x", error=raised(group))["error.stack_trace"]
    assert [name for name in trace.splitlines() if not name.startswith(" ")] == [
        "ExceptionGroup",
        "KeyError",
        "ValueError",
        "OSError",
    ]


def test_a_chain_of_causes_without_end_is_told_shortly() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert len(line("x", error=raised(first))["error.stack_trace"].splitlines()) < 30
