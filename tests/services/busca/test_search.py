"""GET /v1/documentos: what a caller asks, and what it is told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from factory.documents import build, chave_of
from services.servico import Servico

NOTES = 7


def found(servico: Servico, query: str = "", **options: Any) -> list[dict[str, Any]]:
    """The first page of what a query finds."""
    answer = servico.request("GET", f"/v1/documentos?{query}", **options)
    assert answer.status_code == 200, answer.text
    itens: list[dict[str, Any]] = answer.json()["itens"]
    return itens


def wrong(servico: Servico, query: str) -> dict[str, str]:
    """What is said of each parameter of a query that is refused."""
    answer = servico.request("GET", f"/v1/documentos?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["codigo"] == "parametros_invalidos"
    return {each["campo"]: each["mensagem"] for each in answer.json()["campos"]}


@pytest.fixture(scope="module")
def notes(servico: Servico) -> list[bytes]:
    notes = [build("nfe", changes={"ide/nNF": str(number)}) for number in range(1, NOTES + 1)]
    servico.send({f"{number}.xml": nota for number, nota in enumerate(notes)})
    return notes


def test_without_a_filter_all_documents_are_found(servico: Servico, notes: list[bytes]) -> None:
    assert {each["chave"] for each in found(servico)} == {chave_of(nota) for nota in notes}


def test_a_document_is_found_by_its_number_and_its_chave(
    servico: Servico, notes: list[bytes]
) -> None:
    (one,) = found(servico, "numero=3")
    assert one["chave"] == chave_of(notes[2])
    assert found(servico, f"chave={chave_of(notes[2])}") == [one]
    assert len(found(servico, "numero=3,4,99")) == 2


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize("campo", ["emitente", "destinatario", "participante"])
def test_a_party_is_found_with_a_mask_without_one_and_by_its_root(
    servico: Servico, campo: str
) -> None:
    cnpj = found(servico, "numero=1")[0]["emitente" if campo != "destinatario" else campo]
    masked = f"{cnpj[:2]}.{cnpj[2:5]}.{cnpj[5:8]}/{cnpj[8:12]}-{cnpj[12:]}"
    for text in (cnpj, masked, cnpj[:8]):
        assert len(found(servico, f"{campo}={text}")) == NOTES
    assert found(servico, f"{campo}=00000000") == []


@pytest.mark.usefixtures("notes")
def test_pages_follow_one_another_in_both_orders(servico: Servico) -> None:
    for ordem in ("data", "-data", "valor", "-valor"):
        seen: list[str] = []
        url: str | None = f"/v1/documentos?ordem={ordem}&limite=2"
        while url:
            page = servico.request("GET", url).json()
            seen += [each["id"] for each in page["itens"]]
            more = page["proximo"]
            url = f"/v1/documentos?ordem={ordem}&limite=2&cursor={more}" if more else None
        assert len(seen) == len(set(seen)) == NOTES


def test_what_a_parameter_may_not_be_is_told_in_portuguese(servico: Servico) -> None:
    said = wrong(servico, "emitente=123&valor_min=1,5&emissao_de=ontem&situacao=boa&ncm=1&texto=de")
    assert said["emitente"].startswith("deve ser um CNPJ")
    assert said["valor_min"] == "deve ser um valor em reais com ponto, como 1234.56"
    assert said["emissao_de"].startswith("não é uma data")
    assert said["situacao"].startswith("não é um dos valores aceitos: autorizado")
    assert said["ncm"] == "deve ter 8 algarismos, ou de 2 a 7 do começo"
    assert said["texto"].startswith("não tem palavra")
    assert "os que existem" in wrong(servico, "emitentes=1")["emitentes"]


@pytest.mark.usefixtures("notes")
def test_a_cursor_of_another_order_is_refused(servico: Servico) -> None:
    more = servico.request("GET", "/v1/documentos?limite=1").json()["proximo"]
    assert wrong(servico, f"ordem=valor&cursor={more}") == {"cursor": "não é um cursor desta lista"}


@pytest.mark.usefixtures("notes")
def test_an_organisation_finds_only_its_own(servico: Servico) -> None:
    other = servico.new_key(uuid4())
    assert found(servico, chave=other) == []
