"""The audit log as an organisation reads it: who may, what is shown, what is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy.exc import DBAPIError

from fiscalxml_server.auth.auditoria.service import apagar_detalhes
from fiscalxml_server.auth.organizacoes.models import organizacoes
from fiscalxml_server.kit.audit import Acao, Registro, record
from fiscalxml_server.kit.http.cursors import write_cursor
from fiscalxml_server.kit.rbac import PERMISSOES, Escopo, Papel

from .portal import Portal

PESSOA = uuid4()


class Org:
    """An organisation with some entries."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.id = uuid4()
        self.token = portal.token(PESSOA, self.id, papel=Papel.AUDITOR)
        self.ana, self.bia = f"pessoa:{uuid4()}", f"pessoa:{uuid4()}"
        self.documento = f"documento:{uuid4()}"
        write(
            portal,
            self.id,
            Registro(self.ana, Acao.DOCUMENTO_XML_LIDO, self.documento, {"chave": "352611"}),
            Registro(self.bia, Acao.DOCUMENTOS_PROCURADOS, "", {"texto": "parafuso é"}),
            Registro(self.bia, Acao.DOCUMENTO_XML_LIDO, self.documento),
            Registro("sistema", Acao.LOTE_ENVIADO, self.bia),
        )

    def read(self, query: str = "") -> dict[str, Any]:
        answer = self.portal.request("GET", f"/v1/auditoria{query}", token=self.token)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def export(self, query: str = "") -> list[dict[str, Any]]:
        answer = self.portal.request("GET", f"/v1/auditoria/exportacao{query}", token=self.token)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/jsonl"
        return [msgspec.json.decode(line) for line in answer.content.splitlines()]


def write(portal: Portal, organizacao: UUID, *registros: Registro) -> None:
    async def work() -> None:
        async with portal.recursos.banco.transacao(organizacao) as conn:
            await record(conn, organizacao, *registros)

    portal.run(work())


@pytest.fixture
def org(portal: Portal) -> Org:
    return Org(portal)


def test_entries_come_newest_first_with_their_details(org: Org) -> None:
    page = org.read()
    assert [each["numero"] for each in page["itens"]] == [4, 3, 2, 1]
    assert page["proximo"] is None
    first = page["itens"][-1]
    assert first["ator"] == org.ana
    assert first["acao"] == "documento.xml_lido"
    assert first["alvo"] == org.documento
    assert first["detalhes"] == {"chave": "352611"}
    assert "detalhes" not in page["itens"][1]
    assert "detalhes_apagados" not in page["itens"][1]


def test_pages_follow_each_other(org: Org) -> None:
    seen, cursor = [], ""
    while True:
        page = org.read(f"?limite=3&acao=documento.xml_lido{cursor}")
        seen += [each["numero"] for each in page["itens"]]
        if page["proximo"] is None:
            break
        cursor = f"&cursor={page['proximo']}"
    assert seen == [3, 1]
    first = org.read("?limite=2")
    assert [each["numero"] for each in first["itens"]] == [5, 4]  # the reading above
    more = org.read(f"?limite=2&cursor={first['proximo']}")
    assert [each["numero"] for each in more["itens"]] == [3, 2]


def test_entries_are_found_by_actor_action_target_and_period(org: Org) -> None:
    def numbers(query: str) -> list[int]:
        return [each["numero"] for each in org.read(query)["itens"]]

    assert numbers(f"?ator={org.bia}") == [3, 2]
    assert numbers(f"?alvo={org.documento}") == [3, 1]
    assert numbers("?acao=lote.enviado") == [4]
    assert numbers(f"?alvo={org.documento}&ator={org.ana}") == [1]
    now = datetime.now(UTC)
    earlier, later = (
        (now + timedelta(hours=hours)).isoformat().replace("+", "%2B") for hours in (-1, 1)
    )
    assert len(numbers(f"?de={earlier}&ate={later}&ator={org.bia}")) == 2
    assert numbers(f"?de={later}") == []
    assert numbers(f"?ate={earlier}") == []


def test_reading_is_recorded_itself(org: Org) -> None:
    org.read("?ator=sistema")
    newest = org.read()["itens"][0]
    assert newest["acao"] == Acao.AUDITORIA_LIDA
    assert newest["ator"] == f"pessoa:{PESSOA}"
    assert newest["detalhes"] == {"ator": "sistema"}


@pytest.mark.parametrize("papel", Papel)
@pytest.mark.parametrize("path", ["/v1/auditoria", "/v1/auditoria/exportacao"])
def test_only_who_may_read_the_log_does(org: Org, papel: Papel, path: str) -> None:
    token = org.portal.token(PESSOA, org.id, papel=papel)
    answer = org.portal.request("GET", path, token=token)
    allowed = Escopo.AUDITORIA_LER in PERMISSOES[papel]
    assert answer.status_code == (200 if allowed else 403)
    assert org.portal.request("GET", path).status_code == 401


@pytest.mark.parametrize("path", ["/v1/auditoria", "/v1/auditoria/exportacao"])
def test_who_sees_some_companies_only_does_not_see_what_was_done_with_others(
    org: Org, path: str
) -> None:
    token = org.portal.token(PESSOA, org.id, empresas=("12345678000195",))
    answer = org.portal.request("GET", path, token=token)
    assert (answer.status_code, answer.json()["codigo"]) == (403, "sem_permissao")


def test_another_organisation_s_log_is_not_there(org: Org) -> None:
    stranger = Org(org.portal)
    told = stranger.read(f"?alvo={org.documento}")
    assert told["itens"] == []
    lines = stranger.export()[:5]
    assert {line["ator"] for line in lines[1:]} == {stranger.ana, stranger.bia, "sistema"}
    assert org.documento not in str(lines)
    assert lines[0]["organizacao"] == str(stranger.id)


def test_an_organisation_without_a_sandbox_is_told_so(org: Org) -> None:
    answer = org.portal.request("GET", "/v1/auditoria?teste=true", token=org.token)
    assert answer.status_code == 404


def test_the_sandbox_has_a_chain_of_its_own(org: Org) -> None:
    sandbox = uuid4()

    async def have_one() -> None:
        async with org.portal.recursos.banco.transacao() as conn:
            await conn.execute(
                organizacoes.insert().values(id=org.id, teste=sandbox, nome="Padaria")
            )

    org.portal.run(have_one())
    write(org.portal, sandbox, Registro("chave:t", Acao.DOCUMENTO_LIDO))
    (entry,) = org.read("?teste=true")["itens"]
    assert entry["ator"] == "chave:t"
    assert org.export("?teste=true")[0]["organizacao"] == str(sandbox)
    assert org.read("?ator=chave:t")["itens"] == []


def test_the_operations_are_documented(portal: Portal) -> None:
    document = portal.request("GET", "/openapi.json").json()
    for path in ("/v1/auditoria", "/v1/auditoria/exportacao"):
        operation = document["paths"][path]["get"]
        assert {"401", "403", "422"} <= operation["responses"].keys()
        assert all(each["description"] for each in operation["parameters"])


@pytest.mark.parametrize(
    "query",
    [
        "acao=nada",
        "ator=%00",
        "ator=Ana%20Maria",
        "ator=" + "a" * 500,
        "alvo=documento:%F0%9F%92%A5",
        "alvo='%20OR%20true--",
        "de=ontem",
        "de=9999-01-01",
        "ate=2026-02-30",
        "cursor=x",
        "cursor=oA",
        "cursor=" + "A" * 41,
        f"cursor={write_cursor(2**63)}",
        f"cursor={write_cursor(-1)}",
        f"cursor={write_cursor([1])}",
        "limite=0",
        "limite=1e9",
        "teste=talvez",
        "organizacao=1",
        "ator=sistema&ator=sistema",
    ],
)
def test_what_makes_no_sense_is_refused(org: Org, query: str) -> None:
    answer = org.portal.request("GET", f"/v1/auditoria?{query}", token=org.token)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_details_are_erased_and_the_erasure_is_written_down(org: Org) -> None:
    async def erase() -> int:
        async with org.portal.recursos.banco.transacao(org.id) as conn:
            return await apagar_detalhes(conn, org.id, "pessoa:dpo", titular=org.bia)

    assert org.portal.run(erase()) == 1
    page = org.read(f"?ator={org.bia}")
    assert page["itens"][1]["detalhes_apagados"] is True
    assert "detalhes" not in page["itens"][1]
    assert "parafuso" not in str(org.export())
    (told,) = org.read("?acao=auditoria.detalhes_apagados")["itens"]
    assert (told["ator"], told["alvo"]) == ("pessoa:dpo", org.bia)


def test_old_details_are_erased_by_their_time(org: Org) -> None:
    async def erase(antes: datetime) -> int:
        async with org.portal.recursos.banco.transacao(org.id) as conn:
            return await apagar_detalhes(conn, org.id, "sistema", antes=antes)

    now = datetime.now(UTC)
    assert org.portal.run(erase(now - timedelta(days=1))) == 0
    assert org.portal.run(erase(now + timedelta(days=1))) == 2
    newest, _ = org.read("?acao=auditoria.detalhes_apagados")["itens"]
    assert newest["alvo"].startswith("ate:20")


def test_details_are_not_erased_of_nobody(org: Org) -> None:
    async def erase() -> None:
        async with org.portal.recursos.banco.transacao(org.id) as conn:
            with pytest.raises(DBAPIError):
                await apagar_detalhes(conn, org.id, "sistema")
            await conn.rollback()

    org.portal.run(erase())


def test_an_export_has_the_period_and_what_stands_around_it(org: Org) -> None:
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+", "%2B")
    head, *lines = org.export()
    assert (head["tipo"], head["primeiro"], head["ultimo"]) == ("cabecalho", 1, 5)
    assert head["elo_anterior"] == "00" * 32
    assert [line["numero"] for line in lines] == [1, 2, 3, 4, 5]
    assert lines[-1]["acao"] == Acao.AUDITORIA_EXPORTADA  # the asking itself
    assert msgspec.json.decode(lines[0]["detalhes"]) == {"chave": "352611"}
    head, *lines = org.export(f"?de={later}")
    assert (head["primeiro"], head["ultimo"]) == (6, 6)  # the last one before it
    assert [line["acao"] for line in lines] == [Acao.AUDITORIA_EXPORTADA]


def test_an_export_of_a_long_chain_comes_whole(org: Org) -> None:
    write(org.portal, org.id, *[Registro("sistema", Acao.LOTE_ENVIADO)] * 2500)
    head, *lines = org.export()
    assert head["ultimo"] == 2505
    assert [line["numero"] for line in lines] == list(range(1, 2506))


def test_the_public_keys_are_public_and_nothing_else(portal: Portal) -> None:
    answer = portal.request("GET", "/.well-known/fiscalxml-auditoria.json")
    assert answer.status_code == 200
    (key,) = answer.json()["keys"]
    assert (key["kty"], key["crv"], key["use"]) == ("EC", "P-256", "sig")
    assert "d" not in key
    assert portal.request("GET", "/.well-known/fiscalxml-auditoria.json").json()["keys"] == [key]
    token_keys = portal.recursos.chaveiro.public().as_dict(private=False)["keys"]
    assert key["kid"] not in {each["kid"] for each in token_keys}
