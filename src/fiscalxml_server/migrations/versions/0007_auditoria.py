"""The audit log: a chain of entries for each organisation, written in the caller's transaction.

Services append by one function and can neither change nor remove an entry; what erases details
writes that down itself. Checkpoints attest the heads of all chains: what they saw is in `folhas`.
What is hashed, and how, is told in `docs/auditoria.md`; `kit.audit` computes the same outside of
the database.
"""

from __future__ import annotations

from alembic import op

from fiscalxml_server.migrations.statements import execute, isolate

revision = "0007"
down_revision = "0006"

_TABELAS = """
CREATE SCHEMA auditoria;

CREATE TABLE auditoria.cadeias (
    organizacao uuid NOT NULL,
    numero bigint NOT NULL,
    quando timestamptz NOT NULL,
    elo bytea NOT NULL,
    CONSTRAINT cadeias_pk PRIMARY KEY (organizacao)
);

CREATE TABLE auditoria.registros (
    organizacao uuid NOT NULL,
    numero bigint NOT NULL,
    quando timestamptz NOT NULL,
    ator text NOT NULL,
    acao text NOT NULL,
    alvo text NOT NULL,
    detalhes bytea,
    impressao bytea NOT NULL,
    elo bytea NOT NULL,
    CONSTRAINT registros_pk PRIMARY KEY (organizacao, numero)
);
CREATE INDEX registros_quando ON auditoria.registros (organizacao, quando);
CREATE INDEX registros_ator ON auditoria.registros (organizacao, ator, numero);
CREATE INDEX registros_acao ON auditoria.registros (organizacao, acao, numero);
CREATE INDEX registros_alvo ON auditoria.registros (organizacao, alvo, numero);

CREATE TABLE auditoria.pontos (
    numero bigint NOT NULL,
    quando timestamptz NOT NULL,
    corpo text NOT NULL,
    publicado_em timestamptz,
    CONSTRAINT pontos_pk PRIMARY KEY (numero)
);
CREATE INDEX pontos_quando ON auditoria.pontos (quando);

CREATE TABLE auditoria.folhas (
    organizacao uuid NOT NULL,
    numero bigint NOT NULL,
    elo bytea NOT NULL,
    ponto bigint NOT NULL,
    CONSTRAINT folhas_pk PRIMARY KEY (organizacao, numero)
);

CREATE TABLE auditoria.chaves (
    kid text NOT NULL,
    publica bytea NOT NULL,
    privada bytea,
    criado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT chaves_pk PRIMARY KEY (kid)
);
"""

# A text goes into the hash behind its length, so that no two entries are written alike.
_TEXTO = """
CREATE FUNCTION auditoria.texto(valor text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT int4send(length(convert_to(valor, 'UTF8'))) || convert_to(valor, 'UTF8')
$$
"""

# The head's row is locked from here to the end of the transaction: entries of an organisation are
# chained in the order in which they are committed. Time never goes back in a chain.
_REGISTRAR = """
CREATE FUNCTION auditoria.registrar(
    de uuid, atores text[], acoes text[], alvos text[], textos bytea[], impressoes bytea[]
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = auditoria, pg_temp AS $$
DECLARE
    cabeca auditoria.cadeias;
BEGIN
    INSERT INTO auditoria.cadeias VALUES (de, 0, '-infinity', decode(repeat('00', 32), 'hex'))
        ON CONFLICT DO NOTHING;
    SELECT * INTO cabeca FROM auditoria.cadeias WHERE organizacao = de FOR UPDATE;
    FOR i IN 1 .. cardinality(atores) LOOP
        cabeca.numero := cabeca.numero + 1;
        cabeca.quando := greatest(cabeca.quando, clock_timestamp());
        cabeca.elo := sha256(
            cabeca.elo || uuid_send(de) || int8send(cabeca.numero)
            || int8send((extract(epoch FROM cabeca.quando) * 1000000)::bigint)
            || auditoria.texto(atores[i]) || auditoria.texto(acoes[i])
            || auditoria.texto(alvos[i]) || impressoes[i]);
        INSERT INTO auditoria.registros VALUES (
            de, cabeca.numero, cabeca.quando, atores[i], acoes[i], alvos[i], textos[i],
            impressoes[i], cabeca.elo);
    END LOOP;
    UPDATE auditoria.cadeias
        SET numero = cabeca.numero, quando = cabeca.quando, elo = cabeca.elo
        WHERE organizacao = de;
    RETURN cabeca.numero;
END $$
"""

_CABECAS = """
CREATE FUNCTION auditoria.cabecas() RETURNS SETOF auditoria.cadeias
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = auditoria, pg_temp AS $$
    SELECT * FROM auditoria.cadeias
$$
"""

# A head that has not moved is attested by the leaf that is there already.
_PONTUAR = """
CREATE FUNCTION auditoria.pontuar(
    este bigint, momento timestamptz, assinado text, de uuid[], numeros bigint[], elos bytea[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = auditoria, pg_temp AS $$
BEGIN
    INSERT INTO auditoria.pontos VALUES (este, momento, assinado);
    INSERT INTO auditoria.folhas
        SELECT visto.*, este FROM unnest(de, numeros, elos) AS visto ON CONFLICT DO NOTHING;
END $$
"""

_FOLHAS = """
CREATE FUNCTION auditoria.folhas_em(este bigint) RETURNS SETOF auditoria.folhas
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = auditoria, pg_temp AS $$
    SELECT folha.* FROM auditoria.cadeias CROSS JOIN LATERAL (
        SELECT * FROM auditoria.folhas
        WHERE folhas.organizacao = cadeias.organizacao AND ponto <= este
        ORDER BY numero DESC LIMIT 1
    ) AS folha
$$
"""

# What was erased is told by an entry that a verifier reads: who asked, and of whom or until when.
_APAGAR = """
CREATE FUNCTION auditoria.apagar_detalhes(de uuid, quem text, titular text, antes timestamptz)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = auditoria, pg_temp AS $$
DECLARE
    apagados bigint;
BEGIN
    IF (titular IS NULL) = (antes IS NULL) THEN
        RAISE EXCEPTION 'either of whom or until when';
    END IF;
    IF titular IS NULL THEN
        UPDATE auditoria.registros SET detalhes = NULL
            WHERE organizacao = de AND detalhes IS NOT NULL AND quando < antes;
    ELSE
        UPDATE auditoria.registros SET detalhes = NULL
            WHERE organizacao = de AND detalhes IS NOT NULL AND titular IN (ator, alvo);
    END IF;
    GET DIAGNOSTICS apagados = ROW_COUNT;
    PERFORM auditoria.registrar(
        de, ARRAY[quem], ARRAY['auditoria.detalhes_apagados'],
        ARRAY[coalesce(titular, 'ate:' || to_char(
            antes AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))],
        ARRAY[NULL::bytea], ARRAY[sha256('')]);
    RETURN apagados;
END $$
"""

# The functions work as the tables' owner, for whichever organisation; whoever reads, for its own.
_GRANTS = """
REVOKE ALL ON FUNCTION auditoria.registrar, auditoria.cabecas, auditoria.pontuar,
    auditoria.folhas_em, auditoria.apagar_detalhes FROM PUBLIC;
CREATE POLICY dono ON auditoria.cadeias TO CURRENT_USER USING (true);
CREATE POLICY dono ON auditoria.registros TO CURRENT_USER USING (true);
CREATE POLICY dono ON auditoria.folhas TO CURRENT_USER USING (true);
GRANT USAGE ON SCHEMA auditoria TO fiscalxml_api, fiscalxml_worker, fiscalxml_relay, fiscalxml_auth;
GRANT EXECUTE ON FUNCTION auditoria.registrar
    TO fiscalxml_api, fiscalxml_worker, fiscalxml_relay, fiscalxml_auth;
GRANT EXECUTE ON FUNCTION auditoria.cabecas, auditoria.pontuar, auditoria.folhas_em,
    auditoria.apagar_detalhes TO fiscalxml_auth;
GRANT SELECT ON auditoria.cadeias, auditoria.registros, auditoria.folhas, auditoria.pontos
    TO fiscalxml_auth;
GRANT UPDATE (publicado_em) ON auditoria.pontos TO fiscalxml_auth;
GRANT SELECT, INSERT, UPDATE (privada) ON auditoria.chaves TO fiscalxml_auth;
"""

_PAPEL = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fiscalxml_auth') THEN
        CREATE ROLE fiscalxml_auth NOLOGIN;
        GRANT fiscalxml_auth TO CURRENT_USER;
    END IF;
END $$
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(_PAPEL)
    execute(_TABELAS)
    for function in (_TEXTO, _REGISTRAR, _CABECAS, _PONTUAR, _FOLHAS, _APAGAR):
        op.get_bind().exec_driver_sql(function)
    isolate("auditoria.cadeias", "auditoria.registros", "auditoria.folhas")
    execute(_GRANTS)
