"""Webhooks: subscriptions, what is to be told, to whom, and each attempt.

A notificação is written with what causes it, for the subscriptions that want it; `fila` holds ids
only and has no policy: what delivers works for all organisations. Rows of a day go together, after
90 days; `dia` is that of the notificação's id, so that the order of days and ids is that of ids.
"""

from __future__ import annotations

from alembic import op

from fiscalxml_server.migrations.statements import execute, isolate

revision = "0015"
down_revision = "0014"

_TABELAS = """
CREATE SCHEMA webhooks;

CREATE TABLE webhooks.assinaturas (
    organizacao uuid NOT NULL,
    id uuid NOT NULL,
    fatia smallint NOT NULL,
    url text NOT NULL,
    descricao text NOT NULL DEFAULT '',
    tipos text[] NOT NULL DEFAULT '{}',
    empresas text[] NOT NULL DEFAULT '{}',
    modelos text[] NOT NULL DEFAULT '{}',
    vereditos text[] NOT NULL DEFAULT '{}',
    cabecalhos bytea,
    segredos bytea NOT NULL,
    por_minuto integer,
    simultaneas integer NOT NULL,
    ordenada boolean NOT NULL DEFAULT false,
    situacao text NOT NULL DEFAULT 'ativa',
    motivo text,
    falhando_desde timestamptz,
    desativada_em timestamptz,
    avisada_em timestamptz,
    retomada_em timestamptz,
    espera_ate timestamptz,
    criada_por text NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    alterado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT assinaturas_pk PRIMARY KEY (organizacao, id)
);
CREATE INDEX assinaturas_alterado_em ON webhooks.assinaturas (alterado_em);
CREATE INDEX assinaturas_retomadas ON webhooks.assinaturas (retomada_em)
    WHERE retomada_em IS NOT NULL;
CREATE INDEX assinaturas_a_avisar ON webhooks.assinaturas (desativada_em)
    WHERE situacao = 'desativada' AND avisada_em IS NULL;
CREATE INDEX assinaturas_removidas ON webhooks.assinaturas (id) WHERE situacao = 'removida';

CREATE TABLE webhooks.notificacoes (
    organizacao uuid NOT NULL,
    dia date NOT NULL,
    id uuid NOT NULL,
    tipo text NOT NULL,
    alvo text NOT NULL,
    corpo text NOT NULL,
    CONSTRAINT notificacoes_pk PRIMARY KEY (organizacao, dia, id)
) PARTITION BY RANGE (dia);
CREATE INDEX notificacoes_alvo ON webhooks.notificacoes (organizacao, alvo, dia, id);

CREATE TABLE webhooks.entregas (
    organizacao uuid NOT NULL,
    dia date NOT NULL,
    assinatura uuid NOT NULL,
    notificacao uuid NOT NULL,
    situacao text NOT NULL,
    tentativas integer NOT NULL DEFAULT 0,
    codigo integer,
    terminado_em timestamptz,
    CONSTRAINT entregas_pk PRIMARY KEY (organizacao, assinatura, dia, notificacao)
) PARTITION BY RANGE (dia);
CREATE INDEX entregas_situacao
    ON webhooks.entregas (organizacao, assinatura, situacao, dia, notificacao)
    WHERE situacao <> 'entregue';

CREATE TABLE webhooks.tentativas (
    organizacao uuid NOT NULL,
    dia date NOT NULL,
    assinatura uuid NOT NULL,
    notificacao uuid NOT NULL,
    numero integer NOT NULL,
    em timestamptz NOT NULL,
    milissegundos integer NOT NULL,
    codigo integer,
    erro text,
    resposta text,
    CONSTRAINT tentativas_pk PRIMARY KEY (organizacao, assinatura, dia, notificacao, numero)
) PARTITION BY RANGE (dia);

CREATE TABLE webhooks.contagens (
    organizacao uuid NOT NULL,
    assinatura uuid NOT NULL,
    hora timestamptz NOT NULL,
    entregues integer NOT NULL DEFAULT 0,
    falhas integer NOT NULL DEFAULT 0,
    milissegundos bigint NOT NULL DEFAULT 0,
    CONSTRAINT contagens_pk PRIMARY KEY (organizacao, assinatura, hora)
);

CREATE TABLE webhooks.reenvios (
    organizacao uuid NOT NULL,
    assinatura uuid NOT NULL,
    id uuid NOT NULL,
    situacoes text[] NOT NULL,
    tipos text[] NOT NULL,
    de uuid NOT NULL,
    ate uuid NOT NULL,
    examinadas bigint NOT NULL DEFAULT 0,
    reenviadas bigint NOT NULL DEFAULT 0,
    pedido_por text NOT NULL,
    pedido_em timestamptz NOT NULL DEFAULT now(),
    avancou_em timestamptz NOT NULL DEFAULT now(),
    terminado_em timestamptz,
    CONSTRAINT reenvios_pk PRIMARY KEY (organizacao, assinatura, id)
);
CREATE UNIQUE INDEX reenvios_em_andamento ON webhooks.reenvios (organizacao, assinatura)
    WHERE terminado_em IS NULL;
CREATE INDEX reenvios_pedido_em ON webhooks.reenvios (pedido_em);

CREATE TABLE webhooks.fila (
    assinatura uuid NOT NULL,
    notificacao uuid NOT NULL,
    organizacao uuid NOT NULL,
    dia date NOT NULL,
    fatia smallint NOT NULL,
    estado text NOT NULL DEFAULT 'livre',
    proxima_em timestamptz NOT NULL DEFAULT now(),
    tentativas integer NOT NULL DEFAULT 0,
    seguidas integer NOT NULL DEFAULT 0,
    CONSTRAINT fila_pk PRIMARY KEY (assinatura, notificacao)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
CREATE INDEX fila_livres ON webhooks.fila (fatia, proxima_em) WHERE estado = 'livre';
CREATE INDEX fila_tomadas ON webhooks.fila (fatia) WHERE estado = 'tomada';
CREATE INDEX fila_estacionadas ON webhooks.fila (fatia, assinatura, notificacao)
    WHERE estado = 'estacionada';
"""

# The owner's right to make and drop partitions, lent to what delivers.
_PARTICOES = """
CREATE FUNCTION webhooks.manter_particoes() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = webhooks, pg_temp AS $$
DECLARE
    hoje date := (now() AT TIME ZONE 'UTC')::date;
    tabela text;
    nome text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('webhooks.manter_particoes'));
    FOREACH tabela IN ARRAY ARRAY['notificacoes', 'entregas', 'tentativas'] LOOP
        FOR passo IN -1 .. 7 LOOP
            nome := tabela || '_' || to_char(hoje + passo, 'YYYYMMDD');
            IF to_regclass('webhooks.' || nome) IS NULL THEN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                    nome, tabela, hoje + passo, hoje + passo + 1);
            END IF;
        END LOOP;
    END LOOP;
    FOR nome IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE relnamespace = 'webhooks'::regnamespace AND relname ~ '_[0-9]{8}$'
          AND to_date(right(relname, 8), 'YYYYMMDD') < hoje - 90
    LOOP
        EXECUTE format('DROP TABLE %I', nome);
    END LOOP;
END $$
"""

_PAPEIS = """
DO $$
DECLARE papel text;
BEGIN
    FOREACH papel IN ARRAY ARRAY['fiscalxml_webhooks', 'fiscalxml_entregador'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = papel) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', papel);
            EXECUTE format('GRANT %I TO CURRENT_USER', papel);
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA public, webhooks, auditoria TO %I', papel);
        EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO %I', current_database(), papel);
    END LOOP;
END $$
"""

# Who causes something reads what subscribers want, and no secret of theirs; what delivers works for
# all organisations.
_GRANTS = """
REVOKE ALL ON FUNCTION webhooks.manter_particoes FROM PUBLIC;
GRANT EXECUTE ON FUNCTION webhooks.manter_particoes TO fiscalxml_entregador;
GRANT USAGE ON SCHEMA webhooks TO fiscalxml_api, fiscalxml_worker, fiscalxml_auth;
GRANT SELECT (organizacao, id, fatia, situacao, ordenada, tipos, empresas, modelos, vereditos)
    ON webhooks.assinaturas TO fiscalxml_api, fiscalxml_worker, fiscalxml_auth;
GRANT INSERT ON webhooks.notificacoes, webhooks.entregas, webhooks.fila
    TO fiscalxml_api, fiscalxml_worker, fiscalxml_auth;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON webhooks.assinaturas, webhooks.entregas, webhooks.fila, webhooks.contagens,
    webhooks.reenvios
    TO fiscalxml_webhooks, fiscalxml_entregador;
GRANT SELECT, INSERT ON webhooks.notificacoes TO fiscalxml_webhooks, fiscalxml_entregador;
GRANT SELECT ON webhooks.tentativas TO fiscalxml_webhooks;
GRANT SELECT, INSERT ON webhooks.tentativas TO fiscalxml_entregador;
CREATE POLICY entregador ON webhooks.assinaturas TO fiscalxml_entregador USING (true);
CREATE POLICY entregador ON webhooks.notificacoes TO fiscalxml_entregador USING (true);
CREATE POLICY entregador ON webhooks.entregas TO fiscalxml_entregador USING (true);
CREATE POLICY entregador ON webhooks.tentativas TO fiscalxml_entregador USING (true);
CREATE POLICY entregador ON webhooks.contagens TO fiscalxml_entregador USING (true);
CREATE POLICY entregador ON webhooks.reenvios TO fiscalxml_entregador USING (true);
GRANT EXECUTE ON FUNCTION auditoria.registrar TO fiscalxml_webhooks, fiscalxml_entregador;
GRANT SELECT, INSERT ON idempotencia TO fiscalxml_webhooks;
GRANT USAGE ON SCHEMA cotas TO fiscalxml_webhooks;
GRANT SELECT ON cotas.limites TO fiscalxml_webhooks;
"""

_ISOLADAS = ("assinaturas", "notificacoes", "entregas", "tentativas", "contagens", "reenvios")


def upgrade() -> None:
    execute(_TABELAS)
    isolate(*(f"webhooks.{table}" for table in _ISOLADAS))
    for statement in (_PARTICOES, _PAPEIS):
        op.get_bind().exec_driver_sql(statement)
    execute(_GRANTS)
    op.get_bind().exec_driver_sql("SELECT webhooks.manter_particoes()")
