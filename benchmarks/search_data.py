"""Millions of documents of many organisations, made by PostgreSQL itself.

They are no fiscal documents: only what a search looks at is like the real thing. Sizes are unequal
as in life (the largest organisation has a tenth of all), and so are parties, products and words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import asyncpg

YEARS: Final = 3
_TABLES: Final = ("documentos", "termos", "validacoes")
_SKEW: Final = 0.78
"""of the sizes, by rank: with 200 organisations the first has a tenth"""

_ORGANIZATIONS: Final = """
CREATE TABLE amostra AS
    SELECT n, md5('organizacao ' || n)::uuid AS id,
           ceil({documents} * n ^ -{skew} / sum(n ^ -{skew}) OVER ())::int AS documentos
    FROM generate_series(1, {organizations}) AS n
"""
_FUNCTIONS: Final = """
CREATE FUNCTION pg_temp.chave(o int, n int) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN '35' || lpad(o::text, 6, '0') || lpad(n::text, 36, '0');
-- An establishment of the organisation's own company.
CREATE FUNCTION pg_temp.propria(o int, r float8) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN lpad(o::text, 8, '0') || lpad((1 + floor(5 * r ^ 2))::text, 4, '0') || '00';
-- One of those it deals with, few of them most of the time.
CREATE FUNCTION pg_temp.parceira(o int, docs int, r float8) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN lpad((10000000 + o * 100000 + floor(docs ^ 0.7 * r ^ 4))::text, 8, '0') || '000100';
"""
_DOCUMENTS: Final = """
INSERT INTO documentos (organizacao, id, identidade, vigente, tipo, modelo, chave, serie, numero,
    ambiente, emissao, data, emitente, destinatario, valor, evento_chave, evento_tipo,
    evento_sequencia, situacao, situacao_propria, veredito, intacta, assinada, com_protocolo,
    conteudo, sha256, tamanho, objeto, inicio, comprimento, resumo, validacao, recebido_em, versao,
    icms, pis, cofins, ipi, ibs, cbs)
SELECT $1::uuid, uuidv7(recebido - now()), tipo || ':' || n, true, tipo,
       CASE tipo WHEN 'nfe' THEN '55' WHEN 'nfce' THEN '65' WHEN 'cte' THEN '57' END,
       CASE WHEN tipo <> 'evento' THEN pg_temp.chave($2::int, n) END, 1 + n % 5, n,
       'producao', data, data,
       CASE WHEN r1 < 0.55 THEN propria ELSE parceira END,
       CASE WHEN tipo = 'evento' OR tipo = 'nfce' THEN NULL
            WHEN r1 < 0.55 THEN parceira ELSE propria END,
       valor, CASE WHEN tipo = 'evento' THEN pg_temp.chave($2::int, n - 1) END,
       CASE WHEN tipo = 'evento' THEN CASE WHEN n % 60 = 0 THEN '110111' ELSE '210200' END END,
       CASE WHEN tipo = 'evento' THEN 1 END,
       CASE WHEN (n + 1) % 60 = 0 THEN 'cancelado' WHEN r4 < 0.02 THEN 'sem_protocolo'
            ELSE 'autorizado' END,
       'autorizado', CASE WHEN r5 < 0.06 THEN 'invalido' WHEN r5 < 0.07 THEN 'nao_avaliado'
            ELSE 'valido' END,
       true, true, true, sha256(n::text::bytea), sha256((-n)::text::bytea), 9000,
       $1::uuid || '/lotes/' || n / 20000 || '/' || n / 200, n % 200 * 2500, 2500,
       decode(repeat(md5(n::text), 40), 'hex'), uuidv7(recebido - now()), recebido, n,
       valor * 12 / 100, valor * 165 / 10000, valor * 76 / 1000, valor * 5 / 100,
       valor / 1000, valor * 9 / 1000
FROM (
    SELECT *, data + r6 ^ 4 * interval '40 days' AS recebido FROM (
        SELECT n, r1, r4, r5, r6, pg_temp.propria($2::int, r2) AS propria,
               pg_temp.parceira($2::int, $3::int, r3) AS parceira,
               CASE WHEN n % 20 = 0 THEN 'evento' WHEN r7 < 0.75 THEN 'nfe'
                    WHEN r7 < 0.9 THEN 'nfce' ELSE 'cte' END AS tipo,
               now() - interval '40 days'
                   - interval '1 day' * 365 * $4::int * (1 - (n + r2) / $3::int) AS data,
               CASE WHEN n % 20 <> 0 THEN (100 * exp(5.5 + 1.6 * r8))::bigint END AS valor
        FROM (
            SELECT n, random() r1, random() r2, random() r3, random() r4, random() r5, random() r6,
                   random() r7, random_normal() r8
            FROM generate_series(1, $3::int) AS n OFFSET 0
        ) AS a
    ) AS b
) AS c
"""
# Fifteen a document or so. Of each place in a document other words, so that none comes twice.
_TERMS: Final = """
INSERT INTO termos (organizacao, termo, data, documento)
SELECT organizacao, termo, data, id
FROM (
    SELECT organizacao, data, id, veredito, random() r1, random() r2, random() r3, random() r4,
           random() r5, random() r6, random() r7, random() r8, random() r9
    FROM documentos WHERE organizacao = $1 AND tipo <> 'evento' OFFSET 0
) AS d,
LATERAL (
    SELECT left('cfop:' || (ARRAY[5102, 6102, 1102, 5405, 2102, 5910, 6910, 1202, 5202, 7102])
        [1 + floor(10 * r1 ^ 3)::int], length) AS termo FROM unnest(ARRAY[7, 9]) AS length
    UNION SELECT left('ncm:' || 1000 + floor(400 * ncm ^ 3) * 20 || '0010', length)
        FROM unnest(ARRAY[6, 8, 12]) AS length, unnest(ARRAY[r2, r3]) AS ncm
    UNION ALL SELECT 'cst:icms:' || (ARRAY['00', '60', '10', '40', '20'])
        [1 + floor(5 * r4 ^ 3)::int]
    UNION ALL SELECT 'cst:ibs:000'
    UNION ALL SELECT 'cclasstrib:' || lpad((1 + floor(40 * r4 ^ 5))::text, 6, '0')
    UNION ALL SELECT 'p:a' || floor(4000 * r5 ^ 4)
    UNION ALL SELECT 'p:b' || floor(4000 * r6 ^ 4)
    UNION ALL SELECT 'p:c' || floor(4000 * r7 ^ 3)
    UNION ALL SELECT 'p:d' || floor(4000 * r8 ^ 3)
    UNION ALL SELECT 'p:e' || floor(4000 * r9 ^ 2)
    UNION ALL SELECT 'codigo:' || 200 + floor(500 * r9 ^ 2) WHERE veredito = 'invalido'
) AS t
"""
_VALIDATIONS: Final = """
INSERT INTO validacoes (organizacao, id, documento, veredito, perfil, referencia, regras, schemas,
    relatorio, criado_em)
SELECT organizacao, validacao, id, veredito, 'autorizado', data, '1', '1',
       decode(repeat(md5(numero::text), 15), 'hex'), recebido_em
FROM documentos WHERE organizacao = $1
"""
_PARTIES: Final = """
INSERT INTO participantes (organizacao, inscricao, nome, uf, visto_em)
SELECT organizacao, inscricao, 'EMPRESA ' || inscricao || ' LTDA', 'SP', max(data)
FROM documentos, unnest(ARRAY[emitente, destinatario]) AS inscricao
WHERE organizacao = $1 AND inscricao IS NOT NULL GROUP BY 1, 2
"""
_INDEXES: Final = """
SELECT pg_get_indexdef(i.indexrelid) AS definition, i.indexrelid::regclass::text AS name,
       i.indrelid::regclass::text AS relation, pg_get_constraintdef(c.oid) AS constraint
FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid
LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'p'
WHERE i.indrelid = ANY ($1::regclass[]) AND k.relkind = 'I'
"""


async def fill(admin: asyncpg.Connection, documents: int, organizations: int) -> None:
    """Fill the empty tables of a database, as its administrator. Indexes are made afterwards."""
    await admin.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'")
    await admin.execute(_FUNCTIONS)
    await admin.execute("SELECT setseed(0.5)")
    sizes = {"{documents}": documents, "{organizations}": organizations, "{skew}": _SKEW}
    await admin.execute(_written(_ORGANIZATIONS, sizes))
    indexes = await admin.fetch(_INDEXES, list(_TABLES))
    for index in indexes:
        await admin.execute(_dropped(index))
    for row in await admin.fetch("SELECT n, id, documentos FROM amostra ORDER BY n"):
        await admin.execute(_DOCUMENTS, row["id"], row["n"], row["documentos"], YEARS)
        for statement in (_TERMS, _VALIDATIONS, _PARTIES):
            await admin.execute(statement, row["id"])
    for index in indexes:
        await admin.execute(_made(index))
    # What a server in use has done by itself: rows are known to be seen by all.
    for table in (*_TABLES, "participantes"):
        await admin.execute(f"VACUUM (FREEZE, ANALYZE) {table}")
    await admin.execute("SELECT manter_estatisticas()")


def _written(template: str, values: Mapping[str, object]) -> str:
    for name, value in values.items():
        template = template.replace(name, str(value))
    return template


def _dropped(index: asyncpg.Record) -> str:
    if index["constraint"] is None:
        return f"DROP INDEX {index['name']}"
    return f"ALTER TABLE {index['relation']} DROP CONSTRAINT {index['name']}"


def _made(index: asyncpg.Record) -> str:
    if index["constraint"] is None:
        return str(index["definition"]).replace(" ON ONLY ", " ON ")
    return f"ALTER TABLE {index['relation']} ADD CONSTRAINT {index['name']} {index['constraint']}"
