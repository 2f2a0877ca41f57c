"""Many documents in a database at once: rows made from one that was stored, each a little other."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg

_CHANGED: Final = {
    "id": "uuidv7()",
    "identidade": "d.identidade || '-' || n",
    "chave": "lpad(n::text, 44, '3')",
    "numero": "n",
    "serie": "n % 10",
    "valor": "(n::bigint * 7919) % 100000000",
    "icms": "(n::bigint * 7919) % 10000000",
    "emitente": "lpad((n % 500)::text, 14, '1')",
    "destinatario": "lpad((n % 20000)::text, 14, '2')",
    "emissao": "d.emissao + n * interval '1 second'",
    "data": "d.data + n * interval '1 second'",
    "conteudo": "sha256(('conteudo' || n)::bytea)",
    "sha256": "sha256(n::text::bytea)",
}
"""column -> its value in the nth row; the others are as they were"""
_NAMES: Final = """
    INSERT INTO participantes (organizacao, inscricao, nome, visto_em)
    SELECT $1, inscricao, 'EMPRESA ' || inscricao || ' COMERCIO & CIA LTDA', now()
    FROM (SELECT emitente FROM documentos UNION SELECT destinatario FROM documentos)
        AS each (inscricao)
    WHERE inscricao IS NOT NULL
    ON CONFLICT DO NOTHING
"""


async def multiply(
    database_url: str, organizacao: UUID, documento: UUID, count: int, first: int = 1
) -> None:
    """Add `count` documents like this one, numbered from `first`, as the owner of the database.

    A million take some minutes. All share the copy and the report of the first.
    """
    conn = await asyncpg.connect(database_url)
    try:
        # Row-level security is forced: the owner, too, sees one organisation.
        await conn.execute(
            "SELECT set_config('fiscalxml.organizacao', $1, false)", str(organizacao)
        )
        found = await conn.fetch(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = 'documentos' AND table_schema = 'public'"
        )
        names = [row["column_name"] for row in found]
        values = ", ".join(_CHANGED.get(name, f"d.{name}") for name in names)
        await conn.execute(
            f"INSERT INTO documentos ({', '.join(names)}) SELECT {values}"  # noqa: S608
            " FROM documentos d, generate_series($3::int, $4::int) n"
            " WHERE d.organizacao = $1 AND d.id = $2",
            organizacao,
            documento,
            first,
            first + count - 1,
            timeout=900,
        )
        await conn.execute(_NAMES, organizacao, timeout=900)
        await conn.execute("ANALYZE documentos, participantes", timeout=300)
    finally:
        await conn.close()
