"""The examples of docs/webhooks.md that ask the service run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from fiscalxml.client import Cliente
from services.client.command import wait_until

from .conftest import Servico

_GUIDE = Path(__file__).parents[4] / "docs" / "webhooks.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", _GUIDE.read_text("utf-8"), re.DOTALL)


def _example(word: str) -> str:
    (found,) = (each for each in EXAMPLES if word in each)
    return str(found)


def _start(servico: Servico, code: str, output: Path) -> subprocess.Popen[bytes]:
    with output.open("wb") as file:
        return subprocess.Popen(
            [sys.executable, "-u", "-c", code],
            stdout=file,
            stderr=file,
            env={
                **os.environ,
                "FISCALXML_URL": servico.endereco,
                "FISCALXML_TOKEN": servico.chave,
            },
        )


def test_a_webhook_is_made_and_tried(servico: Servico, tmp_path: Path) -> None:
    output = tmp_path / "saida"
    process = _start(servico, _example("criar_webhook"), output)
    assert process.wait(60) == 0, output.read_text()
    assert re.fullmatch(r"[0-9a-f-]{36} whsec_\S+\n", output.read_text())


def test_what_was_lost_is_delivered_again(
    servico: Servico, cliente: Cliente, tmp_path: Path
) -> None:
    url = "https://erp.exemplo.com.br/reenvio"
    lost, paused = cliente.criar_webhook(url), cliente.criar_webhook(url)
    servico.publish(1, 2)
    servico.give_up()
    cliente.pausar_webhook(paused.id)
    output = tmp_path / "saida"
    process = _start(servico, _example("reenviar_entregas"), output)
    assert process.wait(60) == 0, output.read_text()
    assert output.read_text().count(" 500 KeyError\n") >= 2
    assert f"{url} concluido 2\n" in output.read_text()
    assert [each.situacao for each in cliente.entregas(lost.id)] == ["pendente"] * 2
    assert [each.situacao for each in cliente.entregas(paused.id)] == ["falhou"] * 2


def test_a_fluxo_is_read(servico: Servico, tmp_path: Path) -> None:
    servico.close_fluxos()
    output = tmp_path / "saida"
    process = _start(servico, _example("abrir_fluxo"), output)
    try:
        wait_until(lambda: servico.fluxos() == 1 or process.poll() is not None, output.read_text)
        for number in (1, 2):
            servico.publish(number)
            told = f"'arquivos': {number}"
            wait_until(lambda t=told: t in output.read_text(), output.read_text)  # type: ignore[misc]
        assert output.read_text().count("lote.concluido") == 2
    finally:
        process.kill()
        process.wait(60)
