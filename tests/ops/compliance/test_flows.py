"""The diagram has a place for everything that the code has."""

from __future__ import annotations

import pytest

from fiscalxml_ops.compliance.__main__ import main
from fiscalxml_ops.compliance.data_map import personal
from fiscalxml_ops.compliance.flows.drawing import (
    DE_FORA,
    SemLugar,
    addresses,
    compose_services,
    element_of,
    flows,
    given_to,
)
from fiscalxml_ops.compliance.flows.elements import DESTINOS, ELEMENTOS, Forma, Zona
from fiscalxml_ops.compliance.flows.page import page
from fiscalxml_ops.compliance.project import read
from fiscalxml_ops.objectives import PAPEIS
from fiscalxml_server.kit.privacy import OBJETOS
from fiscalxml_server.kit.settings import Settings


def test_every_service_of_compose_has_its_place() -> None:
    named = [name for each in ELEMENTOS.values() for name in each.compose]
    assert sorted(named) == sorted(compose_services())


def test_a_service_that_has_none_is_not_passed_over() -> None:
    services = {**compose_services(), "cache": {"environment": {}}}
    with pytest.raises(SemLugar, match="cache"):
        flows(services, Settings.model_fields)


def test_the_command_says_so_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    services = {**compose_services(), "cache": {}}
    monkeypatch.setattr("fiscalxml_ops.compliance.flows.page.compose_services", lambda: services)
    assert main() == 1
    assert "cache (compose.yaml)" in capsys.readouterr().err


def test_an_address_among_the_settings_leads_somewhere() -> None:
    assert addresses(Settings.model_fields) == DESTINOS.keys()
    with pytest.raises(SemLugar, match="search_url"):
        flows(compose_services(), {**Settings.model_fields, "search_url": None})


def test_every_role_is_an_element_and_talks_to_the_database() -> None:
    every = flows(compose_services(), Settings.model_fields)
    for papel in PAPEIS:
        assert element_of(papel) == papel
        assert any(each.de == papel and each.para == "postgres" for each in every)


def test_a_flow_is_there_because_the_role_is_given_its_address() -> None:
    services = compose_services()
    assert "audit_url" in given_to(services["auth"])
    assert "smtp_url" in given_to(services["auth"])
    without = {name: each for name, each in services.items() if not name.startswith("auth")}
    every = flows(without, Settings.model_fields)
    assert not [each for each in every if each.para == "correio"]
    # The key that opens documents, with nobody but those who read them.
    keepers = {each.de for each in flows(services, Settings.model_fields) if each.para == "mestra"}
    assert keepers == {"api", "worker", "relay"}


def test_every_element_is_reached_or_reaches_somebody() -> None:
    every = flows(compose_services(), Settings.model_fields)
    assert {end for each in every for end in each[:2]} == ELEMENTOS.keys()
    assert all(each.de in ELEMENTOS and each.para in ELEMENTOS for each in DE_FORA)


def test_whoever_is_outside_reaches_data_only_by_what_is_told() -> None:
    """The one who operates, in an emergency; a client, by a signed address."""
    every = flows(compose_services(), Settings.model_fields)
    straight = {
        (each.de, each.para)
        for each in every
        if ELEMENTOS[each.de].forma is Forma.EXTERNO and ELEMENTOS[each.para].zona is Zona.DADOS
    }
    assert straight == {("operador", "postgres"), ("cliente", "objetos")}


def test_the_page_tells_of_every_table_and_object_with_personal_data() -> None:
    text = page()
    assert all(f"`{table.fullname}`" in text for table, _ in personal())
    assert all(f"| `{nome}` |" in text for nome in OBJETOS)


def test_other_companies_are_in_the_list_of_those_who_treat_data() -> None:
    rows = [line.split("|") for line in read("docs/conformidade/suboperadores.md").splitlines()]
    told = {name.strip() for row in rows if len(row) == 9 for name in row[2].split(",")}
    others = {nome for nome, each in ELEMENTOS.items() if each.zona is Zona.EMPRESAS}
    assert others | {"cloudflare", "alb", "postgres", "objetos", "entrega"} <= told
    assert told - {"---", "elemento do [diagrama](fluxo-de-dados.md)"} <= ELEMENTOS.keys()
