"""What a migration may do while the version before it works."""

from __future__ import annotations

from pathlib import Path

import pytest

from fiscalxml_ops.deploy.phases import faults, scripts
from fiscalxml_ops.deploy.statements import look

from .expansion import HERE


@pytest.mark.parametrize(
    ("regra", "sql"),
    [
        ("remove", "DROP TABLE lotes"),
        ("remove", "ALTER TABLE lotes DROP COLUMN nome"),
        ("remove", "DROP FUNCTION cotas.contar"),
        ("remove", "ALTER TABLE lotes DROP nome"),
        ("remove", "ALTER TABLE lotes ADD COLUMN a text, DROP IF EXISTS nome"),
        ("remove", "DROP MATERIALIZED VIEW totais"),
        ("remove", "DROP POLICY so_dela ON lotes"),
        ("apaga", "TRUNCATE lotes"),
        ("apaga", "DELETE FROM lotes WHERE nome IS NULL"),
        ("remove_padrao", "ALTER TABLE lotes ALTER COLUMN nome DROP DEFAULT"),
        ("renomeia", "ALTER TABLE lotes RENAME TO remessas"),
        ("renomeia", "ALTER TABLE lotes RENAME COLUMN nome TO titulo"),
        ("revoga", "REVOKE SELECT ON lotes FROM fiscalxml_api"),
        ("trava", "LOCK TABLE lotes IN EXCLUSIVE MODE"),
        ("exige", "ALTER TABLE lotes ALTER COLUMN nome SET NOT NULL"),
        ("exige_coluna", "ALTER TABLE lotes ADD COLUMN a text NOT NULL"),
        ("exige_coluna", "ALTER TABLE lotes ADD a text NOT NULL"),
        (
            "exige_coluna",
            "ALTER TABLE lotes ADD COLUMN a text DEFAULT '', ADD COLUMN b int NOT NULL",
        ),
        ("muda_tipo", "ALTER TABLE lotes ALTER COLUMN nome TYPE varchar(10)"),
        ("restringe", "ALTER TABLE lotes ADD CONSTRAINT x CHECK (total > 0)"),
        ("restringe", "ALTER TABLE lotes ADD UNIQUE (organizacao, nome)"),
        ("restringe", "CREATE UNIQUE INDEX x ON lotes (organizacao, nome)"),
        ("para_escritas", "CREATE INDEX x ON lotes (organizacao, nome)"),
    ],
)
def test_what_the_old_version_may_not_survive_is_refused(regra: str, sql: str) -> None:
    for text in (sql, f"CREATE TABLE outra (id uuid);\n{sql.lower()};\nSELECT 1"):
        assert [found.regra for found in look(f"A = {text!r}")] == [regra], text


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE lotes ADD COLUMN a text",
        "ALTER TABLE lotes DROP CONSTRAINT x",
        "GRANT SELECT, DELETE ON lotes TO fiscalxml_api",
        "ALTER TABLE lotes ADD COLUMN a int NOT NULL DEFAULT 0",
        "ALTER TABLE lotes ADD COLUMN a int DEFAULT 0 NOT NULL, ADD COLUMN b text",
        "ALTER TABLE lotes ALTER COLUMN nome DROP NOT NULL",
        "ALTER TABLE lotes ADD CONSTRAINT x CHECK (total > 0) NOT VALID",
        "CREATE INDEX CONCURRENTLY x ON lotes (organizacao)",
        "CREATE TABLE nova (id uuid NOT NULL);\nCREATE UNIQUE INDEX x ON nova (id)",
        "CREATE TABLE nova (id uuid);\nALTER TABLE nova ALTER COLUMN id SET NOT NULL",
        "REVOKE ALL ON FUNCTION f FROM PUBLIC",
        "-- DROP TABLE lotes\nSELECT 1",
        "CREATE FUNCTION f() RETURNS void AS $$ BEGIN EXECUTE 'DROP TABLE x'; END $$",
        "DROP INDEX lotes_nome",
    ],
)
def test_what_it_does_not_notice_is_let_through(sql: str) -> None:
    assert look(f"A = {sql!r}") == []


def test_texts_that_are_put_together_and_operations_of_alembic_are_seen_too() -> None:
    source = 'A = 1\nfor table in B:\n    execute(f"ALTER TABLE {table} DROP COLUMN nome")'
    assert [each.regra for each in look(source)] == ["remove"]
    assert [each.regra for each in look("op.drop_column('lotes', 'nome')")] == ["sem_sql"]


def test_no_migration_since_the_first_deploy_breaks_the_version_before_it() -> None:
    assert list(faults(scripts())) == []


def test_the_drill_s_migration_is_one_of_the_kind_that_is_allowed() -> None:
    for path in HERE.glob("*.py"):
        assert look(Path(path).read_text()) == []
