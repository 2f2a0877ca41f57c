"""Queries nobody in good faith sends: each is answered, and none with a fault of the service."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from factory.documents import build
from fiscalxml_server.api.documentos.filters import Filtro
from fiscalxml_server.api.documentos.parameters import READERS
from fiscalxml_server.kit.http.cursors import write_cursor
from services.busca.test_search import found
from services.servico import Servico

NAMES = sorted(READERS)
HOSTILE = (
    *("\0", "a\0b", "' OR 1=1 --", '"; DROP TABLE documentos; --', "%", "_%", "\\", "{}", "[]"),
    *("x" * 10_000, "9" * 400, "-1", "1e9", "NaN", "Infinity", "٣٤", "１２", "ﷺ" * 50, "\ud7ff*"),
    *("," * 200, "2026-13-45", "9999-12-31", "0001-01-01", "2026-11-10T25:00", "🧾🧾", "é" * 500),
    *("ffffffff-ffff-7fff-bfff-ffffffffffff", "\u202e\u200b", "null", "true;false", "\t\n\r"),
)


@pytest.fixture(scope="module", autouse=True)
def some(servico: Servico) -> None:
    """Documents to choose from, one of them with what a query may not be."""
    odd = {"det[1]/prod/xProd": "100% D'AGUA \\ {} \u202e 🧾", "ide/nNF": "2"}
    servico.send({"a.xml": build("nfe"), "b.xml": build("nfe", changes=odd)})


@pytest.mark.parametrize("name", NAMES)
def test_each_parameter_takes_anything_and_says_what_it_wants(servico: Servico, name: str) -> None:
    for value in HOSTILE:
        for path in ("/v1/documentos", "/v1/documentos/totais"):
            answer = servico.request("GET", f"{path}?{name}={quote(value)}")
            assert answer.status_code in (200, 422), (value, answer.text)
            if answer.status_code == 422:
                (wrong,) = answer.json()["campos"]
                assert wrong["campo"] == name
                assert wrong["mensagem"]


@pytest.mark.parametrize(
    ("query", "campo", "mensagem"),
    [
        ("emissao_de=2026-12-01&emissao_ate=2026-11-30", "emissao_ate", "é antes de emissao_de"),
        (
            "recebido_de=2026-12-02&recebido_ate=2026-12-01",
            *("recebido_ate", "é antes de recebido_de"),
        ),
        ("valor_min=2.00&valor_max=1.99", "valor_max", "é menor que valor_min"),
    ],
)
def test_a_range_that_ends_before_it_begins_is_refused(
    servico: Servico, query: str, campo: str, mensagem: str
) -> None:
    answer = servico.request("GET", f"/v1/documentos?{query}")
    assert answer.status_code == 422
    assert answer.json()["campos"] == [{"campo": campo, "onde": "query", "mensagem": mensagem}]


def test_a_range_may_be_one_day_or_one_amount(servico: Servico) -> None:
    for query in ("emissao_de=2026-11-30&emissao_ate=2026-11-30", "valor_min=2.00&valor_max=2.00"):
        assert servico.request("GET", f"/v1/documentos?{query}").status_code == 200


@settings(
    max_examples=150,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=st.sampled_from([*NAMES, "cursor", "ordem", "limite"]), value=st.text(max_size=80))
def test_any_text_is_answered(servico: Servico, name: str, value: str) -> None:
    answer = servico.request("GET", f"/v1/documentos?{name}={quote(value)}")
    assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "AAAA", "k6UtZGF0YQ", "=" * 150, "gqUtZGF0YdklMDAwMDAwMDA", "\0", "é"),
        write_cursor(["-data", UUID(int=1), "0001-01-01T00:00:00+14:00"]),
        write_cursor(["-data", UUID(int=1), "9999-12-31T23:59:59-14:00"]),
    ],
)
def test_a_cursor_that_the_list_did_not_give_is_refused(servico: Servico, cursor: str) -> None:
    answer = servico.request("GET", f"/v1/documentos?cursor={quote(cursor)}")
    assert answer.status_code == 422
    assert answer.json()["campos"][0]["campo"] == "cursor"


def test_signs_in_a_text_are_no_words_and_no_wildcards(servico: Servico) -> None:
    assert len(found(servico, f"texto={quote('agua 100')}")) == 1
    assert len(found(servico, f"texto={quote('D AGUA % {} 🧾')}")) == 1
    assert found(servico, f"texto={quote('ag%')}") == []
    assert len(found(servico, f"texto={quote('ag*')}")) == 1


def test_what_a_filter_is_made_of_has_a_parameter() -> None:
    """Nothing that a stored filter may hold is out of reach of a request, or the reverse."""
    assert {name if name != "texto" else "palavras" for name in READERS} == set(
        Filtro.__struct_fields__
    )


def test_too_many_values_are_refused(servico: Servico) -> None:
    many = ",".join(str(number) for number in range(60))
    answer = servico.request("GET", f"/v1/documentos?numero={many}")
    assert answer.json()["campos"][0]["mensagem"] == "aceita até 50 valores"
    words = quote(" ".join(f"palavra{number}" for number in range(9)))
    answer = servico.request("GET", f"/v1/documentos?texto={words}")
    assert answer.json()["campos"][0]["mensagem"] == "aceita até 8 palavras"


def test_the_same_parameter_twice_is_refused(servico: Servico) -> None:
    answer = servico.request("GET", "/v1/documentos?numero=1&numero=2")
    assert answer.status_code == 422
