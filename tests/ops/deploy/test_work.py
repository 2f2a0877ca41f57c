"""What works of a colour, as it is seen from outside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from fiscalxml_ops.deploy.colours import Cor
from fiscalxml_ops.deploy.decision import Trabalho
from fiscalxml_ops.deploy.detached import Destacado
from fiscalxml_ops.deploy.keeper import Guardado, dying
from fiscalxml_ops.deploy.local import Local
from fiscalxml_ops.deploy.state import ports_from
from fiscalxml_server.stack.folder import Pasta
from waiting import wait_until

_WORKER = """
from fiscalxml_server.kit.telemetry.joining import configure_metrics
from fiscalxml_server.kit.telemetry.metrics import work
configure_metrics("worker")
for fails in (False, True, False, True, False):
    try:
        with work("processar", 1):
            if fails:
                raise LookupError
    except LookupError:
        pass
"""


def test_attempts_are_read_from_where_workers_count(tmp_path: Path) -> None:
    local = Local(Pasta(tmp_path), ports_from(8000))
    assert local.trabalho(Cor.VERDE) == Trabalho()
    folder = local.pasta.metricas / Cor.VERDE
    env = {"FISCALXML_METRICS_DIR": str(folder), "PATH": ""}
    subprocess.run([sys.executable, "-c", _WORKER], env=env, check=True)
    assert local.trabalho(Cor.VERDE) == Trabalho(5, 2)
    assert local.trabalho(Cor.AZUL) == Trabalho()


def test_a_role_that_dies_again_and_again_is_told_of_until_it_is_begun_anew(
    tmp_path: Path,
) -> None:
    local = Local(Pasta(tmp_path), ports_from(8000))
    local.folder.mkdir()
    file = local.folder / "verde-fundo.json"
    keeper = Destacado(local.folder / "verde-fundo.pid", local.folder / "verde-fundo.log")

    def keep(code: str) -> None:
        role = Guardado("relay", [sys.executable, "-c", code], {}, 5.0)
        file.write_bytes(msgspec.json.encode([role]))
        keeper.start(
            [sys.executable, "-m", "fiscalxml_ops.deploy.keeper", str(file), str(tmp_path)]
        )

    keep("raise SystemExit(3)")
    wait_until(lambda: local.trabalho(Cor.VERDE).morrem == ("relay",), 60)
    assert keeper.stop(20)
    keep("import time; time.sleep(60)")
    wait_until(lambda: not dying(file), 60)
    assert keeper.stop(20)
