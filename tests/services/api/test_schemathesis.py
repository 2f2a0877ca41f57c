"""Schemathesis asks the running service what its OpenAPI document promises, bounded.

`make drill-contrato` asks ten times as much.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from factory import build
from services.revalidacoes.asking import EM, revalidate
from services.servico import Servico

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "10")
"""drawn at most for an operation, after those that are made of its description"""
# Left out: positive_data_acceptance. What a cursor, a date or a document must be besides, no schema
# tells.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "ignored_auth",
    "missing_required_header",
    "unsupported_method",
)


def test_every_answer_is_as_the_document_says(
    servico: Servico, storing: str, tmp_path: Path
) -> None:
    # A lote that nobody works on is followed without an end; the test below follows one.
    endless = "acompanhar(Lote|Revalidacao)"
    options = ("--exclude-operation-id-regex", endless, "--max-examples", EXAMPLES)
    _ask(storing, servico.chave, tmp_path, *options)


def test_what_is_there_is_told_as_the_document_says(
    servico: Servico, storing: str, tmp_path: Path
) -> None:
    """The same for addresses of a document, a lote and a re-validation that are there."""
    lote = servico.send({"a.xml": build("nfe"), "b.xml": b"<html/>", "c.txt": b"nada"})
    documento = next(item["documento"] for item in servico.items(lote) if "documento" in item)
    config = tmp_path / "schemathesis.toml"
    names = {
        "lote": lote["id"],
        "chave": documento,
        "revalidacao": revalidate(servico, em=EM)["id"],
    }
    lines = [f'"path.{name}" = "{value}"' for name, value in names.items()]
    config.write_text("\n".join(["[parameters]", *lines, ""]))
    there = ("--include-path-regex", "(documentos|lotes|revalidacoes)/.+}")
    _ask(storing, servico.chave, tmp_path, *there, "--max-examples", EXAMPLES)


def _ask(address: str, chave: str, folder: Path, *options: str) -> None:
    done = subprocess.run(
        [
            SCHEMATHESIS,
            "run",
            f"{address}/openapi.json",
            "--url",
            address,
            "--header",
            f"Authorization: Bearer {chave}",
            "--checks",
            ",".join(CHECKS),
            "--phases",
            "examples,coverage,fuzzing",
            "--seed",
            "7",
            "--generation-database",
            "none",
            "--request-timeout",
            "20",
            "--no-color",
            *options,
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
