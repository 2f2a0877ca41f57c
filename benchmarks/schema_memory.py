"""Memory of the compiled schemas that a process needs every day, measured in a fresh process.

`python -m benchmarks.schema_memory` prints it as JSON.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time

from benchmarks import REPO
from benchmarks.processes import resident
from fiscalxml.schemas.catalogue import find_schema

_NFE = "http://www.portalfiscal.inf.br/nfe"
_CTE = "http://www.portalfiscal.inf.br/cte"
_MDFE = "http://www.portalfiscal.inf.br/mdfe"
_NFSE = "http://www.sped.fazenda.gov.br/nfse"

# (namespace, element, layout version, tpEvento of an NF-e event)
EVERYDAY: tuple[tuple[str, str, str, str | None], ...] = (
    (_NFE, "NFe", "4.00", None),
    (_NFE, "nfeProc", "4.00", None),
    (_NFE, "inutNFe", "4.00", None),
    (_NFE, "ProcInutNFe", "4.00", None),
    (_NFE, "evento", "1.00", "110110"),
    (_NFE, "evento", "1.00", "110111"),
    (_NFE, "evento", "1.00", "210210"),
    (_NFE, "procEventoNFe", "1.00", "110110"),
    (_NFE, "procEventoNFe", "1.00", "110111"),
    (_NFE, "procEventoNFe", "1.00", "210210"),
    (_CTE, "CTe", "4.00", None),
    (_CTE, "cteProc", "4.00", None),
    (_CTE, "cteOSProc", "4.00", None),
    (_CTE, "cteSimpProc", "4.00", None),
    (_CTE, "eventoCTe", "4.00", None),
    (_CTE, "procEventoCTe", "4.00", None),
    (_CTE, "rodo", "4.00", None),
    (_MDFE, "MDFe", "3.00", None),
    (_MDFE, "mdfeProc", "3.00", None),
    (_MDFE, "eventoMDFe", "3.00", None),
    (_MDFE, "procEventoMDFe", "3.00", None),
    (_MDFE, "rodo", "3.00", None),
    ("http://www.portalfiscal.inf.br/bpe", "bpeProc", "1.00", None),
    ("http://www.portalfiscal.inf.br/nf3e", "nf3eProc", "1.00", None),
    ("http://www.portalfiscal.inf.br/nfcom", "NFCom", "1.00", None),
    ("http://www.portalfiscal.inf.br/nfcom", "nfcomProc", "1.00", None),
    (_NFSE, "NFSe", "1.01", None),
    (_NFSE, "DPS", "1.01", None),
)


def measure() -> dict[str, float]:
    """MB and CPU seconds that compiling the everyday roots takes in a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.schema_memory"],
        cwd=REPO,
        check=True,
        capture_output=True,
    )
    return dict(json.loads(answer.stdout))


def main() -> None:
    """Compile all roots and print what that took."""
    gc.collect()
    before, cpu = resident(), time.process_time()
    for espaco, elemento, versao, evento in EVERYDAY:
        esquema = find_schema(espaco, elemento, versao, evento)
        if esquema is None:
            raise LookupError(f"no schema for {elemento} {versao} {evento or ''}")
        _ = esquema.validator
    cpu = time.process_time() - cpu
    gc.collect()
    figures = {
        "roots": len(EVERYDAY),
        "before": before,
        "after": resident(),
        "peak": resident(field="VmHWM"),
        "cpu": cpu,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
