"""A few seconds of the fuzzer with each test run; `FUZZ_SECONDS` and `FUZZ_SEED` lengthen it."""

import os
from itertools import islice
from pathlib import Path

import pytest

from fuzz import fuzz_validate


def test_unmutated_seeds_keep_the_contract() -> None:
    for seed in fuzz_validate.seeds():
        fuzz_validate.check(seed)


def test_mutations_are_the_same_for_the_same_seed() -> None:
    first, second = (list(islice(fuzz_validate.inputs(7), 20)) for _ in range(2))
    assert first == second
    assert len(set(first)) > 15


def test_mutated_documents_keep_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where a failing input is written
    seconds = float(os.environ.get("FUZZ_SECONDS", "6"))
    assert fuzz_validate.run(seconds, fuzz_validate.SEED) > 20
