"""Tables cost a process nothing until it looks a code up."""

from __future__ import annotations

import json
import subprocess
import sys

PROBE = """
import json, sys
from pathlib import Path
opened = []
import fiscalxml.tables.dados.proveniencia
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from fiscalxml.tables import (
    aliquotas, cest, cfop, classificacao, gtin, lc116, municipios, ncm, nfce_urls, operador,
    pagamentos, paises,
)
def tables():
    return sorted(Path(name).name for name in opened if Path(name).parent.name == "dados")
before = tables()
ncm.existe("84713012")
ncm.existe("84713019")
municipios.existe("3550308")
print(json.dumps([before, tables()]))
"""


def test_each_table_is_read_once_when_it_is_first_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, check=True, text=True, timeout=60
    )
    assert json.loads(done.stdout) == [[], ["municipios.tsv", "ncm.tsv"]]
