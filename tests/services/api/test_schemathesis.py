"""Schemathesis asks the running service what its OpenAPI document promises, bounded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .running import CHAVE

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
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


def test_every_answer_is_as_the_document_says(service: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            SCHEMATHESIS,
            "run",
            f"{service}/openapi.json",
            "--url",
            service,
            "--header",
            f"Authorization: Bearer {CHAVE}",
            "--checks",
            ",".join(CHECKS),
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            "25",
            "--seed",
            "7",
            "--generation-database",
            "none",
            "--request-timeout",
            "20",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
