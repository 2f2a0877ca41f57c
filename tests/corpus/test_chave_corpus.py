"""The check digit of every access key of the corpus, and the keys of authorised documents."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from fiscalxml.identifiers.chave import chave_check_digit, parse_chave
from fiscalxml.identifiers.chave_nfse import chave_nfse_check_digit

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
MANIFEST = CORPUS / "manifest.tsv"

CHECK_DIGIT = {44: chave_check_digit, 50: chave_nfse_check_digit}

pytestmark = pytest.mark.skipif(not MANIFEST.exists(), reason="the corpus is not at hand")


def verdict(key: str) -> str:
    check_digit = CHECK_DIGIT.get(len(key))
    if check_digit is None:
        return "bad-length"
    return "ok" if check_digit(key[:-1]) == key[-1] else "bad"


def test_every_check_digit_is_judged_as_the_manifest_does() -> None:
    with MANIFEST.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["access_key"]]
    disagreements = [
        (row["file"], row["access_key"])
        for row in rows
        if verdict(row["access_key"]) != row["access_key_dv_ok"]
    ]
    assert len(rows) > 900
    assert disagreements == []


def test_every_key_in_an_authorised_document_is_valid() -> None:
    found = set()
    for path in (CORPUS / "authentic").glob("*.xml"):
        text = path.read_text(encoding="utf-8", errors="replace")
        found |= set(re.findall(r'Id="(?:NFe|CTe)(\w+)"', text))
        found |= set(re.findall(r"<(?:chNFe|chCTe|refNFe|chave)>(\w+)<", text))
    assert len(found) > 30
    assert {parse_chave(key).text for key in found} == found
