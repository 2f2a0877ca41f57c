"""`fiscalxml send` and `watch` before there is a service: help, usage, a missing extra."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli_command import fiscalxml, invoke

_HIDE = """
import importlib.abc, sys
class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("httpx2", "anyio"):
            raise ModuleNotFoundError(name)
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "httpx2" else find(name, *rest)
sys.meta_path.insert(0, Hidden())
"""


@pytest.mark.parametrize("command", ["send", "watch"])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, command: str) -> None:
    done = fiscalxml(command, tmp_path, "--url", "http://127.0.0.1:1", prelude=_HIDE)
    assert done.returncode == 2
    assert "falta instalar o cliente: pip install 'fiscalxml[client]'" in done.stderr.decode()


def test_without_the_extra_the_client_says_so_and_the_core_works() -> None:
    code = _HIDE + (
        "import fiscalxml\n"
        "try:\n    import fiscalxml.client\n"
        "except ImportError as error:\n    print(error)\n"
        "sys.exit()\n"
    )
    done = fiscalxml("--version", prelude=code)
    assert "pip install 'fiscalxml[client]'" in done.stdout.decode()


@pytest.mark.parametrize(("command", "operand"), [("send", "CAMINHO..."), ("watch", "PASTA...")])
def test_help_says_how_it_ends(command: str, operand: str) -> None:
    text = invoke(command, "--help").output
    assert text.startswith(f"Uso: fiscalxml {command} [OPÇÕES] {operand}")
    assert "--estado ARQUIVO" in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [("fiscalxml se", "plain,send"), ("fiscalxml watch --qui", "plain,--quieto")],
)
def test_the_shell_completes_them(words: str, expected: str) -> None:
    done = fiscalxml(
        env={
            "_FISCALXML_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        }
    )
    assert done.stdout.decode().splitlines() == [expected]


def test_the_credential_is_never_in_a_message(tmp_path: Path) -> None:
    secret = "fx_dev_segredo"  # noqa: S105
    done = fiscalxml(
        *("send", tmp_path, "--paciencia", "0.1", "--url", "http://127.0.0.1:1"),
        env={"FISCALXML_TOKEN": secret, "XDG_STATE_HOME": str(tmp_path / "estado")},
    )
    assert done.returncode == 2
    assert secret not in done.stdout.decode() + done.stderr.decode()
    (state,) = (tmp_path / "estado").rglob("*.db")
    assert secret.encode() not in state.read_bytes()
    assert os.stat(state.parent).st_mode & 0o077 == 0  # noqa: PTH116
