"""The corpus and what an independent check found of each of its files."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from fiscalxml import Report, validate_all

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
AUTHENTIC = CORPUS / "authentic"

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here")


class Row(NamedTuple):
    """A row of manifest.tsv."""

    file: str
    kind: str
    versao: str
    xsd_result: str
    digest: str
    value: str
    access_key: str

    @property
    def data(self) -> bytes:
        return (CORPUS / "files" / self.file).read_bytes()


@cache
def rows() -> list[Row]:
    """All rows of the manifest; none where the corpus is not there."""
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "manifest.tsv").open(encoding="utf-8") as lines:
        return [
            Row(
                row["file"],
                row["kind"],
                row["versao"],
                row["xsd_result"],
                row["signature_digest_ok"],
                row["signature_value_ok"],
                row["access_key"],
            )
            for row in csv.DictReader(lines, delimiter="\t")
        ]


@cache
def reports(file: str) -> tuple[Report, ...]:
    """Our reports on a file, judged as if it were about to be transmitted."""
    data = (CORPUS / "files" / file).read_bytes()
    return tuple(validate_all(data, arquivo=file, perfil="transmissao"))
