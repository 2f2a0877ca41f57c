"""In a container of ECS, secrets are files before the role begins, and variables no more."""

from __future__ import annotations

import json
import os
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fiscalxml_ops.compose.authority import Autoridade
from fiscalxml_ops.ecs.starting import NAMES, prepare, template, variable

_SAYS_ITS_ENVIRONMENT = (
    "import json, os; print(json.dumps([dict(os.environ), open('/proc/self/environ').read()]))"
)


@pytest.fixture(scope="module")
def authority() -> str:
    return Autoridade("servidores de dentro").certificado


def _environment(folder: Path, **files: str) -> dict[str, str]:
    names = {name.replace("__", "."): text for name, text in files.items()}
    return {
        "FISCALXML_SECRETS_DIR": str(folder),
        NAMES: " ".join(names),
        **{variable(name): text for name, text in names.items()},
    }


def test_the_command_finds_files_and_no_variables(tmp_path: Path) -> None:
    folder = tmp_path / "segredos"
    address = "postgresql://alguem:muito-secreta@banco/fiscalxml"
    environment = _environment(folder, fiscalxml_database_url=address, auth__key="00" * 32)
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "fiscalxml_ops.ecs.starting"),
            *(sys.executable, "-c", _SAYS_ITS_ENVIRONMENT),
        ],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    environ, kernels = json.loads(done.stdout)
    assert not [name for name in environ if name.startswith("SEGREDO_") or name == NAMES]
    assert address not in kernels
    assert (folder / "fiscalxml_database_url").read_text() == f"{address}\n"
    assert (folder / "auth.key").read_text() == "00" * 32 + "\n"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o400}


def test_a_login_that_a_rotation_changed_is_put_into_its_address(tmp_path: Path) -> None:
    name = "fiscalxml_database_url"
    environment = {
        **_environment(tmp_path, fiscalxml_database_url='{"username": "u", "password": "a/b@c%"}'),
        template(name): "postgresql://{username}:{password}@banco:5432/x?ssl=verify-full",
    }
    prepare(environment)
    assert (tmp_path / name).read_text() == (
        "postgresql://u:a%2Fb%40c%25@banco:5432/x?ssl=verify-full\n"
    )
    assert template(name) not in environment


def test_a_secret_that_is_missing_is_said_by_name_and_nothing_starts(tmp_path: Path) -> None:
    environment = _environment(tmp_path / "segredos", auth__key="00" * 32)
    del environment[variable("auth.key")]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "fiscalxml_ops.ecs.starting", "false"],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (2, "falta a variável SEGREDO_AUTH_KEY\n")


def test_a_container_that_starts_again_writes_them_again(tmp_path: Path) -> None:
    for text in ("antes", "depois"):
        prepare(_environment(tmp_path, auth__key=text))
    assert (tmp_path / "auth.key").read_text() == "depois\n"


def test_the_certificate_is_believed_by_who_reads_the_authorities_and_by_nobody_else(
    tmp_path: Path, authority: str
) -> None:
    environment = {
        **_environment(tmp_path, ca__crt=authority),
        "FISCALXML_CA_FILE": str(tmp_path / "ca.crt"),
        "FISCALXML_TLS_CERTIFICATE_FILE": str(tmp_path / "servidor.crt"),
        "FISCALXML_TLS_KEY_FILE": str(tmp_path / "servidor.key"),
    }
    prepare(environment)
    before = tmp_path / "antes.crt"
    before.write_text(authority)
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(tmp_path / "servidor.crt", tmp_path / "servidor.key")
    _handshake(serving, ssl.create_default_context(cafile=str(tmp_path / "ca.crt")))
    with pytest.raises(ssl.SSLCertVerificationError):
        _handshake(serving, ssl.create_default_context(cafile=str(before)))


def _handshake(serving: ssl.SSLContext, asking: ssl.SSLContext) -> None:
    """In memory, by the name `localhost`. Raises ssl.SSLError."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    client = asking.wrap_bio(to_client, to_server, server_hostname="localhost")
    open_ends = [client, server]
    while open_ends:
        for each in list(open_ends):
            try:
                each.do_handshake()
            except ssl.SSLWantReadError:
                continue
            open_ends.remove(each)
