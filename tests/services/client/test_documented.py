"""The example of docs/servico.md runs as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from services.lotes.sending import note, tampered
from services.servico import Servico

from .command import wait_until

_GUIDE = Path(__file__).parents[3] / "docs" / "servico.md"


def test_the_example_of_the_guide(servico: Servico, endereco: str, tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", _GUIDE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "novembro").mkdir()
    (tmp_path / "novembro" / "a.xml").write_bytes(note(13_000))
    (tmp_path / "novembro" / "b.xml").write_bytes(tampered(note(13_001)))
    output = (tmp_path / "saida.txt").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-c", example],
        cwd=tmp_path,
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
    assert told.startswith("concluido 1\n")
    assert "297 1 " in told
    assert zipfile.is_zipfile(tmp_path / "novembro.xlsx")
