"""`fiscalxml-ops certificados`: who trusts whom while containers start again one by one."""

from __future__ import annotations

import shutil
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fiscalxml_ops.cli import main
from fiscalxml_ops.compose import authority
from fiscalxml_ops.compose.authority import Autoridade
from fiscalxml_ops.compose.secrets import all_files, write

_CORREIO = "smtps://fiscalxml:f0ca9d7b54e84e08b6d1@smtp.exemplo.com.br:465"
_SERVERS = {"auth-interno", "borda", "postgres", "replica", "s3", "valkey"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "segredos"
    write(path, all_files(_CORREIO))
    return path


def _renew(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["certificados", str(folder), *options])


def _trusts(client: Path, server: Path, name: str) -> bool:
    """A handshake, by the client's `ca.crt`, with who shows the server's certificate."""
    ours = ssl.create_default_context(cafile=client / "ca.crt")
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(server / f"{name}.crt", server / f"{name}.key")
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = ours.wrap_bio(to_client, to_server, server_hostname=name)
    other = theirs.wrap_bio(to_server, to_client, server_side=True)
    try:
        for _ in range(4):
            for side in (one, other):
                try:
                    side.do_handshake()
                except ssl.SSLWantReadError:
                    continue
    except ssl.SSLCertVerificationError:
        return False
    return one.version() == "TLSv1.3"


def _copy(folder: Path, name: str) -> Path:
    """As a container has it that began before."""
    return Path(shutil.copytree(folder, folder.parent / name))


def test_who_has_started_again_trusts_both_and_who_has_not_only_the_old(folder: Path) -> None:
    before = _copy(folder, "antes")
    assert _renew(folder).exit_code == 0
    for name in _SERVERS:
        assert (folder / f"{name}.key").read_text() != (before / f"{name}.key").read_text()
        assert _trusts(folder, folder, name)
        assert _trusts(folder, before, name)
        assert not _trusts(before, folder, name)


def test_all_else_stays_with_each_file_s_mode_and_owner(folder: Path) -> None:
    before = {each.name: (each.stat(), each.read_text()) for each in folder.iterdir()}
    assert _renew(folder).exit_code == 0
    after = {each.name: (each.stat(), each.read_text()) for each in folder.iterdir()}
    assert after.keys() == before.keys()
    changed = {name for name in after if after[name][1] != before[name][1]}
    assert changed == {
        "ca.crt",
        *(f"{each}.{part}" for each in _SERVERS for part in ("crt", "key")),
    }
    for name, (stat, _) in after.items():
        was = before[name][0]
        assert (stat.st_mode, stat.st_uid, stat.st_gid) == (was.st_mode, was.st_uid, was.st_gid)


def test_a_certificate_of_another_authority_is_left(folder: Path) -> None:
    public = Autoridade("pública").sign("borda")
    for part, text in (("crt", public.certificado), ("key", public.chave)):
        (folder / f"borda.{part}").unlink()
        (folder / f"borda.{part}").write_text(text)
    said = _renew(folder)
    assert said.exit_code == 0
    assert "De outra autoridade, como estavam: borda." in said.output
    assert (folder / "borda.crt").read_text() == public.certificado
    assert (folder / "borda.key").read_text() == public.chave


def test_an_authority_that_has_ended_is_left_out_and_its_servers_are_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "segredos"
    with monkeypatch.context() as then:
        then.setattr(authority, "_DAYS", -1)
        then.setattr(authority, "_EARLIER", timedelta(days=2))
        write(folder, all_files(_CORREIO))
    assert _renew(folder, "--conferir", "1").exit_code == 1
    assert _renew(folder).exit_code == 0
    assert (folder / "ca.crt").read_text().count("BEGIN CERTIFICATE") == 1
    assert all(_trusts(folder, folder, name) for name in _SERVERS)


def test_their_end_is_told_and_nothing_is_changed(folder: Path) -> None:
    before = {each.name: each.read_text() for each in folder.iterdir()}
    day = f"{datetime.now(UTC) + timedelta(days=825):%Y-%m-%d}"
    early, late = _renew(folder, "--conferir", "60"), _renew(folder, "--conferir", "826")
    assert (early.exit_code, late.exit_code) == (0, 1)
    assert early.output.splitlines() == [f"{name}: vence em {day}" for name in sorted(_SERVERS)]
    assert {each.name: each.read_text() for each in folder.iterdir()} == before


def test_a_folder_without_an_authority_is_refused(tmp_path: Path) -> None:
    assert _renew(tmp_path).exit_code == 2
    assert not list(tmp_path.iterdir())
