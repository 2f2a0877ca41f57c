"""Numbers of Siscomex."""

from __future__ import annotations

import pytest

from fiscalxml.identifiers.siscomex import is_drawback, is_registro_de_exportacao


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("20260012345", True),
        ("260012345", True),
        ("2026001234", False),
        ("2026001234-5", False),
        ("000000000", False),
        ("", False),
    ],
)
def test_a_drawback_has_9_or_11_digits(text: str, valid: bool) -> None:
    assert is_drawback(text) is valid


@pytest.mark.parametrize(
    ("text", "valid"),
    [("261234567001", True), ("000000000000", True), ("0", True), ("123456", False)],
)
def test_an_export_registration_has_12_digits_or_is_zero(text: str, valid: bool) -> None:
    assert is_registro_de_exportacao(text) is valid
