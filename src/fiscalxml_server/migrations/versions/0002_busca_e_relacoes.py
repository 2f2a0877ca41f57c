"""Search and relations: what documents are found by, and which speak of each other.

`termos` is looked up by equality or by range, in the order of its bytes: operators that are not
leakproof (`LIKE`, `@>`, `@@`) use no index under row-level security.

`versao` comes from the transaction that wrote the row, so that whoever asks what is new since N can
be told up to where nothing is still on its way (`versao_segura`): a sequence gives its numbers
before their rows can be seen.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_HASHED = 8
_TENANT = ("termos", "participantes", "vinculos")

_VERSAO = """
CREATE TABLE versao_base (
    desde bigint NOT NULL,
    base bigint NOT NULL,
    anterior bigint NOT NULL,
    cluster text NOT NULL,
    criado_em timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT versao_base_pk PRIMARY KEY (desde)
);
INSERT INTO versao_base (desde, base, anterior, cluster)
    SELECT last_value + 1, last_value, last_value, '' FROM documentos_versao;

CREATE FUNCTION versao_atual() RETURNS bigint LANGUAGE sql STABLE
    RETURN pg_current_xact_id()::text::bigint;

CREATE FUNCTION versao_segura() RETURNS bigint LANGUAGE sql STABLE
    RETURN pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1;

ALTER TABLE documentos ALTER COLUMN versao SET DEFAULT versao_atual();
DROP SEQUENCE documentos_versao;
"""

# Run at every migration. Transaction ids begin anew in a database that was restored from a dump,
# and a recovery to a point in time forgets some: what is written from then on gets versions far
# beyond all before, so that none is ever given twice, and whoever knows one between `anterior` and
# `desde` knows of something that was lost. The base stands in the functions themselves, which the
# planner can then look into.
_CONFERIR = """
CREATE FUNCTION versao_conferir() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    distancia CONSTANT bigint := 1::bigint << 40;
    sistema text := (SELECT system_identifier FROM pg_control_system());
    aqui text := sistema || '/' || (SELECT timeline_id FROM pg_control_checkpoint());
    atual versao_base := (SELECT b FROM versao_base b ORDER BY desde DESC LIMIT 1);
    proxima bigint;
    ultima bigint;
BEGIN
    IF atual.cluster = aqui THEN
        RETURN;
    END IF;
    -- Whoever is writing ends first, and whoever comes later writes under the new base.
    LOCK TABLE documentos IN ACCESS EXCLUSIVE MODE;
    IF atual.cluster = '' THEN
        UPDATE versao_base SET cluster = aqui;
    ELSE
        IF split_part(atual.cluster, '/', 1) = sistema THEN
            ultima := versao_segura();
        ELSE
            ALTER TABLE documentos NO FORCE ROW LEVEL SECURITY;
            SELECT coalesce(max(versao), atual.anterior) INTO ultima FROM documentos;
            ALTER TABLE documentos FORCE ROW LEVEL SECURITY;
        END IF;
        proxima := greatest(atual.base, ultima) + distancia;
        INSERT INTO versao_base (desde, base, anterior, cluster)
            VALUES (proxima, proxima, ultima, aqui);
        atual.base := proxima;
    END IF;
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION versao_atual() RETURNS bigint LANGUAGE sql STABLE'
        ' RETURN %s + pg_current_xact_id()::text::bigint', atual.base);
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION versao_segura() RETURNS bigint LANGUAGE sql STABLE'
        ' RETURN %s + pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1', atual.base);
END $$
"""

_DOCUMENTOS = """
ALTER TABLE documentos
    ADD COLUMN data timestamptz,
    ADD COLUMN situacao_propria text,
    ADD COLUMN protocolo text,
    ADD COLUMN registrado_em timestamptz,
    ADD COLUMN evento_alvo text,
    ADD COLUMN icms bigint,
    ADD COLUMN icms_st bigint,
    ADD COLUMN ipi bigint,
    ADD COLUMN pis bigint,
    ADD COLUMN cofins bigint,
    ADD COLUMN iss bigint,
    ADD COLUMN ibs bigint,
    ADD COLUMN cbs bigint,
    ADD COLUMN imposto_seletivo bigint;
ALTER TABLE documentos NO FORCE ROW LEVEL SECURITY;
UPDATE documentos SET data = coalesce(emissao, recebido_em), situacao_propria = situacao;
ALTER TABLE documentos FORCE ROW LEVEL SECURITY;
ALTER TABLE documentos ALTER COLUMN data SET NOT NULL;
ALTER TABLE documentos
    ALTER COLUMN emitente TYPE text COLLATE "C",
    ALTER COLUMN destinatario TYPE text COLLATE "C";
CREATE INDEX documentos_data ON documentos (organizacao, data, id)
    INCLUDE (valor, icms, icms_st, ipi, pis, cofins, iss, ibs, cbs, imposto_seletivo, serie,
        com_protocolo, tipo, modelo, situacao, veredito, ambiente, emitente, destinatario)
    WHERE vigente;
CREATE INDEX documentos_emitente ON documentos (organizacao, emitente, data, id)
    WHERE vigente AND emitente IS NOT NULL;
CREATE INDEX documentos_destinatario ON documentos (organizacao, destinatario, data, id)
    WHERE vigente AND destinatario IS NOT NULL;
-- Whether a note has an event of some kind is told without its row.
DROP INDEX documentos_chave;
CREATE INDEX documentos_chave ON documentos (organizacao, chave) INCLUDE (vigente, data, id)
    WHERE chave IS NOT NULL;
CREATE INDEX documentos_partes ON documentos (organizacao, emitente, destinatario, data, id)
    WHERE vigente AND emitente IS NOT NULL AND destinatario IS NOT NULL;
CREATE INDEX documentos_numero ON documentos (organizacao, numero, data, id)
    WHERE vigente AND numero IS NOT NULL;
CREATE INDEX documentos_valor ON documentos (organizacao, valor, id) INCLUDE (data)
    WHERE vigente AND valor IS NOT NULL;
CREATE INDEX documentos_tipo ON documentos (organizacao, tipo, data, id) WHERE vigente;
CREATE INDEX documentos_modelo ON documentos (organizacao, modelo, data, id)
    WHERE vigente AND modelo IS NOT NULL;
-- What most documents are needs no index: those that are not are few.
CREATE INDEX documentos_situacao ON documentos (organizacao, situacao, data, id)
    WHERE vigente AND situacao <> 'autorizado';
CREATE INDEX documentos_veredito ON documentos (organizacao, veredito, data, id)
    WHERE vigente AND veredito <> 'valido';
CREATE INDEX documentos_ambiente ON documentos (organizacao, ambiente, data, id)
    WHERE vigente AND ambiente <> 'producao';
CREATE INDEX documentos_sem_protocolo ON documentos (organizacao, data, id)
    WHERE vigente AND NOT com_protocolo;
CREATE INDEX documentos_recebido ON documentos (organizacao, recebido_em) WHERE vigente;
CREATE INDEX documentos_tipo_de_evento ON documentos (organizacao, evento_tipo, data, id)
    INCLUDE (evento_chave) WHERE vigente AND evento_tipo IS NOT NULL;
CREATE INDEX documentos_por_versao ON documentos (organizacao, versao, id);
"""

_TABELAS = """
CREATE TABLE termos (
    organizacao uuid NOT NULL,
    termo text COLLATE "C" NOT NULL,
    data timestamptz NOT NULL,
    documento uuid NOT NULL,
    CONSTRAINT termos_pk PRIMARY KEY (organizacao, termo, data, documento)
) PARTITION BY HASH (organizacao);
-- What is rare and what is not is told by many values, not by a hundred.
ALTER TABLE termos ALTER COLUMN termo SET STATISTICS 1000;

CREATE TABLE participantes (
    organizacao uuid NOT NULL,
    inscricao text NOT NULL,
    nome text NOT NULL,
    uf text,
    visto_em timestamptz NOT NULL,
    CONSTRAINT participantes_pk PRIMARY KEY (organizacao, inscricao)
);

CREATE TABLE vinculos (
    organizacao uuid NOT NULL,
    destino text NOT NULL,
    documento uuid NOT NULL,
    papel text NOT NULL,
    CONSTRAINT vinculos_pk PRIMARY KEY (organizacao, destino, documento, papel)
);
CREATE INDEX vinculos_documento ON vinculos (organizacao, documento);
"""

_GRANTS = """
GRANT SELECT ON versao_base TO fiscalxml_api, fiscalxml_worker;
GRANT SELECT, INSERT, DELETE ON termos, vinculos TO fiscalxml_api, fiscalxml_worker;
GRANT SELECT, INSERT, UPDATE ON participantes TO fiscalxml_api, fiscalxml_worker;
"""


def upgrade() -> None:
    for block in (_VERSAO, _DOCUMENTOS, _TABELAS):
        _execute(block)
    for statement in (
        _CONFERIR,
        "REVOKE ALL ON FUNCTION versao_conferir FROM PUBLIC",
        "SELECT versao_conferir()",
    ):
        op.get_bind().exec_driver_sql(statement)
    for part in range(_HASHED):
        _execute(
            f"CREATE TABLE termos_{part} PARTITION OF termos"
            f" FOR VALUES WITH (MODULUS {_HASHED}, REMAINDER {part})"
        )
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
