"""Runs the peers over folders of documents and prints what they took as JSON.

`python peer_runner.py FOLDER`: FOLDER has a folder per sample, named `NN-kind`. Runs alone, in the
peers' own environment, by each peer's documented entry point; a peer that is not installed, or
that refuses a document, says so in its answer.
"""

from __future__ import annotations

import importlib
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

ROUNDS = 3
BUDGET = 1.0  # CPU seconds for a round: slow peers see fewer of the documents

Run = Callable[[Path], object]

_EXTRATORES = {
    "nfe": "ExtratorNFe",
    "cte": "ExtratorCTe",
    "cancelamento": "ExtratorCancelamento",
}
_BINDINGS = {
    "nfe": ("nfelib.nfe.bindings.v4_0.proc_nfe_v4_00", "NfeProc"),
    "cte": ("nfelib.cte.bindings.v4_0.proc_cte_v4_00", "CteProc"),
    "mdfe": ("nfelib.mdfe.bindings.v3_0.mdfe_v3_00", "Mdfe"),
    "nfse": ("nfelib.nfse.bindings.v1_0.nfse_v1_01", "Nfse"),
    "cancelamento": (
        "nfelib.nfe_evento_cancel.bindings.v1_0.proc_evento_canc_nfe_v1_00",
        "ProcEventoNfe",
    ),
}


class Unsupported(Exception):
    """The peer has nothing for this kind of document."""


def fiscal_mcp(kind: str, *, cached: bool) -> Run:
    """Its validators, as its command line calls them; `cached`: rule files read only once."""
    validador: Any = importlib.import_module("fiscal_mcp.validador")
    regras = importlib.import_module("fiscal_mcp.regras")
    validador.carrega = cache(regras.carrega) if cached else regras.carrega
    valida = validador.valida_nfse if kind == "nfse" else validador.valida_nfe
    return lambda path: _verdict(valida(path.read_text(encoding="utf-8")))


def extrator_xml_fiscal(kind: str) -> Run:
    """Its extractor for the kind: a file to a dictionary, nothing validated."""
    if kind not in _EXTRATORES:
        raise Unsupported("no extractor for this kind")
    extrator = getattr(importlib.import_module("extrator_xml_fiscal"), _EXTRATORES[kind])()
    return lambda path: extrator.processar_arquivo(str(path)) and "read"


def nfelib(kind: str) -> Run:
    """`from_xml` of its bindings: text to dataclasses, nothing validated."""
    module, name = _BINDINGS[kind]
    binding = getattr(importlib.import_module(module), name)
    return lambda path: binding.from_xml(path.read_text(encoding="utf-8")) and "read"


def _verdict(answer: dict[str, Any]) -> str:
    if "erros" not in answer:
        raise Unsupported(str(answer["erro"]))
    return "no errors" if answer["ok"] else f"{answer['erros']} errors"


PEERS: dict[str, tuple[str, Callable[[str], Run]]] = {
    "fiscal-mcp {version}, as shipped": ("fiscal-mcp", lambda kind: fiscal_mcp(kind, cached=False)),
    "fiscal-mcp {version}, its YAML cached": (
        "fiscal-mcp",
        lambda kind: fiscal_mcp(kind, cached=True),
    ),
    "extrator-xml-fiscal {version}": ("extrator-xml-fiscal", extrator_xml_fiscal),
    "nfelib {version}, from_xml": ("nfelib", nfelib),
}


def measure(run: Run, documents: list[Path]) -> dict[str, Any]:
    """Best CPU and wall time a document, in µs, and what the peer answered on the first."""
    answer = run(documents[0])  # also warms it up
    start = time.process_time()
    run(documents[0])
    once = time.process_time() - start
    some = documents[: max(1, int(BUDGET / max(once, 1e-6)))]
    best = min(_round(run, some) for _ in range(ROUNDS))
    return {"answer": answer, "cpu": best[0], "wall": best[1], "documents": len(some)}


def _round(run: Run, documents: list[Path]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for document in documents:
        run(document)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return cpu / len(documents) * 1e6, wall / len(documents) * 1e6


def compare(folder: Path) -> Iterator[dict[str, Any]]:
    """A row for each peer and sample, with its timing or why there is none."""
    for label, (package, start) in PEERS.items():
        try:
            version = metadata.version(package)
        except metadata.PackageNotFoundError:
            yield {"peer": package, "error": f"not installed on Python {platform.python_version()}"}
            continue
        for sample in sorted(path for path in folder.iterdir() if path.is_dir()):
            row = {"peer": label.format(version=version), "sample": sample.name}
            try:
                documents = sorted(sample.glob("*.xml"))
                yield row | measure(start(sample.name.partition("-")[2]), documents)
            except Exception as error:  # noqa: BLE001 - whatever a peer raises is its answer
                words = str(error).partition("\n")[0]
                yield row | {"error": f"{type(error).__name__}: {words}"}


if __name__ == "__main__":
    rows = list(compare(Path(sys.argv[1])))
    json.dump({"python": platform.python_version(), "rows": rows}, sys.stdout)
