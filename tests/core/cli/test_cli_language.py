"""Portuguese for everybody, on any output."""

from __future__ import annotations

import ast
from pathlib import Path

import click
import pytest
from cli_command import fiscalxml, invoke
from cli_po import MO, PO, compile_mo, read_po


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "LANG": "C", "LANGUAGE": ""},
        {"LC_ALL": "en_US.UTF-8", "LANGUAGE": "en"},
        {"LC_ALL": "pt_BR.UTF-8"},
    ],
)
def test_help_is_portuguese_in_any_locale(env: dict[str, str]) -> None:
    text = fiscalxml("validate", "--help", env=env).stdout.decode()
    assert text.startswith("Uso: fiscalxml validate [OPÇÕES] CAMINHO...")
    assert "Opções:" in text
    assert "Mostra esta mensagem e sai." in text


@pytest.mark.parametrize("args", [(), ("validate",), ("key",), ("schema",), ("completar",)])
def test_no_help_has_an_english_heading(args: tuple[str, ...]) -> None:
    text = invoke(*args, "--help").output
    for english in ("Usage", "Options", "Commands", "ARGS", "COMMAND", "Show", "TEXT", "PATH"):
        assert english not in text


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp850"])
def test_an_output_that_lacks_characters_gets_the_nearest(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "ação ✔ 日.xml").write_bytes(b"")
    result = fiscalxml("validate", tmp_path, env={"PYTHONIOENCODING": encoding})
    text = result.stdout.decode(encoding)
    assert result.returncode == 1
    assert text.startswith("x INV" + ("A" if encoding == "ascii" else "Á") + "LIDO")
    assert "-> Como corrigir" in text
    assert result.stderr == b""


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    assert MO.read_bytes() == compile_mo(read_po(PO)), "run tests/core/cli/cli_po.py"


@pytest.mark.parametrize("module", ["exceptions", "formatting", "parser", "types"])
def test_every_message_that_click_shows_is_translated(module: str) -> None:
    source = (Path(click.__file__).parent / f"{module}.py").read_text(encoding="utf-8")
    translated = read_po(PO)
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            forms = {"_": 1, "ngettext": 2}.get(call.func.id, 0)
            texts = [ast.literal_eval(argument) for argument in call.args[:forms]]
            assert not texts or "\0".join(texts) in translated
