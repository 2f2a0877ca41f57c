"""Privacy: who documents name, requests of persons, holds, erasure, certificates, incidents.

Schema `privacidade` is what the Auth Service and the workers share: rows of an organisation, seen
in its transactions only. The Auth Service asks for work by `pedir_trabalho`, and reaches no other
table of the documents. Workers erase by `eliminar` and `eliminar_tudo`, which are the only way, and
which refuse what is still in custody or held, whoever asks.
"""

from __future__ import annotations

from alembic import op

from fiscalxml_server.migrations.statements import execute, isolate

revision = "0014"
down_revision = "0013"

_TABELAS = """
CREATE SCHEMA privacidade;

CREATE TABLE titulares (
    organizacao uuid NOT NULL,
    titular bytea NOT NULL,
    documento uuid NOT NULL,
    CONSTRAINT titulares_pk PRIMARY KEY (organizacao, titular, documento)
);
CREATE INDEX titulares_documento ON titulares (organizacao, documento);
CREATE INDEX documentos_objeto ON documentos (organizacao, objeto);
CREATE INDEX copias_objeto ON copias (organizacao, objeto);

CREATE TABLE privacidade.pedidos (
    organizacao uuid NOT NULL,
    id uuid NOT NULL,
    tipo text NOT NULL,
    inscricao text,
    titular bytea NOT NULL,
    situacao text NOT NULL DEFAULT 'recebido',
    por text NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    prazo date NOT NULL,
    respondido_em timestamptz,
    documentos integer NOT NULL DEFAULT 0,
    eliminados integer NOT NULL DEFAULT 0,
    retidos integer NOT NULL DEFAULT 0,
    retido_ate timestamptz,
    CONSTRAINT pedidos_pk PRIMARY KEY (organizacao, id)
);

CREATE TABLE privacidade.pedido_documentos (
    organizacao uuid NOT NULL,
    pedido uuid NOT NULL,
    documento uuid NOT NULL,
    tipo text NOT NULL,
    chave text,
    data timestamptz NOT NULL,
    guardar_ate timestamptz NOT NULL,
    situacao text NOT NULL,
    CONSTRAINT pedido_documentos_pk PRIMARY KEY (organizacao, pedido, documento)
);

CREATE TABLE privacidade.retencoes (
    organizacao uuid NOT NULL,
    id uuid NOT NULL,
    motivo text NOT NULL,
    inscricao text,
    titular bytea,
    desde timestamptz,
    ate timestamptz,
    por text NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    encerrado_em timestamptz,
    encerrado_por text,
    CONSTRAINT retencoes_pk PRIMARY KEY (organizacao, id)
);

CREATE TABLE privacidade.certificados (
    organizacao uuid NOT NULL,
    id uuid NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    conteudo bytea NOT NULL,
    assinado text,
    CONSTRAINT certificados_pk PRIMARY KEY (organizacao, id)
);

CREATE TABLE privacidade.objetos_soltos (
    organizacao uuid NOT NULL,
    objeto text NOT NULL,
    em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT objetos_soltos_pk PRIMARY KEY (organizacao, objeto)
);

CREATE TABLE privacidade.encerramentos (
    organizacao uuid NOT NULL,
    por text NOT NULL,
    pedido_em timestamptz NOT NULL DEFAULT now(),
    executar_em timestamptz NOT NULL,
    executado_em timestamptz,
    CONSTRAINT encerramentos_pk PRIMARY KEY (organizacao)
);

CREATE TABLE privacidade.chaves_de_dados (
    organizacao uuid NOT NULL,
    numero integer NOT NULL,
    desde timestamptz NOT NULL,
    objeto text,
    CONSTRAINT chaves_de_dados_pk PRIMARY KEY (organizacao)
);

CREATE TABLE auth.incidentes (
    organizacao uuid NOT NULL,
    id uuid NOT NULL,
    descricao text NOT NULL,
    natureza text NOT NULL,
    titulares integer,
    dados text NOT NULL,
    medidas text NOT NULL,
    ocorrido_em timestamptz,
    conhecido_em timestamptz NOT NULL,
    relevante boolean NOT NULL,
    prazo date,
    comunicado_anpd_em timestamptz,
    comunicado_titulares_em timestamptz,
    por text NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT incidentes_pk PRIMARY KEY (organizacao, id)
);

CREATE TABLE auth.chaves_de_certificados (
    kid text NOT NULL,
    publica bytea NOT NULL,
    privada bytea NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT chaves_de_certificados_pk PRIMARY KEY (kid)
);
"""

# Ids only go in. A job is kept under the day of the UUIDv7 that it is about (kit.jobs.dia).
_PEDIR = """
CREATE FUNCTION privacidade.pedir_trabalho(de uuid, tipo_pedido text, ident uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF tipo_pedido NOT IN ('titular', 'eliminar', 'encerrar', 'reselar') THEN
        RAISE EXCEPTION 'no such work: %', tipo_pedido;
    END IF;
    IF tipo_pedido <> 'titular' AND EXISTS (
        SELECT FROM jobs WHERE organizacao = de AND tipo = tipo_pedido
            AND situacao IN ('pendente', 'em_curso')) THEN
        RETURN;
    END IF;
    INSERT INTO jobs (dia, id, organizacao, tipo, lote, bloco, inicio, fim) VALUES (
        (uuid_extract_timestamp(ident) AT TIME ZONE 'UTC')::date, uuidv7(), de, tipo_pedido,
        ident, 0, 0, 0)
        ON CONFLICT ON CONSTRAINT jobs_trabalho DO NOTHING;
    NOTIFY fiscalxml_jobs;
END $$
"""

# 132 months from the authorisation (Ajuste SINIEF 2/2025), or from the emission where there is
# none; and in any case a year from when it was received: who sends old documents wants to see them.
_CUSTODIA = """
CREATE FUNCTION privacidade.guardar_ate(
    data timestamptz, registrado_em timestamptz, recebido_em timestamptz
) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    RETURN greatest(
        coalesce(registrado_em, data) + interval '132 months', recebido_em + interval '1 year')
"""

# A hold of a CPF whose pseudonym is not known yet holds everything.
_RETIDO = """
CREATE FUNCTION privacidade.retido(d documentos) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM privacidade.retencoes r
        WHERE r.organizacao = d.organizacao AND r.encerrado_em IS NULL
          AND (r.desde IS NULL OR d.data >= r.desde) AND (r.ate IS NULL OR d.data < r.ate)
          AND (r.inscricao IS NULL
               OR length(r.inscricao) = 11 AND r.titular IS NULL
               OR r.inscricao IN (d.emitente, d.destinatario)
               OR EXISTS (SELECT FROM titulares t
                          WHERE t.organizacao = d.organizacao AND t.documento = d.id
                            AND t.titular = r.titular)))
$$
"""

# Of the organisation of the transaction, whose rows are all that the policies let these functions
# see. All versions of an identity go together. `entre`: of these documents only.
_VENCIDOS = """
CREATE FUNCTION privacidade.vencidos(quantos integer, entre uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    org uuid := nullif(current_setting('fiscalxml.organizacao', true), '')::uuid;
BEGIN
    -- Where everything is held, not one document is looked at.
    IF EXISTS (SELECT FROM privacidade.retencoes
               WHERE organizacao = org AND encerrado_em IS NULL AND inscricao IS NULL
                 AND desde IS NULL AND ate IS NULL) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH de AS MATERIALIZED (
        SELECT e.identidade FROM documentos e
        WHERE e.organizacao = org AND e.vigente AND e.data < now() - interval '132 months'
          AND (entre IS NULL OR e.identidade IN (
                SELECT p.identidade FROM documentos p
                WHERE p.organizacao = org AND p.id = ANY (entre)))
          AND NOT EXISTS (
                SELECT FROM documentos f
                WHERE f.organizacao = org AND f.identidade = e.identidade
                  AND (privacidade.guardar_ate(f.data, f.registrado_em, f.recebido_em) > now()
                       OR privacidade.retido(f)))
        ORDER BY e.data, e.id LIMIT quantos
    )
    SELECT d.id FROM de JOIN documentos d
        ON d.organizacao = org AND d.identidade = de.identidade;
END $$
"""

_ELIMINAR = """
CREATE FUNCTION privacidade.eliminar(estes uuid[]) RETURNS TABLE (
    documento uuid, sha256 bytea, data timestamptz, copias integer, validacoes integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    org uuid := nullif(current_setting('fiscalxml.organizacao', true), '')::uuid;
BEGIN
    PERFORM FROM documentos d WHERE d.organizacao = org AND d.id = ANY (estes) FOR UPDATE;
    IF EXISTS (SELECT unnest(estes)
               EXCEPT SELECT v FROM privacidade.vencidos(cardinality(estes), estes) v) THEN
        RAISE EXCEPTION 'not to be erased' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY SELECT * FROM privacidade.apagar(org, estes);
END $$
"""

# What was told of the documents goes with them. The tables of webhooks come after this migration.
_APAGAR = """
CREATE FUNCTION privacidade.apagar(org uuid, estes uuid[]) RETURNS TABLE (
    documento uuid, sha256 bytea, data timestamptz, copias integer, validacoes integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    ditas uuid[] := ARRAY(
        SELECT n.id FROM webhooks.notificacoes n
        WHERE n.organizacao = org AND n.alvo IN (SELECT 'documento:' || d FROM unnest(estes) d));
BEGIN
    IF cardinality(ditas) > 0 THEN
        DELETE FROM webhooks.fila f USING webhooks.assinaturas a
            WHERE a.organizacao = org AND f.assinatura = a.id AND f.notificacao = ANY (ditas);
        DELETE FROM webhooks.tentativas WHERE organizacao = org AND notificacao = ANY (ditas);
        DELETE FROM webhooks.entregas WHERE organizacao = org AND notificacao = ANY (ditas);
        DELETE FROM webhooks.notificacoes WHERE organizacao = org AND id = ANY (ditas);
    END IF;
    DELETE FROM titulares WHERE organizacao = org AND documento = ANY (estes);
    DELETE FROM vinculos WHERE organizacao = org AND documento = ANY (estes);
    INSERT INTO privacidade.objetos_soltos (organizacao, objeto)
        SELECT org, c.objeto FROM copias c WHERE c.organizacao = org AND c.documento = ANY (estes)
        UNION SELECT org, d.objeto FROM documentos d WHERE d.organizacao = org
            AND d.id = ANY (estes)
        ON CONFLICT DO NOTHING;
    RETURN QUERY
    WITH validadas AS (
        DELETE FROM validacoes v WHERE v.organizacao = org AND v.documento = ANY (estes)
        RETURNING v.documento
    ), copiadas AS (
        DELETE FROM copias c WHERE c.organizacao = org AND c.documento = ANY (estes)
        RETURNING c.documento
    ), apagados AS (
        DELETE FROM documentos d WHERE d.organizacao = org AND d.id = ANY (estes)
        RETURNING d.id, d.sha256, d.data
    )
    SELECT a.id, a.sha256, a.data,
        (SELECT count(*)::integer FROM copiadas c WHERE c.documento = a.id),
        (SELECT count(*)::integer FROM validadas v WHERE v.documento = a.id)
    FROM apagados a;
END $$
"""

# What goes with the documents of those days: names of parties that no newer document has, lotes
# and re-validations.
_ANTIGOS = """
CREATE FUNCTION privacidade.eliminar_antigos() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    org uuid := nullif(current_setting('fiscalxml.organizacao', true), '')::uuid;
    antes timestamptz := now() - interval '132 months';
    tabela text;
BEGIN
    IF EXISTS (SELECT FROM privacidade.retencoes
               WHERE organizacao = org AND encerrado_em IS NULL) THEN
        RETURN;
    END IF;
    DELETE FROM participantes p WHERE p.organizacao = org AND p.visto_em < antes
        AND NOT EXISTS (SELECT FROM documentos d WHERE d.organizacao = org AND d.vigente
                        AND p.inscricao = d.emitente)
        AND NOT EXISTS (SELECT FROM documentos d WHERE d.organizacao = org AND d.vigente
                        AND p.inscricao = d.destinatario);
    FOREACH tabela IN ARRAY ARRAY['lote_causas', 'lote_itens'] LOOP
        EXECUTE format(
            'DELETE FROM %I f USING lotes l WHERE f.organizacao = $1 AND l.organizacao = $1'
            ' AND l.id = f.lote AND l.criado_em < $2', tabela) USING org, antes;
    END LOOP;
    FOREACH tabela IN ARRAY ARRAY[
        'revalidacao_causas', 'revalidacao_itens', 'revalidacao_blocos'] LOOP
        EXECUTE format(
            'DELETE FROM %I f USING revalidacoes r WHERE f.organizacao = $1'
            ' AND r.organizacao = $1 AND r.id = f.revalidacao AND r.criado_em < $2', tabela)
            USING org, antes;
    END LOOP;
    DELETE FROM revalidacoes WHERE organizacao = org AND criado_em < antes;
    DELETE FROM lotes l WHERE l.organizacao = org AND l.criado_em < antes
        AND NOT EXISTS (SELECT FROM lote_blocos b WHERE b.organizacao = org AND b.lote = l.id);
END $$
"""

# An object that no document speaks of any more: its block goes with it.
_SOLTAR = """
CREATE FUNCTION privacidade.esquecer_objeto(nome text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    org uuid := nullif(current_setting('fiscalxml.organizacao', true), '')::uuid;
BEGIN
    IF split_part(nome, '/', 2) = 'lotes' THEN
        DELETE FROM lote_blocos WHERE organizacao = org AND objeto = nome
            AND lote = split_part(nome, '/', 3)::uuid;
    END IF;
    DELETE FROM privacidade.objetos_soltos WHERE organizacao = org AND objeto = nome;
END $$
"""

# A copy that was sealed again stands elsewhere; nothing else of its row may change so.
_MOVER = """
CREATE FUNCTION privacidade.mover_copia(
    de text, inicio_de bigint, para text, inicio_para bigint, comprimento_para integer
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    org uuid := nullif(current_setting('fiscalxml.organizacao', true), '')::uuid;
    movidos integer;
    outros integer;
BEGIN
    UPDATE documentos SET objeto = para, inicio = inicio_para, comprimento = comprimento_para
        WHERE organizacao = org AND objeto = de AND inicio = inicio_de;
    GET DIAGNOSTICS movidos = ROW_COUNT;
    UPDATE copias SET objeto = para, inicio = inicio_para, comprimento = comprimento_para
        WHERE organizacao = org AND objeto = de AND inicio = inicio_de;
    GET DIAGNOSTICS outros = ROW_COUNT;
    RETURN movidos + outros;
END $$
"""

# Of an organisation whose owner has asked for it, when the time to think it over is past and
# nothing is held.
_A_ENCERRAR = """
CREATE FUNCTION privacidade.a_encerrar() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    org uuid := nullif(current_setting('fiscalxml.organizacao', true), '')::uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM privacidade.encerramentos
                   WHERE organizacao = org AND executar_em <= now())
       OR EXISTS (SELECT FROM privacidade.retencoes
                  WHERE organizacao = org AND encerrado_em IS NULL) THEN
        RAISE EXCEPTION 'this organisation is not to be erased' USING ERRCODE = '42501';
    END IF;
    RETURN org;
END $$
"""

_TUDO = """
CREATE FUNCTION privacidade.eliminar_tudo(quantos integer) RETURNS TABLE (
    documento uuid, sha256 bytea, data timestamptz, copias integer, validacoes integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    org uuid := privacidade.a_encerrar();
BEGIN
    RETURN QUERY SELECT * FROM privacidade.apagar(
        org, ARRAY(SELECT d.id FROM documentos d WHERE d.organizacao = org LIMIT quantos));
END $$
"""

# What is left when no document is: who may still see the certificate, the proofs and the log stay.
_RESTO = """
CREATE FUNCTION privacidade.eliminar_resto() RETURNS TABLE (nome text, linhas bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    org uuid := privacidade.a_encerrar();
BEGIN
    IF EXISTS (SELECT FROM documentos WHERE organizacao = org) THEN
        RAISE EXCEPTION 'there are documents' USING ERRCODE = '42501';
    END IF;
    FOREACH nome IN ARRAY ARRAY[
        'termos', 'titulares', 'vinculos', 'participantes', 'copias', 'validacoes',
        'lote_causas', 'lote_itens', 'lote_blocos', 'lotes', 'revalidacao_causas',
        'revalidacao_itens', 'revalidacao_blocos', 'revalidacoes', 'exportacoes',
        'idempotencia', 'privacidade.objetos_soltos', 'privacidade.pedido_documentos',
        'privacidade.chaves_de_dados', 'privacidade.retencoes', 'cotas.limites', 'cotas.uso',
        'auth.segredos_de_chaves', 'auth.chaves_api', 'auth.politicas_de_chaves', 'auth.maquinas',
        'auth.empresas', 'auth.convites', 'webhooks.fila', 'webhooks.tentativas',
        'webhooks.entregas', 'webhooks.notificacoes', 'webhooks.contagens',
        'webhooks.reenvios', 'webhooks.assinaturas'] LOOP
        EXECUTE format('DELETE FROM %s WHERE organizacao = $1', nome) USING org;
        GET DIAGNOSTICS linhas = ROW_COUNT;
        RETURN NEXT;
    END LOOP;
    UPDATE privacidade.pedidos SET inscricao = NULL WHERE organizacao = org;
END $$
"""

_GRANTS = """
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA privacidade FROM PUBLIC;
GRANT USAGE ON SCHEMA privacidade TO fiscalxml_auth, fiscalxml_worker;
GRANT EXECUTE ON FUNCTION privacidade.pedir_trabalho TO fiscalxml_auth, fiscalxml_worker;
GRANT EXECUTE ON FUNCTION privacidade.guardar_ate, privacidade.retido, privacidade.vencidos,
    privacidade.eliminar, privacidade.eliminar_antigos, privacidade.esquecer_objeto,
    privacidade.mover_copia, privacidade.eliminar_tudo, privacidade.eliminar_resto
    TO fiscalxml_worker;
GRANT SELECT, INSERT ON titulares TO fiscalxml_api, fiscalxml_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON privacidade.pedidos TO fiscalxml_auth;
GRANT SELECT, DELETE ON privacidade.pedido_documentos TO fiscalxml_auth;
GRANT SELECT, INSERT, UPDATE ON privacidade.retencoes TO fiscalxml_auth;
GRANT SELECT, UPDATE ON privacidade.certificados TO fiscalxml_auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON privacidade.encerramentos TO fiscalxml_auth;
GRANT SELECT, UPDATE ON privacidade.pedidos TO fiscalxml_worker;
GRANT SELECT, INSERT, UPDATE ON privacidade.pedido_documentos TO fiscalxml_worker;
GRANT SELECT, UPDATE (titular) ON privacidade.retencoes TO fiscalxml_worker;
GRANT SELECT, INSERT ON privacidade.certificados TO fiscalxml_worker;
GRANT SELECT, INSERT, UPDATE ON privacidade.objetos_soltos TO fiscalxml_worker;
GRANT SELECT, UPDATE (executado_em) ON privacidade.encerramentos TO fiscalxml_worker;
GRANT SELECT, INSERT, UPDATE ON privacidade.chaves_de_dados TO fiscalxml_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON auth.incidentes TO fiscalxml_auth;
GRANT SELECT, INSERT, UPDATE (privada) ON auth.chaves_de_certificados TO fiscalxml_auth;
GRANT DELETE ON auth.pessoas, auth.organizacoes TO fiscalxml_auth;
"""


def upgrade() -> None:
    execute(_TABELAS)
    isolate(
        "titulares",
        "privacidade.pedidos",
        "privacidade.pedido_documentos",
        "privacidade.retencoes",
        "privacidade.certificados",
        "privacidade.objetos_soltos",
        "privacidade.encerramentos",
        "privacidade.chaves_de_dados",
        "auth.incidentes",
    )
    for function in (
        _PEDIR,
        _CUSTODIA,
        _RETIDO,
        _APAGAR,
        _VENCIDOS,
        _ELIMINAR,
        _ANTIGOS,
        _SOLTAR,
        _MOVER,
        _A_ENCERRAR,
        _TUDO,
        _RESTO,
    ):
        op.get_bind().exec_driver_sql(function)
    execute(_GRANTS)
