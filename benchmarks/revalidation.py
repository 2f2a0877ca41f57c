"""Re-validation, measured from outside: `python -m benchmarks.revalidation`.

Starts the whole system in a temporary folder, stores a lote of notes, and asks what another date's
rules would change in all of them. Prints its table and writes its part of `benchmarks/results.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks import machine, notes
from benchmarks.processes import RoleSampler
from benchmarks.results import write_part
from benchmarks.system import ROLES, System, running
from benchmarks.tables import markdown

EM: Final = "2027-01-05"
_POLL = 0.2


def main() -> None:
    """Measure it with as many notes as the option says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.revalidation", description=__doc__)
    parser.add_argument("--notes", type=int, default=20_000)
    parser.add_argument("--print-only", action="store_true", help="leave results.md as it is")
    options = parser.parse_args()
    with TemporaryDirectory() as temporary:
        text = _measured(options.notes, Path(temporary))
    print(text)
    if not options.print_only:
        write_part(text)


def _measured(count: int, folder: Path) -> str:
    zipped = folder / "lote.zip"
    notes.write_zip(zipped, count)
    with running(folder) as system:
        lote = system.ask("POST", "/v1/lotes", zipped)[1]
        stored = _seconds(lambda: _until(system, f"/v1/lotes/{lote['id']}", "concluido"))
        sampler = RoleSampler(system.pid, ROLES)
        sampler.start()
        asked = _ask(system, {"em": EM})
        path = f"/v1/revalidacoes/{asked['id']}"
        seconds = _seconds(lambda: _until(system, path, "concluida"))
        peaks = sampler.stop()
        counts = system.ask("GET", path)[1]["contagens"]
        causes = _seconds(lambda: system.ask("GET", f"{path}/causas"))
    rows = [
        (f"to judge {count:,} stored notes again", f"**{count / seconds * 60:,.0f}/min**"),
        ("to store them, for comparison", f"{count / stored * 60:,.0f}/min"),
        ("memory of all workers (PSS)", f"{peaks.get('worker', 0):.0f} MB"),
        ("what changed", ", ".join(f"{name} {number:,}" for name, number in counts.items())),
        ("GET …/causas after it", f"{causes * 1000:.0f} ms"),
    ]
    command = " ".join(["python -m benchmarks.revalidation", *sys.argv[1:]])
    return (
        f"# Revalidação\n\n`{command}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.\n\n"
        f"{machine.description()}. NF-e of 3 to 10 items, by the rules of {EM}.\n\n"
        f"{markdown(('what', 'measured'), rows)}\n"
    )


def _ask(system: System, body: dict[str, Any]) -> dict[str, Any]:
    connection = HTTPConnection(system.target.host, system.target.port, timeout=60)
    headers = {"Authorization": f"Bearer {system.key}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/revalidacoes", json.dumps(body), headers)
    asked: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return asked


def _until(system: System, path: str, situacao: str) -> None:
    while system.ask("GET", path)[1]["situacao"] != situacao:
        time.sleep(_POLL)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
