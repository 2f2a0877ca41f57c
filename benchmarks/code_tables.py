"""What the tables of codes cost a process that looks up in all of them, measured in a fresh one.

`python -m benchmarks.code_tables` prints it as JSON.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

from benchmarks import REPO
from benchmarks.processes import resident
from fiscalxml.tables import (
    cest,
    cfop,
    classificacao,
    gtin,
    lc116,
    municipios,
    ncm,
    nfce_urls,
    paises,
)

LOOKUPS = 100_000


def measure() -> dict[str, float]:
    """MB, CPU seconds and file size of all tables in a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.code_tables"],
        cwd=REPO,
        check=True,
        capture_output=True,
    )
    return dict(json.loads(answer.stdout))


def look_up() -> None:
    """Once in each table."""
    ncm.existe("84713012")
    cest.existe("0100100")
    municipios.existe("3550308")
    paises.existe("1058")
    lc116.existe("01.01")
    cfop.busca("5102")
    classificacao.cst("000")
    classificacao.classe("000001")
    gtin.prefixo_valido("7891000315507")
    nfce_urls.consulta("SP", "1")


def main() -> None:
    """Read all tables and print what that took."""
    gc.collect()
    before, cpu = resident(), time.process_time()
    look_up()
    cpu = time.process_time() - cpu
    gc.collect()
    again = time.process_time()
    for _ in range(LOOKUPS):
        ncm.existe("84713012")
    again = time.process_time() - again
    folder = Path(str(files("fiscalxml.tables.dados")))
    figures = {
        "bytes": sum(path.stat().st_size for path in folder.glob("*.tsv")),
        "before": before,
        "after": resident(),
        "cpu": cpu,
        "lookup": again / LOOKUPS,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
