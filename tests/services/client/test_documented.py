"""The example of docs/servico.md and those of `examples/` run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from factory.documents import build, chave_of
from services.lotes.sending import note, tampered
from services.revalidacoes.asking import EM, to_invalid
from services.servico import Servico

from .command import wait_until

_ROOT = Path(__file__).parents[3]


def run(servico: Servico, endereco: str, folder: Path, *command: str) -> str:
    """What a program prints, while a worker does what it asks for."""
    output = (folder / "saida.txt").open("w+")
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        stdout=output,
        stderr=output,
        env={**os.environ, "FISCALXML_URL": endereco, "FISCALXML_TOKEN": servico.chave},
    )

    def ended() -> bool:
        servico.work()
        return process.poll() is not None

    wait_until(ended, lambda: "")
    output.seek(0)
    told = output.read()
    assert process.returncode == 0, told
    return told


def test_the_example_of_the_guide(servico: Servico, endereco: str, tmp_path: Path) -> None:
    guide = (_ROOT / "docs" / "servico.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    (tmp_path / "novembro").mkdir()
    (tmp_path / "novembro" / "a.xml").write_bytes(note(13_000))
    (tmp_path / "novembro" / "b.xml").write_bytes(tampered(note(13_001)))
    told = run(servico, endereco, tmp_path, "-c", example)
    assert told.startswith("concluido 1\n")
    assert "297 1 " in told
    assert zipfile.is_zipfile(tmp_path / "novembro.xlsx")


@pytest.fixture
def stored(servico: Servico) -> list[str]:
    """The chaves of two notes; the first has its cancelamento waiting."""
    notes = [
        build("nfe", changes={"ide/nNF": number}, protocol=True) for number in ("13101", "13102")
    ]
    servico.send({f"{place}.xml": each for place, each in enumerate(notes)})
    return [chave_of(each) for each in notes]


def test_a_copy_is_kept_in_step(
    servico: Servico, endereco: str, tmp_path: Path, stored: list[str]
) -> None:
    command = (str(_ROOT / "examples" / "sincronizar.py"), "copia.sqlite")
    run(servico, endereco, tmp_path, *command)
    assert run(servico, endereco, tmp_path, *command).startswith("0 mudanças;")
    cancelled = build("cancelamento", changes={"chNFe": stored[0]}, protocol=True)
    servico.send({"cancelamento.xml": cancelled})
    # The event, and the note that it changed.
    assert run(servico, endereco, tmp_path, *command).startswith("2 mudanças;")


def test_the_impact_of_other_rules_is_told(servico: Servico, endereco: str, tmp_path: Path) -> None:
    servico.send({"a.xml": to_invalid(13_201)})
    told = run(servico, endereco, tmp_path, str(_ROOT / "examples" / "impacto.py"), EM)
    assert f" 1 passariam a inválidos em {EM}\n  1115 Falta o grupo IBSCBS " in told
    assert "\n  12345678000195 EMPRESA FICTICIA LTDA: 1\n" in told
