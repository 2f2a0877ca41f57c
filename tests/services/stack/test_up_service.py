"""`fiscalxml up` with the service itself: from an empty folder to a processed lote."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ops.canary.asking import WHOLE, go_round

from .execution import Execucao

Subir = Callable[..., Execucao]


def test_the_sample_is_processed_the_canary_sings_and_what_is_printed_works(
    subir: Subir, dados: Path
) -> None:
    execucao = subir(service=True, amostra=True)
    execucao.wait_for()
    assert sample_line(execucao) == " 213 aceitos, 27 inválidos"
    base = f"http://127.0.0.1:{execucao.porta}"
    webhooks = f"http://127.0.0.1:{execucao.porta + 2}"
    assert go_round(base, webhooks, dados / "chave-dev.txt") == (0, WHOLE)
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    validacao, resumo, lote = map(answer, commands(execucao))
    assert validacao["veredito"] == "valido"
    assert resumo["documento"]["chave"] == validacao["documento"]["chave"]
    assert lote["situacao"] == "concluido"


def test_killed_it_leaves_nothing_and_started_again_it_loads_no_second_sample(
    subir: Subir, dados: Path
) -> None:
    first = subir(service=True, amostra=True)
    first.wait_for()
    loaded = (dados / "amostra" / "amostra.json").read_bytes()
    first.send(signal.SIGKILL)
    first.wait_for_end()
    second = subir(service=True, amostra=True)
    second.wait_for()
    assert "Lote de amostra" not in second.console()
    assert len(commands(second)) == 3
    assert (dados / "amostra" / "amostra.json").read_bytes() == loaded


def sample_line(execucao: Execucao) -> str:
    (line,) = [line for line in execucao.console().splitlines() if "Lote de amostra" in line]
    return line.partition(":")[2]


def commands(execucao: Execucao) -> list[str]:
    lines = map(str.strip, execucao.console().splitlines())
    return [line for line in lines if line.startswith("curl ")]


def answer(command: str) -> Any:
    run = subprocess.run(["sh", "-c", command], capture_output=True, check=True)
    return json.loads(run.stdout)
