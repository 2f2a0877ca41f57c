"""An organisation with documents of long ago, and what a test asks of its database."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg

import seeds
from factory.documents import build
from fiscalxml_server.kit import custody
from fiscalxml_server.kit.db import new_id
from services.servers.postgres import Servidor
from services.servico import Servico

CPF, OUTRO = seeds.CPF, seeds.OUTRO_CPF
ANTIGA = "2012-03-01T10:00:00-03:00"


def note(numero: int, *, emissao: str | None = None, cpf: str | None = None) -> bytes:
    """A note, to a person where a CPF is given. An old one breaks rules, and is stored all the
    same."""
    changes = {"ide/nNF": str(numero)} | ({"ide/dhEmi": emissao} if emissao else {})
    if cpf is None:
        return build("nfe", changes=changes)
    return build(
        "nfe",
        changes=changes,
        after={"dest/CNPJ": f"<CPF>{cpf}</CPF>"},
        remove=("dest/CNPJ",),
    )


class Arquivo:
    """What a test does as the database's superuser, or as who asks for jobs."""

    def __init__(self, servico: Servico, postgres: Servidor, banco: str) -> None:
        self.servico = servico
        self._url = postgres.admin_url(banco.partition("?")[0].rpartition("/")[2])

    def anew(self, organizacao: UUID | None = None) -> None:
        """What follows is of another organisation, of which nothing is there."""
        org = self.servico.organizacao = organizacao or uuid4()
        self.servico.chave = self.servico.new_key(org)

    def sql(self, query: str, *values: Any) -> list[asyncpg.Record]:
        async def run() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(self._url)
            try:
                return list(await connection.fetch(query, *values))
            finally:
                await connection.close()

        return asyncio.run(run())

    def count(self, table: str, organizacao: UUID | None = None) -> int:
        """Rows of an organisation."""
        query = f"SELECT count(*) AS n FROM {table} WHERE organizacao = $1"  # noqa: S608
        return int(self.sql(query, organizacao or self.servico.organizacao)[0]["n"])

    def tables(self) -> set[str]:
        """All that have rows of an organisation."""
        rows = self.sql(_TABLES)
        return {row["nome"].removeprefix("public.") for row in rows}

    def fill(self, table: str, organizacao: UUID) -> None:
        """A row of the organisation, whatever the table is of."""
        columns = self.sql(_COLUMNS, table, _ALSO.get(table, []))
        values = [
            f"'{organizacao}'" if row["nome"] == "organizacao" else _VALUES[row["tipo"]]
            for row in columns
        ]
        names = ", ".join(row["nome"] for row in columns)
        insert = f"INSERT INTO {table} ({names}) VALUES ({', '.join(values)})"  # noqa: S608
        self.sql(f"DO $$ BEGIN SET LOCAL session_replication_role = replica; {insert}; END $$")

    def age(self) -> None:
        """What was received until now was received two years ago."""
        self.sql("UPDATE documentos SET recebido_em = recebido_em - interval '2 years'")

    def loosen(self) -> None:
        """Time passes, after which nobody reads the objects of what was erased."""
        self.sql("UPDATE privacidade.objetos_soltos SET em = em - interval '1 hour'")

    def ask(self, tipo: str, ident: UUID | None = None, organizacao: UUID | None = None) -> None:
        """Ask for a job and have it done."""
        self.sql(
            "SELECT privacidade.pedir_trabalho($1, $2, $3)",
            organizacao or self.servico.organizacao,
            tipo,
            ident or new_id(),
        )
        self.servico.work()

    def erase_due(self) -> None:
        """The daily job, and those after it, which find objects that nobody reads any more."""
        for _ in range(3):
            self.ask(custody.ELIMINAR)
            self.loosen()

    def objects(self) -> set[str]:
        """Names of stored objects of the organisation."""
        below = self.servico.objetos / str(self.servico.organizacao)
        return {
            str(each.relative_to(self.servico.objetos))
            for each in below.rglob("*")
            if each.is_file()
        }


_TABLES = """
    SELECT c.table_schema || '.' || c.table_name AS nome
    FROM information_schema.columns c
    JOIN pg_class t ON t.oid = format('%I.%I', c.table_schema, c.table_name)::regclass
    WHERE c.column_name = 'organizacao' AND t.relkind IN ('r', 'p') AND NOT t.relispartition
"""
_COLUMNS = """
    SELECT attname AS nome, format_type(atttypid, NULL) AS tipo FROM pg_attribute
    WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
      AND (attnotnull AND NOT atthasdef AND attidentity = '' OR attname = ANY ($2::text[]))
"""
_ALSO = {"auth.maquinas": ["segredo"], "privacidade.retencoes": ["encerrado_em"]}
"""columns that a row needs: a constraint of its table; a hold that ended, which stops nothing"""
_VALUES = {
    "bigint": "1",
    "boolean": "false",
    "bytea": "uuid_send(gen_random_uuid())",
    "date": "current_date",
    "integer": "1",
    "jsonb": "'{}'",
    "numeric": "1",
    "smallint": "1",
    "text": "gen_random_uuid()::text",
    "text[]": "'{}'",
    "timestamp with time zone": "now()",
    "uuid": "gen_random_uuid()",
}
