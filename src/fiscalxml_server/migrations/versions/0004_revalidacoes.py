"""Re-validations: stored documents judged again by another date's rules, beside what stands."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

_TABELAS = """
ALTER TABLE validacoes ADD COLUMN revalidacao uuid;

CREATE TABLE revalidacoes (
    organizacao uuid NOT NULL,
    id uuid NOT NULL,
    nome text NOT NULL,
    filtro bytea NOT NULL,
    em timestamptz,
    perfil text NOT NULL,
    situacao text NOT NULL DEFAULT 'recebida',
    motivo text,
    credencial text NOT NULL,
    plano_data timestamptz,
    plano_documento uuid,
    planejada boolean NOT NULL DEFAULT false,
    total integer NOT NULL DEFAULT 0,
    prontos integer NOT NULL DEFAULT 0,
    para_invalido integer NOT NULL DEFAULT 0,
    para_valido integer NOT NULL DEFAULT 0,
    outra integer NOT NULL DEFAULT 0,
    igual integer NOT NULL DEFAULT 0,
    falha integer NOT NULL DEFAULT 0,
    versao integer NOT NULL DEFAULT 1,
    criado_em timestamptz NOT NULL DEFAULT now(),
    concluido_em timestamptz,
    CONSTRAINT revalidacoes_pk PRIMARY KEY (organizacao, id)
);

-- Which documents were there at the start: the ids of each block, 16 bytes each.
CREATE TABLE revalidacao_blocos (
    organizacao uuid NOT NULL,
    revalidacao uuid NOT NULL,
    numero integer NOT NULL,
    documentos bytea NOT NULL,
    CONSTRAINT revalidacao_blocos_pk PRIMARY KEY (organizacao, revalidacao, numero)
);

-- Documents that changed, or that could not be judged again.
CREATE TABLE revalidacao_itens (
    organizacao uuid NOT NULL,
    revalidacao uuid NOT NULL,
    indice integer NOT NULL,
    documento uuid NOT NULL,
    mudanca text NOT NULL,
    tipo text,
    chave text,
    emissao timestamptz,
    emitente text,
    destinatario text,
    antes text,
    depois text,
    validacao uuid,
    vieram text[] NOT NULL,
    foram text[] NOT NULL,
    codigo text,
    mensagem text,
    CONSTRAINT revalidacao_itens_pk PRIMARY KEY (organizacao, revalidacao, indice)
);
CREATE INDEX revalidacao_itens_mudanca
    ON revalidacao_itens (organizacao, revalidacao, mudanca, indice);
CREATE INDEX revalidacao_itens_emitente
    ON revalidacao_itens (organizacao, revalidacao, emitente, indice) INCLUDE (mudanca);
CREATE INDEX revalidacao_itens_destinatario
    ON revalidacao_itens (organizacao, revalidacao, destinatario, indice) INCLUDE (mudanca);

-- What each block counted of the causes of what came; merged when it is asked for.
CREATE TABLE revalidacao_causas (
    organizacao uuid NOT NULL,
    revalidacao uuid NOT NULL,
    bloco integer NOT NULL,
    inicio integer NOT NULL,
    estado bytea NOT NULL,
    CONSTRAINT revalidacao_causas_pk PRIMARY KEY (organizacao, revalidacao, bloco, inicio)
);
ALTER TABLE revalidacao_causas ALTER COLUMN estado SET STORAGE EXTERNAL;
"""

_GRANTS = """
GRANT SELECT, INSERT, UPDATE ON revalidacoes TO fiscalxml_api;
GRANT SELECT, UPDATE ON revalidacoes TO fiscalxml_worker;
GRANT SELECT, INSERT ON revalidacao_blocos TO fiscalxml_worker;
GRANT SELECT ON revalidacao_itens, revalidacao_causas TO fiscalxml_api;
GRANT INSERT ON revalidacao_itens, revalidacao_causas TO fiscalxml_worker;
"""

_TENANT = ("revalidacoes", "revalidacao_blocos", "revalidacao_itens", "revalidacao_causas")


def upgrade() -> None:
    _execute(_TABELAS)
    for table in _TENANT:
        _execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n"
            f"CREATE POLICY organizacao ON {table} USING (organizacao ="
            " (SELECT nullif(current_setting('fiscalxml.organizacao', true), '')::uuid))"
        )
    _execute(_GRANTS)


def _execute(block: str) -> None:
    """One statement at a time, as the driver wants."""
    for statement in filter(str.strip, block.split(";\n")):
        op.get_bind().exec_driver_sql(statement)
