"""A key that is limited to some companies of its organisation, at the doors that bytes leave by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from factory.documents import build, chave_of
from services.servico import ZIP, Servico, zipped

A, B, C = "12345678000195", "11222333000181", "AB345678000190"
"""the emitter and the recipient of the notes; one that neither is"""
OTHER = {"emit/CNPJ": "44555666000181", "dest/CNPJ": "77888999000153"}
XML = {"Content-Type": "application/xml"}
NOTA = build("nfe", protocol=True)
CHAVE = chave_of(NOTA)
ALHEIA = build("nfe", changes=OTHER, sign=False)
ALFANUMERICA = build("nfe", changes={"emit/CNPJ": C, "ide/nNF": "77"}, sign=False)
CANCELAMENTO = build("cancelamento", protocol=True)


class Casa:
    """An organisation with one note of A to B, its cancellation, and one of others."""

    def __init__(self, servico: Servico) -> None:
        self.servico = servico
        self.organizacao = uuid4()
        self.chave = servico.new_key(self.organizacao)
        self.a, self.b, self.c, self.ab, self.none = (
            servico.new_key(self.organizacao, empresas=limit)
            for limit in ((A,), (B,), (C,), (A, B), ())
        )
        self.lote = servico.send(
            {
                "nota.xml": NOTA,
                "alheia.xml": ALHEIA,
                "evento.xml": CANCELAMENTO,
                "an.xml": ALFANUMERICA,
            },
            chave=self.chave,
        )
        assert self.lote["arquivos"] == 4

    def get(self, chave: str, path: str, status: int = 200) -> Any:
        found = self.ask(chave, "GET", path)
        assert found.status_code == status, (path, found.text)
        return found.json()

    def ask(self, chave: str, method: str, path: str, **options: Any) -> httpx2.Response:
        return self.servico.request(method, path, chave=chave, **options)

    def send(self, chave: str, files: dict[str, bytes]) -> dict[str, Any]:
        return self.servico.send(files, chave=chave)


@pytest.fixture(scope="module")
def casa(servico: Servico) -> Casa:
    return Casa(servico)


@pytest.mark.parametrize(
    "part", ["", "/xml", "/resumo", "/relatorio", "/validacoes", "/danfe", "/eventos", "/grafo"]
)
def test_a_document_is_there_for_its_parties_alone(casa: Casa, part: str) -> None:
    path = f"/v1/documentos/{CHAVE}{part}"
    unknown = casa.ask(
        casa.c, "GET", path.replace(CHAVE, chave_of(build("nfe", changes={"ide/nNF": "9"})))
    )
    for chave in (casa.chave, casa.a, casa.b, casa.ab):
        assert casa.ask(chave, "GET", path).status_code == 200
    for chave in (casa.c, casa.none):
        hidden = casa.ask(chave, "GET", path)
        assert (hidden.status_code, hidden.content) == (404, unknown.content)


def test_an_alphanumeric_cnpj_is_as_any_other(casa: Casa) -> None:
    (item,) = casa.get(casa.c, "/v1/documentos")["itens"]
    assert item["emitente"] == C
    assert casa.get(casa.c, "/v1/documentos/totais")["total"]["documentos"] == 1


def test_an_event_is_its_document_s_parties_too_whichever_comes_first(casa: Casa) -> None:
    """Of the recipient as well, who is not the event's author."""
    found = casa.get(casa.b, f"/v1/documentos/{CHAVE}/eventos")
    assert [each["tipo"] for each in found["itens"]] == ["110111"]
    event = found["itens"][0]["id"]
    assert casa.ask(casa.b, "GET", f"/v1/documentos/{event}/xml").content == CANCELAMENTO
    casa.get(casa.c, f"/v1/documentos/{event}", 404)
    other = casa.servico.new_key(organizacao := uuid4())
    limited = casa.servico.new_key(organizacao, empresas=[B])
    for data in (CANCELAMENTO, NOTA):
        assert casa.ask(limited, "GET", f"/v1/documentos/{CHAVE}/eventos").status_code == 404
        casa.ask(other, "POST", "/v1/documentos", content=data, headers=XML)
    assert len(casa.get(limited, f"/v1/documentos/{CHAVE}/eventos")["itens"]) == 1


def test_causes_count_what_is_seen(casa: Casa) -> None:
    counted = {
        chave: casa.get(chave, "/v1/documentos/causas")["documentos"]["total"]
        for chave in (casa.chave, casa.a, casa.b, casa.none)
    }
    assert list(counted.values()) == [4, 2, 3, 0]  # the alphanumeric one is for B, too


def test_a_lote_of_the_organisation_is_no_limited_key_s(casa: Casa) -> None:
    lote = f"/v1/lotes/{casa.lote['id']}"
    for path in ("", "/itens", "/causas", "/progresso", "/exportacao?formato=csv"):
        assert casa.ask(casa.ab, "GET", f"{lote}{path}").status_code == 404, path
    assert casa.get(casa.ab, f"/v1/documentos?lote={casa.lote['id']}")["itens"] == []
    asked = {"formato": "csv", "lote": casa.lote["id"]}
    assert casa.ask(casa.ab, "POST", "/v1/exportacoes", json=asked).status_code == 404


def test_what_a_limited_key_sends_of_others_is_passed_over(casa: Casa) -> None:
    nova = build("nfe", changes={"ide/nNF": "500"})
    lote = casa.send(casa.a, {"nova.xml": nova, "alheia.xml": ALHEIA})
    itens = {item["nome"]: item for item in casa.servico.items(lote, chave=casa.a)}
    assert itens["nova.xml"]["desfecho"] == "aceito"
    assert itens["alheia.xml"]["desfecho"] == "ignorado"
    assert "não alcança" in itens["alheia.xml"]["mensagem"]
    assert "documento" not in itens["alheia.xml"]
    assert casa.get(casa.a, f"/v1/lotes/{lote['id']}/causas")["documentos"]["total"] == 1
    # Those who see as much, or all, see it; nobody else.
    assert casa.get(casa.ab, f"/v1/lotes/{lote['id']}/itens")["itens"]
    assert casa.get(casa.chave, f"/v1/lotes/{lote['id']}")["contagens"]["ignorado"] == 1
    casa.get(casa.b, f"/v1/lotes/{lote['id']}", 404)
    assert lote["id"] in {each["id"] for each in casa.get(casa.ab, "/v1/lotes")["itens"]}
    assert casa.get(casa.b, "/v1/lotes")["itens"] == []
    assert casa.get(casa.a, f"/v1/documentos?lote={lote['id']}")["itens"][0]["numero"] == 500


def test_a_limited_key_stores_documents_of_its_companies_alone(casa: Casa) -> None:
    refused = casa.ask(casa.a, "POST", "/v1/documentos", content=ALHEIA, headers=XML)
    assert (refused.status_code, refused.json()["codigo"]) == (403, "documento_de_outra_empresa")
    own = build("nfe", changes={"ide/nNF": "501"})
    stored = casa.ask(casa.a, "POST", "/v1/documentos", content=own, headers=XML)
    assert stored.status_code == 201, stored.text
    assert casa.get(casa.b, stored.headers["location"])["numero"] == 501


def test_an_export_by_a_job_keeps_the_limit(casa: Casa) -> None:
    asked = {"formato": "jsonl"}
    limited = casa.ask(casa.a, "POST", "/v1/exportacoes", json=asked).json()["id"]
    whole = casa.ask(casa.chave, "POST", "/v1/exportacoes", json=asked).json()["id"]
    assert limited != whole  # not the same, though it asks for the same
    assert casa.ask(casa.a, "POST", "/v1/exportacoes", json=asked).json()["id"] == limited
    casa.servico.work()
    file = casa.get(casa.a, f"/v1/exportacoes/{limited}")["url"]
    lines = casa.ask("fx_dev_nenhuma", "GET", file).text.splitlines()
    parties = [{line.get("emitente"), line.get("destinatario")} for line in map(json.loads, lines)]
    assert lines
    assert all(A in each for each in parties)
    for path in ("", "/arquivo"):
        assert casa.ask(casa.a, "GET", f"/v1/exportacoes/{whole}{path}").status_code == 404
        assert casa.ask(casa.b, "GET", f"/v1/exportacoes/{limited}{path}").status_code == 404
    assert casa.ask(casa.b, "DELETE", f"/v1/exportacoes/{limited}").status_code == 404
    assert [each["id"] for each in casa.get(casa.a, "/v1/exportacoes")["itens"]] == [limited]
    assert casa.ask(casa.a, "DELETE", f"/v1/exportacoes/{limited}").status_code == 204


def test_a_re_validation_judges_what_is_seen(casa: Casa) -> None:
    asked = casa.ask(casa.c, "POST", "/v1/revalidacoes", json={"em": "2027-01-05"})
    assert asked.status_code == 202, asked.text
    casa.servico.work()
    path = asked.headers["location"]
    assert casa.get(casa.c, path)["total"] == 1
    for part in ("", "/itens", "/causas", "/participantes", "/progresso"):
        assert casa.ask(casa.c, "GET", f"{path}{part}").status_code == 200, part
        assert casa.ask(casa.a, "GET", f"{path}{part}").status_code == 404, part
    assert casa.ask(casa.a, "POST", f"{path}/cancelamento").status_code == 404
    assert casa.get(casa.a, "/v1/revalidacoes")["itens"] == []
    assert casa.ask(casa.c, "POST", f"{path}/cancelamento").status_code == 200


def test_an_idempotency_key_is_of_one_limit(casa: Casa) -> None:
    headers = ZIP | {"Idempotency-Key": "a-mesma"}
    sent = {
        chave: casa.ask(chave, "POST", "/v1/lotes", content=zipped({}), headers=headers)
        for chave in (casa.chave, casa.a)
    }
    assert [each.status_code for each in sent.values()] == [202, 422]
    assert sent[casa.a].json()["codigo"] == "chave_reutilizada"


def test_the_limited_role_reads_nothing_that_no_policy_limits(casa: Casa) -> None:
    """But names of parties, which are asked for by their number, and versions of the database."""
    query = text(
        """
        SELECT c.relname, count(p.polname) FILTER (WHERE NOT p.polpermissive) AS limits,
            bool_or(has_table_privilege('fiscalxml_limitado', c.oid, 'INSERT, UPDATE, DELETE'))
                AS writes
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        LEFT JOIN pg_policy p ON p.polrelid = c.oid
        WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND relkind IN ('r', 'p', 'v')
            AND has_schema_privilege('fiscalxml_limitado', n.oid, 'USAGE')
            AND has_table_privilege('fiscalxml_limitado', c.oid, 'SELECT')
        GROUP BY c.relname
        """
    )

    async def ask() -> list[Any]:
        async with casa.servico.api.banco.transacao() as conn:
            return list((await conn.execute(query)).all())

    rows = casa.servico.run(ask())
    assert not any(row.writes for row in rows)
    assert {row.relname for row in rows if not row.limits} == {"participantes", "versao_base"}
    assert "documentos" in {row.relname for row in rows}


@pytest.fixture(scope="module", autouse=True)
def _closed(casa: Casa) -> Iterator[None]:
    yield
    casa.servico.work()
