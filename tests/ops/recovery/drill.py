"""Disasters, one after the other, on real servers, and what came back: `make drill-recuperacao`.

    python -m ops.recovery.drill [--documentos 1000] [--reais N] [--arquivar 60] [--so NAME …]

Exit code 1, and the reason, where something was lost that should not be, or a promise was not kept.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGTERM, signal
from typing import Final

from .disasters import Ensaio
from .measures import RESULTS, Medidas
from .place import started

_MOST_REAL: Final = 20_000
"""documents that go through the service, unless told otherwise"""
DESASTRES: Final = {
    "primario": Ensaio.lose_primary,
    "instante": Ensaio.go_back,
    "regiao": Ensaio.lose_region,
    "resgate": Ensaio.ransom,
    "chave": Ensaio.lose_key,
}
"""in the order in which they come; the last two are of the second region"""


def run(medidas: Medidas, desastres: Sequence[str]) -> None:
    """All of it, in a folder that is gone afterwards. Raises AssertionError."""
    with tempfile.TemporaryDirectory(prefix="fxr-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with started(folder, medidas.archive_seconds) as lugar:
            medidas.tell("two regions")
            ensaio = Ensaio(lugar, medidas)
            ensaio.fill()
            for desastre in desastres:
                DESASTRES[desastre](ensaio)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documentos", type=int, default=1000)
    parser.add_argument("--reais", type=int, help="of them, through the service")
    parser.add_argument("--arquivar", type=int, default=60, help="archive_timeout, in seconds")
    parser.add_argument(
        "--so", nargs="+", choices=DESASTRES, default=list(DESASTRES), help="these alone"
    )
    parser.add_argument("--guardar", action="store_true", help=f"append to {RESULTS.name}")
    options = parser.parse_args()
    reais = options.reais or min(options.documentos, _MOST_REAL)
    medidas = Medidas(datetime.now(UTC), options.documentos, reais, options.arquivar)
    signal(SIGTERM, lambda *_: sys.exit(1))  # what was started is ended even then
    try:
        run(medidas, [each for each in DESASTRES if each in options.so])
    except AssertionError as failed:
        print(failed, file=sys.stderr)
        return 1
    print(medidas.text())
    if options.guardar:
        with RESULTS.open("a", encoding="utf-8") as results:
            results.write("\n" + medidas.text())
    broken, late = medidas.judge()
    for each in (*broken, *(f"past the goal: {each}" for each in late)):
        print(each, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
