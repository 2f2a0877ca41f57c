"""What `conferir` finds, on a real database and store from which something was taken away."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner

from factory.documents import build
from fiscalxml_ops.cli import main
from fiscalxml_ops.recovery import checking, portrait
from fiscalxml_ops.recovery.checking import SemResposta
from fiscalxml_ops.recovery.found import Conferencia
from fiscalxml_server.kit.settings import Settings
from services.servers.postgres import Servidor
from services.servico import Servico


class Restaurado:
    """A service with a document and a lote, as it came back."""

    def __init__(self, servico: Servico, postgres: Servidor) -> None:
        self.servico = servico
        sent = servico.request("POST", "/v1/documentos", content=build("nfe"))
        assert sent.status_code == 201, sent.text
        servico.send({"a.xml": build("cte"), "b.xml": build("nfce"), "c.xml": b"<nada/>"})
        self._admin = postgres.admin_url(
            servico.values["database_url"].partition("?")[0].rpartition("/")[2]
        )

    def check(self, **options: Any) -> Conferencia:
        settings = Settings(**{**self.servico.values, **options.pop("settings", {})})
        asked = {"chaves": None, "retrato": None, **options}
        return asyncio.run(checking.check(settings, **asked))

    def retrato(self) -> portrait.Retrato:
        async def take() -> portrait.Retrato:
            async with checking.owner(Settings(**self.servico.values)) as banco:
                return await portrait.take(banco)

        return portrait.decode(portrait.encode(asyncio.run(take())))

    def execute(self, *statements: str) -> None:
        """As the administrator."""
        for each in statements:
            asyncio.run(_execute(self._admin, each))

    @contextmanager
    def without(self, *statements: str, back: str) -> Iterator[None]:
        """Something is gone inside."""
        self.execute(*statements)
        try:
            yield
        finally:
            self.execute(back)

    def pack(self) -> Path:
        """The object of the lote's documents."""
        (found,) = (
            path
            for path in self.servico.objetos.rglob("*")
            if path.is_file() and "lotes" in path.parts
        )
        return found


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def restaurado(servico: Servico, postgres: Servidor) -> Restaurado:
    return Restaurado(servico, postgres)


def test_all_that_came_back_is_well(restaurado: Restaurado) -> None:
    found = restaurado.check(retrato=restaurado.retrato(), exato=True)
    assert found.falhas == []
    assert "3 cópias lidas, com o SHA-256 de quando chegaram" in found.certo
    assert found.avisos == ["auditoria não conferida: faltam as chaves públicas (--chaves)"]


def test_a_lost_object_and_the_rows_that_speak_of_it_are_told(restaurado: Restaurado) -> None:
    pack = restaurado.pack()
    kept = pack.read_bytes()
    pack.unlink()
    try:
        falhas = restaurado.check().falhas
    finally:
        pack.write_bytes(kept)
    assert len(falhas) == 2
    assert pack.name in falhas[0]
    assert falhas[1] == "2 documentos sem cópia, nesses objetos"


def test_a_bit_that_changed_is_told_with_its_document_alone(restaurado: Restaurado) -> None:
    pack = restaurado.pack()
    kept = pack.read_bytes()
    pack.write_bytes(kept[:99] + bytes([kept[99] ^ 1]) + kept[100:])
    try:
        found = restaurado.check()
    finally:
        pack.write_bytes(kept)
    (falha,) = found.falhas
    assert "selo" in falha
    assert "documento" in falha


def test_an_object_that_no_row_speaks_of_is_only_mentioned(restaurado: Restaurado) -> None:
    stray = restaurado.pack().with_name("solto")
    stray.write_bytes(b"nada")
    try:
        found = restaurado.check()
    finally:
        stray.unlink()
    assert found.falhas == []
    assert any("de que nenhuma linha fala" in each for each in found.avisos)


def test_another_master_key_is_no_lost_document(restaurado: Restaurado, tmp_path: Path) -> None:
    other = tmp_path / "outra.key"
    other.write_text(secrets.token_hex(32))
    with pytest.raises(SemResposta, match="não abrem com esta chave mestra"):
        restaurado.check(settings={"master_key_file": other})


def test_of_a_sample_one_object_at_least_is_read(restaurado: Restaurado) -> None:
    found = restaurado.check(um_em=10**9)
    assert any(each.startswith(("1 cópias lidas", "2 cópias lidas")) for each in found.certo)
    assert any("cópias não lidas (--um-em" in each for each in found.avisos)


def test_keys_of_data_that_did_not_come_back_are_told(restaurado: Restaurado) -> None:
    keys = restaurado.servico.objetos.with_name("chaves")
    away = keys.rename(keys.with_name("longe"))
    keys.mkdir()
    try:
        falhas = restaurado.check().falhas
    finally:
        shutil.rmtree(keys)
        away.rename(keys)
    assert len(falhas) == 3
    assert all("a chave de dados com que foi selado não está" in each for each in falhas)


def test_where_all_chains_are_lost_copies_are_read_and_the_loss_is_told(
    restaurado: Restaurado,
) -> None:
    """A log that was cut off whole leaves no chain that would not verify."""
    with restaurado.without(
        "CREATE TABLE auditoria.antes AS SELECT * FROM auditoria.cadeias;"
        " DELETE FROM auditoria.cadeias",
        back="INSERT INTO auditoria.cadeias SELECT * FROM auditoria.antes;"
        " DROP TABLE auditoria.antes",
    ):
        found = restaurado.check()
    (falha,) = found.falhas
    assert falha.endswith("usou o serviço, e a auditoria nada diz dela")
    assert any(each.startswith("3 cópias lidas") for each in found.certo)


def test_a_table_whose_rows_nobody_sees_is_told(restaurado: Restaurado) -> None:
    """Other policies of the table are no substitute."""
    with restaurado.without(
        "ALTER POLICY organizacao ON exportacoes USING (false)",
        back="ALTER POLICY organizacao ON exportacoes USING (organizacao ="
        " (SELECT nullif(current_setting('fiscalxml.organizacao', true), '')::uuid))",
    ):
        falhas = restaurado.check().falhas
    assert falhas == ["exportacoes: sem a política que separa organizações"]


def test_who_is_held_by_no_policy_cannot_tell(restaurado: Restaurado, postgres: Servidor) -> None:
    name = restaurado.servico.values["database_url"].partition("?")[0].rpartition("/")[2]
    with pytest.raises(SemResposta, match="nenhuma política segura"):
        restaurado.check(settings={"database_url": postgres.admin_url(name)})


def test_a_policy_that_is_gone_is_told(restaurado: Restaurado) -> None:
    retrato = restaurado.retrato()
    off = "ALTER TABLE vinculos NO FORCE ROW LEVEL SECURITY"
    with restaurado.without(off, back=off.replace("NO FORCE", "FORCE")):
        falhas = restaurado.check(retrato=retrato).falhas
    assert "vinculos: sem a política que separa organizações" in falhas
    assert any(each.startswith("falta: tabela vinculos") for each in falhas)


def test_a_role_with_too_much_is_told(restaurado: Restaurado) -> None:
    with restaurado.without(
        "ALTER ROLE fiscalxml_relay BYPASSRLS", back="ALTER ROLE fiscalxml_relay NOBYPASSRLS"
    ):
        (falha,) = restaurado.check().falhas
    assert falha.startswith("papel fiscalxml_relay: falta, ou tem privilégios")


def test_a_role_that_logs_in_by_itself_is_as_good(restaurado: Restaurado) -> None:
    with restaurado.without(
        "ALTER ROLE fiscalxml_relay LOGIN", back="ALTER ROLE fiscalxml_relay NOLOGIN"
    ):
        assert restaurado.check().falhas == []


def test_an_old_migration_is_told(restaurado: Restaurado) -> None:
    with restaurado.without(
        "UPDATE alembic_version SET version_num = '0016'",
        back="UPDATE alembic_version SET version_num = '0017'",
    ):
        (falha,) = restaurado.check().falhas
    assert falha.startswith("migração 0016")


def test_partitions_that_are_missing_are_told(restaurado: Restaurado) -> None:
    today = f"{datetime.now(UTC):%Y%m%d}"
    with restaurado.without(
        *("ALTER TABLE termos DETACH PARTITION termos_3", f"DROP TABLE lote_itens_{today} CASCADE"),
        back="ALTER TABLE termos ATTACH PARTITION termos_3"
        " FOR VALUES WITH (MODULUS 8, REMAINDER 3); SELECT manter_particoes()",
    ):
        falhas = restaurado.check().falhas
    assert falhas[-2:] == [
        "lote_itens: sem a partição de hoje; rode `migrate`",
        "termos: falta uma partição, e as linhas dela",
    ]


def test_the_command_ends_with_what_it_found(restaurado: Restaurado, tmp_path: Path) -> None:
    values = restaurado.servico.values.items()
    env = {f"FISCALXML_{name.upper()}": str(value) for name, value in values if value is not None}

    def ended(*words: str, **other: str) -> tuple[int, str]:
        told = CliRunner().invoke(main, ["recuperacao", *words], env={**env, **other})
        return told.exit_code, told.output

    before = str(tmp_path / "retrato.json")
    assert ended("retrato", before)[0] == 0
    code, told = ended("conferir", "--retrato", before)
    assert (code, "✖" in told) == (0, False), told
    pack = restaurado.pack()
    away = pack.rename(pack.with_name("longe"))
    try:
        code, told = ended("conferir")
    finally:
        away.rename(pack)
    assert (code, "✖ 2 documentos sem cópia" in told) == (1, True), told
    other = tmp_path / "outra.key"
    other.write_text(secrets.token_hex(32))
    code, told = ended("conferir", FISCALXML_MASTER_KEY_FILE=str(other))
    assert (code, "não abrem com esta chave mestra" in told) == (2, True), told


def test_rows_and_ends_of_chains_are_held_against_the_portrait(restaurado: Restaurado) -> None:
    retrato = restaurado.retrato()
    assert retrato.linhas["documentos"] == 3
    restaurado.servico.request("POST", "/v1/documentos", content=build("mdfe"))
    assert restaurado.check(retrato=retrato).falhas == []
    more = restaurado.check(retrato=retrato, exato=True).falhas
    assert "documentos: 4 linhas, e o retrato tem 3" in more
    later = restaurado.retrato()
    with restaurado.without(
        "CREATE TABLE fim AS SELECT * FROM auditoria.registros ORDER BY numero DESC LIMIT 1",
        "ALTER TABLE auditoria.registros DISABLE TRIGGER ALL",
        "DELETE FROM auditoria.registros WHERE numero = (SELECT numero FROM fim)",
        back="INSERT INTO auditoria.registros SELECT * FROM fim; DROP TABLE fim;"
        " ALTER TABLE auditoria.registros ENABLE TRIGGER ALL",
    ):
        lost = restaurado.check(retrato=later).falhas
    assert any("da auditoria se perdeu" in each for each in lost)


def test_a_database_that_is_away_is_no_verdict(restaurado: Restaurado) -> None:
    away = "postgresql://fiscalxml_dono@/nada?host=/nao/existe"
    with pytest.raises(SemResposta):
        restaurado.check(settings={"database_url": away})
