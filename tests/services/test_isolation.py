"""Two organisations: neither sees anything of the other, at the API and in the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError

from factory.documents import build, chave_of
from fiscalxml_server.kit.resources import Recursos
from services.revalidacoes.asking import EM, revalidate
from services.servico import ZIP, Servico, zipped

ROLES = (
    "fiscalxml_api",
    "fiscalxml_worker",
    "fiscalxml_relay",
    "fiscalxml_limitado",
    "fiscalxml_auth",
    "fiscalxml_webhooks",
    "fiscalxml_entregador",
)
WITHOUT_POLICY = {
    "alembic_version",
    "versao_base",
    # Ids only: the relay works for all organisations.
    "jobs",
    "webhooks.fila",
    # The Auth Service's alone, asked before anybody is known.
    "auth.organizacoes",
    "auth.pessoas",
    "auth.emails",
    "auth.desafios_usados",
    "auth.cadastros",
    "auth.chaves_de_assinatura",
    # Of the installation: checkpoints tell one hash for all chains.
    "auditoria.pontos",
    "auditoria.chaves",
    "auth.revogacoes",
    "auth.periodicas",
    "auth.assercoes",
    "auth.chaves_de_certificados",
}
_OWN = ("/v1/documentos/{", "{lote}", "{revalidacao}", "{exportacao}")
"""parts of paths of which a stranger is told that nothing is there"""
_QUERY = {"exportacao": "?formato=jsonl"}
"""last part of a path -> what it must be asked with"""


class Two:
    """`first` has documents and lotes; `second` has a key of its own and nothing else."""

    def __init__(self, servico: Servico, second: str = "") -> None:
        self.servico = servico
        self.first, self.second = servico.chave, second or servico.new_key(uuid4())
        self.nota = build("nfe")
        self.lote = servico.send({"nota.xml": self.nota, "nada.xml": b"<nada/>"})
        (item, _) = servico.items(self.lote)
        self.documento = item["documento"]
        key = {"Idempotency-Key": "compartilhada"}
        servico.request("POST", "/v1/lotes", content=zipped({}), headers=ZIP | key)
        asked = {"formato": "csv", "lote": self.lote["id"]}
        self.exportacao = servico.request("POST", "/v1/exportacoes", json=asked).json()["id"]
        self.revalidacao = revalidate(servico, em=EM)

    def names(self) -> Iterator[dict[str, str]]:
        """Path parameters that mean something to the first organisation."""
        for chave in (chave_of(self.nota), self.documento):
            yield {
                "chave": chave,
                "lote": self.lote["id"],
                "revalidacao": self.revalidacao["id"],
                "exportacao": self.exportacao,
                "codigo": "629",
            }

    def secrets(self) -> tuple[str, ...]:
        """Ids that nobody else is told."""
        return self.documento, self.lote["id"], self.revalidacao["id"], self.exportacao


@pytest.fixture(scope="module")
def two(servico: Servico) -> Two:
    return Two(servico)


def test_no_operation_shows_another_organisation_s_data(two: Two) -> None:
    """Each GET that shows the first something of its own tells the second nothing of it."""
    shown = 0
    for method, path in _operations(two.servico):
        if method != "GET":
            continue
        for names in two.names():
            url = path.format_map(names) + _QUERY.get(path.rpartition("/")[2], "")
            mine = two.servico.request("GET", url, chave=two.first)
            theirs = two.servico.request("GET", url, chave=two.second)
            if any(part in path for part in _OWN):
                assert theirs.status_code == 404, url
                shown += mine.status_code == 200
            for secret in (*two.secrets(), "EMPRESA FICTICIA"):
                assert secret not in theirs.text, url
    assert shown >= 12


def test_every_operation_needs_a_key(two: Two) -> None:
    for method, path in _operations(two.servico):
        if not path.startswith("/v1/"):
            continue
        url = path.format_map(next(two.names()))
        assert two.servico.request(method, url, chave="fx_dev_errada").status_code == 401, path


def test_the_same_document_is_new_in_each_organisation(two: Two) -> None:
    lote = two.servico.send({"nota.xml": two.nota}, chave=two.second)
    assert lote["contagens"]["aceito"] == 1
    (item,) = two.servico.items(lote, chave=two.second)
    assert item["documento"] != two.documento
    found = two.servico.request("GET", f"/v1/documentos/{item['chave']}/xml", chave=two.second)
    assert found.content == two.nota


def test_an_idempotency_key_belongs_to_its_organisation(two: Two) -> None:
    headers = ZIP | {"Idempotency-Key": "compartilhada"}
    other = zipped({"outra.xml": b"<outra/>"})
    sent = two.servico.request(
        "POST", "/v1/lotes", content=other, headers=headers, chave=two.second
    )
    assert sent.status_code == 202
    assert "idempotent-replayed" not in sent.headers


def test_every_tenant_table_forces_row_level_security(two: Two, banco: str) -> None:
    tables = two.servico.run(
        _fetch(
            banco,
            """
        SELECT pg_class.oid::regclass::text AS relname,
               relrowsecurity AND relforcerowsecurity AS forced,
               (SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid) AS policies
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname IN ('public', 'auth', 'auditoria', 'cotas', 'privacidade', 'webhooks')
          AND relkind IN ('r', 'p')
          AND NOT relispartition
    """,
        )
    )
    open_tables = {row["relname"] for row in tables if not (row["forced"] and row["policies"])}
    assert open_tables == WITHOUT_POLICY


def test_no_service_owns_a_table_or_reads_a_partition_by_its_own_name(two: Two, banco: str) -> None:
    """A partition has no policy of its own: whoever could read it would see all organisations."""
    query = """
        SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname IN ('public', 'auth', 'auditoria', 'cotas', 'privacidade', 'webhooks')
          AND relkind IN ('r', 'p')
          AND (pg_get_userbyid(relowner) = $1 OR relispartition AND (
               has_table_privilege($1, pg_class.oid, 'SELECT')
               OR has_table_privilege($1, pg_class.oid, 'INSERT')))
    """
    for role in ROLES:
        assert two.servico.run(_fetch(banco, query, role)) == [], role


def test_only_the_auth_service_reaches_its_schema_and_it_reaches_no_other(
    two: Two, banco: str
) -> None:
    query = """
        SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('r', 'p') AND nspname = $2
          AND has_schema_privilege($1, n.oid, 'USAGE')
          AND has_table_privilege($1, pg_class.oid, 'SELECT')
    """
    for role in set(ROLES) - {"fiscalxml_auth"}:
        assert two.servico.run(_fetch(banco, query, role, "auth")) == [], role
    assert two.servico.run(_fetch(banco, query, "fiscalxml_auth", "auth"))
    assert two.servico.run(_fetch(banco, query, "fiscalxml_auth", "public")) == []


def test_a_service_sees_only_rows_of_the_organisation_of_its_transaction(two: Two) -> None:
    servico = two.servico
    for each in (servico.api, servico.worker):
        for table in ("documentos", "validacoes", "lotes"):
            count = text(f"SELECT count(*) FROM {table}")  # noqa: S608
            assert servico.run(_scalar(each, None, count)) == 0
            assert servico.run(_scalar(each, uuid4(), count)) == 0
            assert servico.run(_scalar(each, servico.organizacao, count)) > 0


def test_a_service_cannot_write_for_another_organisation(two: Two) -> None:
    stolen = text("UPDATE documentos SET organizacao = :other")
    with pytest.raises(DBAPIError, match="row-level security"):
        two.servico.run(_scalar(two.servico.worker, two.servico.organizacao, stolen, other=uuid4()))


def test_the_relay_reads_no_document(two: Two) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        two.servico.run(
            _scalar(two.servico.relay, two.servico.organizacao, text("SELECT 1 FROM documentos"))
        )


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT 1 FROM documentos WHERE organizacao = :org AND chave = 'x' AND vigente", "chave"),
        ("SELECT 1 FROM documentos WHERE organizacao = :org AND identidade = 'x'", "identidade"),
    ],
)
def test_lookups_use_their_index_under_row_level_security(two: Two, query: str, index: str) -> None:
    plan = two.servico.run(_plan(two.servico, query))
    assert "Index" in plan, plan
    assert index in plan, plan
    assert plan.count("Index") <= 2, plan  # of one partition


def _operations(servico: Servico) -> list[tuple[str, str]]:
    document = servico.request("GET", "/openapi.json").json()
    found = [
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if method in ("get", "post", "put", "patch", "delete")
    ]
    assert ("GET", "/v1/lotes/{lote}/itens") in found
    return found


async def _fetch(url: str, query: str, *values: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(query, *values))
    finally:
        await connection.close()


async def _scalar(
    recursos: Recursos, organizacao: UUID | None, query: TextClause, **values: Any
) -> Any:
    async with recursos.banco.transacao(organizacao) as conn:
        found = await conn.execute(query, values)
        return found.scalar() if found.returns_rows else None


async def _plan(servico: Servico, query: str) -> str:
    org = servico.organizacao
    async with servico.api.banco.transacao(org) as conn:
        await conn.execute(text("SET LOCAL enable_seqscan = off"))
        rows = await conn.execute(text(f"EXPLAIN {query}"), {"org": org})
        return "\n".join(rows.scalars())
