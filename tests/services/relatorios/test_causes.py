"""Causes of a lote and of a search: counts, impact, examples; while it grows, past the bound."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from factory.documents import build
from fiscalxml_server.kit import jobs
from fiscalxml_server.kit.compression import compress
from fiscalxml_server.kit.jobs import Ref
from fiscalxml_server.worker.process import do_job
from services.servico import ZIP, Servico, zipped

OUTRA = {"emit/CNPJ": "11222333000181"}


def numbered(number: int, **options: Any) -> bytes:
    """A note of its own chave."""
    changes = {"ide/nNF": str(number), **options.pop("changes", {})}
    return build("nfe", changes=changes, **options)


@pytest.fixture(scope="module")
def lote(servico: Servico) -> dict[str, Any]:
    """Two notes with a wrong NCM, one without uCom, a valid one, and what is no document."""
    return servico.send(
        {
            "a.xml": numbered(1, changes={"det[1]/prod/NCM": "1"}),
            "b.xml": numbered(2, changes={"det[1]/prod/NCM": "x", **OUTRA}),
            "c.xml": numbered(3, remove=["det[1]/prod/uCom"]),
            "d.xml": numbered(4, protocol=True),
            "e.xml": b"<html>404</html>",
            "f.pdf": b"%PDF-1.7",
        }
    )


def causes(servico: Servico, path: str, **options: Any) -> dict[str, Any]:
    answer = servico.request("GET", path, **options)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def errors(found: dict[str, Any]) -> list[tuple[str, int]]:
    return [
        (causa["causa"], causa["documentos"])
        for causa in found["causas"]
        if causa["severidade"] == "erro"
    ]


def test_the_causes_of_a_lote_come_with_most_impact_first(
    servico: Servico, lote: dict[str, Any]
) -> None:
    found = causes(servico, f"/v1/lotes/{lote['id']}/causas")
    assert found["lote"] == lote["id"]
    assert found["parcial"] is False
    assert found["documentos"]["total"] == 5
    assert found["documentos"]["invalido"] == 4
    assert found["sem_relatorio"] == 1
    ncm, *others = errors(found)
    assert ncm == ("Valor de NCM fora do formato do leiaute em todos os itens", 2)
    assert sorted(others) == [
        ("Falta uCom em todos os itens (ou está fora de ordem)", 1),
        ("É uma página HTML salva como XML, e não um documento fiscal", 1),
    ]


def test_an_example_leads_to_the_stored_document(servico: Servico, lote: dict[str, Any]) -> None:
    (ncm, *_) = causes(servico, f"/v1/lotes/{lote['id']}/causas")["causas"]
    first, second = ncm["exemplos"]
    assert [first["arquivo"], second["arquivo"]] == ["a.xml", "b.xml"]
    itens = {item["nome"]: item for item in servico.items(lote)}
    assert first["documento"] == itens["a.xml"]["documento"]
    assert first["chave"] == itens["a.xml"]["chave"]
    report = servico.request("GET", first["relatorio"]).json()
    assert report["veredito"] == "invalido"


def test_only_so_many_causes_are_shown(servico: Servico, lote: dict[str, Any]) -> None:
    found = causes(servico, f"/v1/lotes/{lote['id']}/causas?limite=1")
    assert len(found["causas"]) == 1
    assert found["causas_distintas"] > 3


def test_a_lote_sent_again_has_the_causes_of_its_duplicates(servico: Servico) -> None:
    nota = numbered(20, changes={"det[1]/prod/NCM": "1"})
    servico.send({"antes.xml": nota})
    again = servico.send({"depois.xml": nota})
    assert again["contagens"]["duplicado"] == 1
    (causa, *_) = causes(servico, f"/v1/lotes/{again['id']}/causas")["causas"]
    assert causa["exemplos"][0]["arquivo"] == "depois.xml"


def test_a_file_that_cannot_be_opened_is_a_cause_with_its_fix(servico: Servico) -> None:
    files = {f"{number}.zip": b"PK\x03\x04 nada" for number in range(3)}
    lote = servico.send(files)
    assert lote["contagens"]["falha"] + lote["contagens"]["ilegivel"] == 3
    found = causes(servico, f"/v1/lotes/{lote['id']}/causas")
    assert sum(documentos for _, documentos in errors(found)) == 3
    assert (found["parcial"], found["sem_relatorio"]) == (False, 0)


def test_while_a_lote_is_processed_its_causes_are_partial(servico: Servico) -> None:
    body = zipped({"a.xml": numbered(30, changes={"det[1]/prod/NCM": "1"})})
    sent = servico.request("POST", "/v1/lotes", content=body, headers=ZIP)
    path = f"{sent.headers['location']}/causas"
    before = causes(servico, path)
    assert (before["parcial"], before["documentos"]["total"]) == (True, 0)
    assert "ainda está sendo processado" in servico.request("GET", f"{path}?formato=html").text
    servico.work()
    after = causes(servico, path)
    assert (after["parcial"], after["documentos"]["total"]) == (False, 1)


def test_a_job_done_twice_counts_once(servico: Servico) -> None:
    """What a worker counted belongs to the transaction in which its job ends."""
    body = zipped({"a.xml": numbered(31, changes={"det[1]/prod/NCM": "1"})})
    sent = servico.request("POST", "/v1/lotes", content=body, headers=ZIP)
    servico.work()
    servico.run(_again(servico, UUID(sent.json()["id"])))
    found = causes(servico, f"{sent.headers['location']}/causas")
    assert found["documentos"]["total"] == 1


def test_what_another_version_counted_makes_the_causes_partial(
    servico: Servico, banco: str
) -> None:
    lote = servico.send({"a.xml": numbered(32, changes={"det[1]/prod/NCM": "1"})})
    servico.run(_change_states(banco, servico.organizacao, UUID(lote["id"]), compress(b"\x93abc")))
    found = causes(servico, f"/v1/lotes/{lote['id']}/causas")
    assert (found["parcial"], found["causas"]) == (True, [])
    page = servico.request("GET", f"/v1/lotes/{lote['id']}/causas?formato=html")
    assert "outra versão do programa" in page.text


async def _change_states(banco: str, organizacao: UUID, lote: UUID, state: bytes) -> None:
    owner = await asyncpg.connect(banco)
    try:
        organization = "SELECT set_config('fiscalxml.organizacao', $1, false)"
        await owner.execute(organization, str(organizacao))
        await owner.execute("UPDATE lote_causas SET estado = $1 WHERE lote = $2", state, lote)
    finally:
        await owner.close()


async def _again(servico: Servico, lote: UUID) -> None:
    async with servico.relay.banco.transacao() as conn:
        rows = await conn.execute(
            jobs.jobs.select().where(jobs.jobs.c.lote == lote, jobs.jobs.c.tipo == "processar")
        )
        refs = [Ref(row["dia"], row["id"]) for row in rows.mappings()]
    for ref in refs:
        await do_job(servico.worker, ref)


def test_a_search_has_the_causes_of_what_its_filters_choose(servico: Servico) -> None:
    chave = servico.new_key(uuid4())
    notas = {
        "a.xml": numbered(1, changes={"det[1]/prod/NCM": "1"}),
        "b.xml": numbered(2, changes={"det[1]/prod/NCM": "x", **OUTRA}),
        "c.xml": numbered(3, remove=["det[1]/prod/uCom"]),
    }
    servico.send(notas, chave=chave)
    found = causes(servico, "/v1/documentos/causas", chave=chave)
    assert found["parcial"] is False
    assert "lote" not in found
    assert [documentos for _, documentos in errors(found)] == [2, 1]
    some = causes(servico, "/v1/documentos/causas?emitente=11222333000181", chave=chave)
    assert some["documentos"]["total"] == 1
    (example,) = some["causas"][0]["exemplos"]
    assert example["arquivo"] == example["chave"]
    none = causes(servico, "/v1/documentos/causas?veredito=valido", chave=chave)
    assert none["causas"] == []
    assert none["documentos"]["total"] == 0


def test_past_the_bound_a_search_counts_the_newest_and_says_so(banco: str, tmp_path: Path) -> None:
    servico = Servico(banco, tmp_path, causes_max_documents=2)
    try:
        servico.send({f"{n}.xml": numbered(n) for n in range(1, 4)})
        found = causes(servico, "/v1/documentos/causas")
        assert (found["parcial"], found["documentos"]["total"]) == (True, 2)
        page = servico.request("GET", "/v1/documentos/causas?formato=html")
        assert "contaram-se os 2 mais novos" in page.text
        servico.send({"d.xml": build("cte")})
        ctes = causes(servico, "/v1/documentos/causas?tipo=cte")
        assert (ctes["parcial"], ctes["documentos"]["total"]) == (False, 1)
    finally:
        servico.close()


def test_an_unknown_lote_has_no_causes(servico: Servico) -> None:
    assert servico.request("GET", f"/v1/lotes/{uuid4()}/causas").status_code == 404


def test_a_misspelt_filter_is_refused(servico: Servico) -> None:
    answer = servico.request("GET", "/v1/documentos/causas?emitentes=1")
    assert answer.status_code == 422
    assert answer.json()["campos"][0]["campo"] == "emitentes"
