"""Documents, lotes and jobs.

Tenant tables force row-level security. `documentos` and `validacoes` are partitioned by
organisation; what grows and goes (`lote_itens`, `jobs`) by day, so that old days are dropped.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

_HASHED = 8  # partitions of an organisation-hashed table

_DOCUMENTOS = """
CREATE SEQUENCE documentos_versao;

CREATE TABLE documentos (
    organizacao uuid NOT NULL,
    id uuid NOT NULL,
    identidade text NOT NULL,
    vigente boolean NOT NULL,
    tipo text NOT NULL,
    modelo text,
    chave text,
    serie integer,
    numero bigint,
    ambiente text,
    emissao timestamptz,
    emitente text,
    destinatario text,
    valor bigint,
    evento_chave text,
    evento_tipo text,
    evento_sequencia integer,
    situacao text,
    veredito text NOT NULL,
    intacta boolean NOT NULL,
    assinada boolean NOT NULL,
    com_protocolo boolean NOT NULL,
    conteudo bytea NOT NULL,
    sha256 bytea NOT NULL,
    tamanho integer NOT NULL,
    objeto text NOT NULL,
    inicio bigint NOT NULL,
    comprimento integer NOT NULL,
    resumo bytea,
    validacao uuid NOT NULL,
    lote uuid,
    recebido_em timestamptz NOT NULL,
    versao bigint NOT NULL DEFAULT nextval('documentos_versao'),
    CONSTRAINT documentos_pk PRIMARY KEY (organizacao, id)
) PARTITION BY HASH (organizacao);
CREATE UNIQUE INDEX documentos_vigente ON documentos (organizacao, identidade) WHERE vigente;
CREATE UNIQUE INDEX documentos_conteudo ON documentos (organizacao, identidade, conteudo);
CREATE INDEX documentos_chave ON documentos (organizacao, chave) WHERE chave IS NOT NULL;
CREATE INDEX documentos_evento ON documentos (organizacao, evento_chave)
    WHERE evento_chave IS NOT NULL;

-- Former copies of a document, kept when one with its protocol took their place.
CREATE TABLE copias (
    organizacao uuid NOT NULL,
    documento uuid NOT NULL,
    sha256 bytea NOT NULL,
    tamanho integer NOT NULL,
    objeto text NOT NULL,
    inicio bigint NOT NULL,
    comprimento integer NOT NULL,
    substituida_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT copias_pk PRIMARY KEY (organizacao, documento, sha256)
);

CREATE TABLE validacoes (
    organizacao uuid NOT NULL,
    id uuid NOT NULL,
    documento uuid NOT NULL,
    veredito text NOT NULL,
    perfil text NOT NULL,
    referencia timestamptz NOT NULL,
    regras text NOT NULL,
    schemas text NOT NULL,
    relatorio bytea NOT NULL,
    criado_em timestamptz NOT NULL,
    CONSTRAINT validacoes_pk PRIMARY KEY (organizacao, id)
) PARTITION BY HASH (organizacao);
CREATE INDEX validacoes_documento ON validacoes (organizacao, documento);
"""

_LOTES = """
CREATE TABLE lotes (
    organizacao uuid NOT NULL,
    id uuid NOT NULL,
    nome text NOT NULL,
    situacao text NOT NULL DEFAULT 'recebido',
    motivo text,
    objeto text NOT NULL,
    tamanho bigint NOT NULL,
    sha256 bytea,
    credencial text NOT NULL,
    arquivos integer NOT NULL DEFAULT 0,
    prontos integer NOT NULL DEFAULT 0,
    itens integer NOT NULL DEFAULT 0,
    aberto boolean NOT NULL DEFAULT false,
    aceito integer NOT NULL DEFAULT 0,
    invalido integer NOT NULL DEFAULT 0,
    duplicado integer NOT NULL DEFAULT 0,
    conflito integer NOT NULL DEFAULT 0,
    ilegivel integer NOT NULL DEFAULT 0,
    ignorado integer NOT NULL DEFAULT 0,
    falha integer NOT NULL DEFAULT 0,
    versao integer NOT NULL DEFAULT 1,
    criado_em timestamptz NOT NULL DEFAULT now(),
    concluido_em timestamptz,
    CONSTRAINT lotes_pk PRIMARY KEY (organizacao, id)
);

-- What an archive was cut into: the entries of each block and where their copies are.
CREATE TABLE lote_blocos (
    organizacao uuid NOT NULL,
    lote uuid NOT NULL,
    numero integer NOT NULL,
    objeto text NOT NULL,
    entradas bytea NOT NULL,
    CONSTRAINT lote_blocos_pk PRIMARY KEY (organizacao, lote, numero)
);

CREATE TABLE lote_itens (
    organizacao uuid NOT NULL,
    dia date NOT NULL,
    lote uuid NOT NULL,
    indice integer NOT NULL,
    parte integer NOT NULL,
    nome text NOT NULL,
    desfecho text NOT NULL,
    documento uuid,
    tipo text,
    chave text,
    veredito text,
    codigo text,
    mensagem text,
    CONSTRAINT lote_itens_pk PRIMARY KEY (organizacao, lote, indice, parte, dia)
) PARTITION BY RANGE (dia);

CREATE TABLE idempotencia (
    organizacao uuid NOT NULL,
    chave text NOT NULL,
    operacao text NOT NULL,
    impressao bytea NOT NULL,
    status integer NOT NULL,
    corpo bytea NOT NULL,
    cabecalhos bytea NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotencia_pk PRIMARY KEY (organizacao, chave)
);
CREATE INDEX idempotencia_criado_em ON idempotencia (criado_em);
"""

# Ids only, no row-level security: the relay works for all organisations.
_JOBS = """
CREATE TABLE jobs (
    dia date NOT NULL,
    id uuid NOT NULL,
    organizacao uuid NOT NULL,
    tipo text NOT NULL,
    lote uuid NOT NULL,
    bloco integer NOT NULL,
    inicio integer NOT NULL,
    fim integer NOT NULL,
    situacao text NOT NULL DEFAULT 'pendente',
    tentativas integer NOT NULL DEFAULT 0,
    cerca integer NOT NULL DEFAULT 0,
    lease_ate timestamptz,
    disponivel_em timestamptz NOT NULL DEFAULT now(),
    publicado_em timestamptz,
    criado_em timestamptz NOT NULL DEFAULT now(),
    concluido_em timestamptz,
    erro text,
    traceparent text,
    CONSTRAINT jobs_pk PRIMARY KEY (dia, id),
    CONSTRAINT jobs_trabalho UNIQUE (dia, lote, tipo, bloco, inicio, fim)
) PARTITION BY RANGE (dia);
CREATE INDEX jobs_a_publicar ON jobs (organizacao, id)
    WHERE situacao = 'pendente' AND publicado_em IS NULL;
CREATE INDEX jobs_abertos ON jobs (organizacao, criado_em)
    WHERE situacao IN ('pendente', 'em_curso');
CREATE INDEX jobs_mortos ON jobs (id) WHERE situacao = 'morto';
"""

# The owner's right to make and drop partitions, lent to the relay. A day of jobs that still has
# unfinished ones stays.
_PARTICOES = """
CREATE FUNCTION manter_particoes() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    hoje date := (now() AT TIME ZONE 'UTC')::date;
    tabela text;
    nome text;
    aberta boolean;
BEGIN
    -- Two relays may ask at once, and neither is to fail for what the other makes.
    PERFORM pg_advisory_xact_lock(hashtext('manter_particoes'));
    FOREACH tabela IN ARRAY ARRAY['lote_itens', 'jobs'] LOOP
        FOR passo IN -1 .. 7 LOOP
            nome := tabela || '_' || to_char(hoje + passo, 'YYYYMMDD');
            IF to_regclass(nome) IS NULL THEN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    nome, tabela, hoje + passo, hoje + passo + 1);
            END IF;
        END LOOP;
    END LOOP;
    FOR nome IN
        SELECT filho.relname FROM pg_inherits
        JOIN pg_class filho ON filho.oid = inhrelid
        JOIN pg_class pai ON pai.oid = inhparent
        WHERE filho.relname ~ '_[0-9]{8}$'
          AND to_date(right(filho.relname, 8), 'YYYYMMDD')
              < hoje - CASE pai.relname WHEN 'jobs' THEN 7 WHEN 'lote_itens' THEN 400 END
    LOOP
        aberta := false;
        IF nome LIKE 'jobs%' THEN
            EXECUTE format(
                'SELECT EXISTS (SELECT FROM %I WHERE situacao NOT IN (''feito'', ''dividido''))',
                nome) INTO aberta;
        END IF;
        IF NOT aberta THEN
            EXECUTE format('DROP TABLE %I', nome);
        END IF;
    END LOOP;
END $$
"""

_TENANT = (
    "documentos", "copias", "validacoes", "lotes", "lote_blocos", "lote_itens", "idempotencia",
)  # fmt: skip

_PAPEIS = """
DO $$
DECLARE papel text;
BEGIN
    FOREACH papel IN ARRAY ARRAY['fiscalxml_api', 'fiscalxml_worker', 'fiscalxml_relay'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = papel) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', papel);
            EXECUTE format('GRANT %I TO CURRENT_USER', papel);
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', papel);
    END LOOP;
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO fiscalxml_api, fiscalxml_worker',
                   current_database());
END $$
"""

_GRANTS = """
GRANT USAGE ON SEQUENCE documentos_versao TO fiscalxml_api, fiscalxml_worker;
GRANT SELECT, INSERT, UPDATE ON documentos TO fiscalxml_api, fiscalxml_worker;
GRANT SELECT, INSERT ON copias, validacoes TO fiscalxml_api, fiscalxml_worker;
GRANT SELECT, INSERT ON lotes TO fiscalxml_api;
GRANT SELECT, UPDATE ON lotes TO fiscalxml_worker;
GRANT SELECT, INSERT ON lote_blocos TO fiscalxml_worker;
GRANT SELECT ON lote_itens TO fiscalxml_api;
GRANT SELECT, INSERT ON lote_itens TO fiscalxml_worker;
GRANT SELECT, INSERT ON idempotencia TO fiscalxml_api;
GRANT SELECT, DELETE ON idempotencia TO fiscalxml_relay;
GRANT SELECT, INSERT ON jobs TO fiscalxml_api;
GRANT SELECT, INSERT, UPDATE ON jobs TO fiscalxml_worker;
GRANT SELECT, UPDATE ON jobs TO fiscalxml_relay;
GRANT EXECUTE ON FUNCTION manter_particoes TO fiscalxml_relay;
CREATE POLICY expiradas ON idempotencia TO fiscalxml_relay
    USING (criado_em < now() - interval '7 days');
"""


def upgrade() -> None:
    _execute(_DOCUMENTOS)
    _execute(_LOTES)
    _execute(_JOBS)
    for table in ("documentos", "validacoes"):
        for part in range(_HASHED):
            op.get_bind().exec_driver_sql(
                f"CREATE TABLE {table}_{part} PARTITION OF {table}"
                f" FOR VALUES WITH (MODULUS {_HASHED}, REMAINDER {part})"
            )
    for table in _TENANT:
        op.get_bind().exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.get_bind().exec_driver_sql(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.get_bind().exec_driver_sql(
            f"CREATE POLICY organizacao ON {table} USING (organizacao ="
            " (SELECT nullif(current_setting('fiscalxml.organizacao', true), '')::uuid))"
        )
    for statement in (
        _PARTICOES,
        "REVOKE ALL ON FUNCTION manter_particoes FROM PUBLIC",
        _PAPEIS,
    ):
        op.get_bind().exec_driver_sql(statement)
    _execute(_GRANTS)


def _execute(block: str) -> None:
    """One statement at a time, as the driver wants."""
    for statement in filter(str.strip, block.split(";\n")):
        op.get_bind().exec_driver_sql(statement)
