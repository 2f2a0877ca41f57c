"""The audit log: a chain of entries for each organisation, written in the caller's transaction.

Services append by one function and can neither change nor remove an entry. What is hashed, and how,
is told in `docs/auditoria.md`; `kit.audit` computes the same outside of the database.
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

# The function works as the tables' owner, for whichever organisation; whoever reads, for its own.
_GRANTS = """
REVOKE ALL ON FUNCTION auditoria.registrar FROM PUBLIC;
CREATE POLICY dono ON auditoria.cadeias TO CURRENT_USER USING (true);
CREATE POLICY dono ON auditoria.registros TO CURRENT_USER USING (true);
GRANT USAGE ON SCHEMA auditoria TO fiscalxml_api, fiscalxml_worker, fiscalxml_relay, fiscalxml_auth;
GRANT EXECUTE ON FUNCTION auditoria.registrar
    TO fiscalxml_api, fiscalxml_worker, fiscalxml_relay, fiscalxml_auth;
GRANT SELECT ON auditoria.cadeias, auditoria.registros TO fiscalxml_auth;
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
    op.get_bind().exec_driver_sql(_TEXTO)
    op.get_bind().exec_driver_sql(_REGISTRAR)
    isolate("auditoria.cadeias", "auditoria.registros")
    execute(_GRANTS)
