"""A subscription is made, read, changed and removed."""

from __future__ import annotations

import asyncio
import base64
import re
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from fiscalxml_server.kit.notifying import Notificacao, Tipo
from fiscalxml_server.kit.notifying.slices import slice_of
from fiscalxml_server.kit.notifying.types import Lote
from fiscalxml_server.kit.rbac import Escopo
from services.webhooks.portal import Casa, Portal

URL = "https://erp.exemplo.com.br/fiscal"
CNPJ, CPF = "11222333000181", "12345678909"


def test_a_new_one_tells_its_secret_and_its_public_key_once(casa: Casa) -> None:
    answer = casa.ask("POST", json={"url": URL})
    assert answer.status_code == 201
    created = answer.json()
    assert answer.headers["location"] == f"/v1/webhooks/{created['id']}"
    assert answer.headers["cache-control"] == "private, no-store"
    assert len(base64.b64decode(created["segredo"].removeprefix("whsec_"))) == 32
    assert len(base64.b64decode(created["chave_publica"].removeprefix("whpk_"))) == 32
    told = casa.read(created["id"])
    assert "segredo" not in told
    assert told == {name: value for name, value in created.items() if name != "segredo"}


def test_what_is_not_said_has_a_value_of_its_own(casa: Casa) -> None:
    told = casa.read(casa.new()["id"])
    assert told | {"id": "", "criado_em": "", "alterado_em": "", "segredo_criado_em": ""} == {
        "id": "",
        "url": URL,
        "descricao": "",
        "tipos": [],
        "empresas": [],
        "modelos": [],
        "vereditos": [],
        "cabecalhos": [],
        "por_minuto": None,
        "simultaneas": 10,
        "ordenada": False,
        "situacao": "ativa",
        "motivo": None,
        "falhando_desde": None,
        "desativada_em": None,
        "chave_publica": told["chave_publica"],
        "segredo_criado_em": "",
        "anterior_vale_ate": None,
        "criada_por": "chave:local",
        "criado_em": "",
        "alterado_em": "",
    }


ALL: dict[str, Any] = {
    "url": "https://erp.exemplo.com.br:8443/fiscal?loja=1",
    "descricao": "ERP da loja",
    "tipos": ["documento.cancelado", "documento.processado"],
    "empresas": [CNPJ, CPF],
    "modelos": ["55", "65"],
    "vereditos": ["invalido", "valido"],
    "por_minuto": 60_000,
    "simultaneas": 50,
    "ordenada": True,
}


def test_everything_may_be_said(casa: Casa) -> None:
    created = casa.new(**ALL, cabecalhos={"X-Chave": "segredo-do-erp"})
    told = casa.read(created["id"])
    assert {name: told[name] for name in ALL} == ALL
    assert told["cabecalhos"] == ["X-Chave"]


def test_a_change_changes_what_it_names(casa: Casa) -> None:
    created = casa.new(cabecalhos={"X-Chave": "segredo-do-erp"}, por_minuto=5)
    before = casa.read(created["id"])
    for name, value in ALL.items():
        answer = casa.ask("PATCH", f"/{created['id']}", json={name: value})
        assert answer.status_code == 200, answer.text
        after = casa.read(created["id"])
        assert after == answer.json()
        assert after == before | {name: value, "alterado_em": after["alterado_em"]}
        assert after["alterado_em"] > before["alterado_em"]
        before = after
    changed = casa.ask("PATCH", f"/{created['id']}", json={"cabecalhos": {}, "por_minuto": None})
    assert (changed.json()["cabecalhos"], changed.json()["por_minuto"]) == ([], None)
    assert casa.ask("PATCH", f"/{created['id']}", json={}).json() == changed.json()


def test_one_that_was_removed_is_nowhere_and_is_told_nothing(casa: Casa) -> None:
    kept, gone = casa.new()["id"], casa.new(cabecalhos={"X-Chave": "segredo-do-erp"})["id"]
    assert casa.ask("DELETE", f"/{gone}").status_code == 204
    for method in ("GET", "PATCH", "DELETE"):
        assert casa.ask(method, f"/{gone}", json={}).status_code == 404
    assert [each["id"] for each in casa.ask("GET").json()["itens"]] == [kept]
    casa.publish(_lote())
    told = casa.sql("SELECT assinatura FROM webhooks.entregas")
    assert [str(row.assinatura) for row in told] == [kept]
    (row,) = casa.sql("SELECT * FROM webhooks.assinaturas WHERE id = :id", id=UUID(gone))
    assert (row.situacao, row.segredos, row.cabecalhos) == ("removida", b"", None)


def test_a_list_goes_from_the_newest_to_the_oldest_in_pages(casa: Casa) -> None:
    ids = [casa.new(descricao=str(number))["id"] for number in range(5)]
    found, cursor = [], ""
    for _ in range(3):
        page = casa.ask("GET", f"?limite=2{cursor}").json()
        found += [each["id"] for each in page["itens"]]
        cursor = f"&cursor={page['proximo']}"
    assert page["proximo"] is None
    assert found == ids[::-1]
    for wrong in ("cursor=nada", "cursor=%00", "limite=0", "limite=1001", "outro=1"):
        assert casa.ask("GET", f"?{wrong}").status_code == 422


def test_it_is_in_the_slice_that_its_id_says(casa: Casa) -> None:
    created = UUID(casa.new()["id"])
    (row,) = casa.sql("SELECT fatia FROM webhooks.assinaturas")
    assert row.fatia == slice_of(created)


def test_an_organisation_has_no_more_than_the_settings_allow(
    banco: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("poucas")
    portal = Portal(banco, folder, webhooks_per_organization=2)
    try:
        casa = portal.casa()
        first = casa.new()
        casa.new()
        refused = casa.ask("POST", json={"url": URL})
        assert (refused.status_code, refused.json()["codigo"]) == (409, "webhooks_demais")
        casa.ask("DELETE", f"/{first['id']}")
        casa.new()
        portal.casa().new()
    finally:
        portal.close()


def test_those_who_come_at_once_make_no_more_than_that_nor_one_twice(
    banco: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("juntas")
    portal = Portal(banco, folder, webhooks_per_organization=3)
    try:
        casa, other = portal.casa(), portal.casa()

        async def at_once(casa: Casa, **options: Any) -> list[httpx2.Response]:
            asked = {"chave": casa.chave, "json": {"url": URL}, **options}
            asking = (portal.asking("POST", "/v1/webhooks", **asked) for _ in range(8))
            return await asyncio.gather(*asking)

        answers = portal.run(at_once(casa))
        assert sorted(each.status_code for each in answers) == [201] * 3 + [409] * 5
        for _ in range(2):
            other.new()
        key = {"headers": {"Idempotency-Key": "uma"}}
        answers = portal.run(at_once(other, **key))
        assert {each.status_code for each in answers} == {201}
        assert len({each.content for each in answers}) == 1
        assert len(other.ask("GET").json()["itens"]) == 3
    finally:
        portal.close()


def test_a_creation_that_is_repeated_makes_one_and_tells_the_same(casa: Casa) -> None:
    headers = {"Idempotency-Key": "uma"}
    first = casa.ask("POST", json={"url": URL}, headers=headers)
    again = casa.ask("POST", json={"url": URL}, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    for name in ("location", "content-type", "cache-control"):
        assert again.headers[name] == first.headers[name]
    assert len(casa.ask("GET").json()["itens"]) == 1
    other = casa.ask("POST", json={"url": f"{URL}/2"}, headers=headers)
    assert (other.status_code, other.json()["codigo"]) == (422, "chave_reutilizada")


def test_no_secret_is_kept_or_audited_as_it_is(casa: Casa) -> None:
    body = {"url": f"{URL}?token=segredo-na-url", "cabecalhos": {"X-Chave": "segredo-do-erp"}}
    created = casa.ask("POST", json=body, headers={"Idempotency-Key": "uma"}).json()
    casa.ask("PATCH", f"/{created['id']}", json=body)
    secrets = (created["segredo"], created["segredo"].removeprefix("whsec_"), "segredo-do-erp")
    raw = base64.b64decode(secrets[1])
    tables = ("webhooks.assinaturas", "idempotencia")
    rows = [row for table in tables for row in casa.sql(f"SELECT * FROM {table}")]  # noqa: S608
    assert len(rows) == 2
    for row in rows:
        for value in row:
            data = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            assert raw not in data
            assert not any(secret.encode() in data for secret in secrets)
    log = str(casa.audit())
    assert "segredo" not in re.sub("X-Chave|webhook.segredo", "", log)


def test_everything_is_audited(casa: Casa) -> None:
    created = casa.new()
    id_ = created["id"]
    casa.read(id_)
    casa.ask("GET")
    casa.ask("PATCH", f"/{id_}", json={"ordenada": True, "url": f"{URL}?b"})
    casa.ask("PATCH", f"/{id_}", json={})
    casa.ask("DELETE", f"/{id_}")
    about, where = f"assinatura:{id_}", {"url": "https://erp.exemplo.com.br"}
    assert casa.audit() == [
        ("webhook.criado", about, where),
        ("webhook.lido", about, {}),
        ("webhooks.listados", "", {}),
        ("webhook.alterado", about, where | {"campos": ["ordenada", "url"]}),
        ("webhook.removido", about, where),
    ]


def test_nothing_of_another_organisation_is_seen_or_changed(casa: Casa, portal: Portal) -> None:
    theirs = portal.casa().new()
    nothing = casa.ask("GET", f"/{uuid4()}")
    for method in ("GET", "PATCH", "DELETE"):
        answer = casa.ask(method, f"/{theirs['id']}", json={"ordenada": True})
        assert (answer.status_code, answer.content) == (404, nothing.content)
    assert casa.ask("GET").json() == {"itens": [], "proximo": None}


def test_who_reads_does_not_write_and_who_sees_a_part_does_neither(
    casa: Casa, portal: Portal
) -> None:
    created = casa.new()
    reader = portal.new_key(casa.id, Escopo.WEBHOOKS_LER)
    part = portal.new_key(casa.id, empresas=[CNPJ])
    assert casa.ask("GET", chave=reader).status_code == 200
    assert casa.ask("GET", chave=part).status_code == 403
    for method, path in (
        ("POST", ""),
        ("PATCH", f"/{created['id']}"),
        ("DELETE", f"/{created['id']}"),
    ):
        for chave in (reader, part):
            refused = casa.ask(method, path, chave=chave, json={"url": URL})
            assert (refused.status_code, refused.json()["codigo"]) == (403, "sem_permissao")


def _lote() -> Notificacao:
    lote = uuid4()
    dados = Lote(lote=lote, situacao="concluido", link=f"/v1/lotes/{lote}")
    return Notificacao(tipo=Tipo.LOTE_CONCLUIDO, alvo=f"lote:{lote}", dados=dados)
