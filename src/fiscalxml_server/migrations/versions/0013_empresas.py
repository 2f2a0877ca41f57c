"""What a caller limited to some companies sees: documents of which one of them is a party.

A role of its own, which a transaction takes for whom it reads (`kit.db`): it only reads, and under
these policies besides those of the organisation. Whoever is not limited has the plans of before.
"""

from __future__ import annotations

from alembic import op

from fiscalxml_server.migrations.statements import execute

revision = "0013"
down_revision = "0012"

# Taken by SET ROLE and never inherited: its policies hold for nobody who has not taken it.
_PAPEL = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fiscalxml_limitado') THEN
        CREATE ROLE fiscalxml_limitado NOLOGIN;
        GRANT fiscalxml_limitado TO CURRENT_USER, fiscalxml_api, fiscalxml_worker
            WITH INHERIT FALSE, SET TRUE;
    END IF;
END $$
"""

# `empresas`: the limit of who asked for it; null: none. `alvo_…`: parties of the document that an
# event is of, as soon as both are stored.
_COLUNAS = """
ALTER TABLE lotes ADD COLUMN empresas text[];
ALTER TABLE revalidacoes ADD COLUMN empresas text[];
ALTER TABLE exportacoes ADD COLUMN empresas text[];
ALTER TABLE documentos
    ADD COLUMN alvo_emitente text COLLATE "C",
    ADD COLUMN alvo_destinatario text COLLATE "C";
CREATE INDEX documentos_alvo_emitente ON documentos (organizacao, alvo_emitente, data, id)
    WHERE vigente AND alvo_emitente IS NOT NULL;
CREATE INDEX documentos_alvo_destinatario ON documentos (organizacao, alvo_destinatario, data, id)
    WHERE vigente AND alvo_destinatario IS NOT NULL;
ALTER TABLE documentos NO FORCE ROW LEVEL SECURITY;
UPDATE documentos evento
    SET alvo_emitente = alvo.emitente, alvo_destinatario = alvo.destinatario
    FROM documentos alvo
    WHERE alvo.organizacao = evento.organizacao AND alvo.chave = evento.evento_chave
        AND alvo.vigente AND alvo.tipo NOT IN ('evento', 'inutilizacao', 'mensagem');
ALTER TABLE documentos FORCE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA public TO fiscalxml_limitado;
GRANT SELECT ON versao_base, participantes TO fiscalxml_limitado;
"""

# Evaluated once a statement. Null, which lets nothing be seen, where it was not set.
_MINHAS = "(SELECT nullif(current_setting('fiscalxml.empresas', true), '')::text[])::text[]"

_POLICY = """
GRANT SELECT ON {table} TO fiscalxml_limitado;
CREATE POLICY empresas ON {table} AS RESTRICTIVE TO fiscalxml_limitado USING ({condition});
"""
_PARTES = ("emitente", "destinatario", "alvo_emitente", "alvo_destinatario")
_PEDIDOS = ("lotes", "revalidacoes", "exportacoes")
_DE_UM_DOCUMENTO = ("validacoes", "termos", "vinculos")
_DE_UM_PEDIDO = {
    "lote_itens": ("lotes", "lote"),
    "lote_causas": ("lotes", "lote"),
    "revalidacao_itens": ("revalidacoes", "revalidacao"),
    "revalidacao_causas": ("revalidacoes", "revalidacao"),
}
"""table -> whose rows its own belong to, and by what column"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(_PAPEL)
    execute(_COLUNAS)
    _limit("documentos", " OR ".join(f"{parte} = ANY ({_MINHAS})" for parte in _PARTES))
    for table in _PEDIDOS:
        # Asked for under a limit within the caller's own: there is nothing else in it.
        _limit(table, f"empresas <@ {_MINHAS}")
    for table in _DE_UM_DOCUMENTO:
        _limit(table, _seen(table, "documentos", "documento"))
    for table, (whose, column) in _DE_UM_PEDIDO.items():
        _limit(table, _seen(table, whose, column))


def _limit(table: str, condition: str) -> None:
    execute(_POLICY.format(table=table, condition=condition))


def _seen(table: str, whose: str, column: str) -> str:
    """Whether the row is of one that is seen: the policies of that table hold in here."""
    return (
        f"EXISTS (SELECT FROM {whose} w"
        f" WHERE w.organizacao = {table}.organizacao AND w.id = {table}.{column})"
    )
