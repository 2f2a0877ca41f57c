"""`fiscalxml up` with the service itself: from an empty folder to a processed lote, and once more
after it was killed. One run of two starts: each costs fifteen seconds of processor."""

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


def test_the_sample_is_processed_once_the_canary_sings_and_what_is_printed_works(
    subir: Subir, dados: Path
) -> None:
    first = subir(service=True, amostra=True)
    first.wait_for()
    assert sample_line(first) == " 213 aceitos, 27 inválidos"
    base, webhooks = (f"http://127.0.0.1:{first.porta + offset}" for offset in (0, 2))
    assert go_round(base, webhooks, dados / "chave-dev.txt") == (0, WHOLE)
    if shutil.which("curl") is None:
        pytest.skip("needs curl")
    validacao, resumo, lote = map(answer, commands(first))
    assert validacao["veredito"] == "valido"
    assert resumo["documento"]["chave"] == validacao["documento"]["chave"]
    assert lote["situacao"] == "concluido"
    loaded = (dados / "amostra" / "amostra.json").read_bytes()

    first.send(signal.SIGKILL)
    first.wait_for_end()  # and nothing of it is left
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
