"""Names of files in answers come from documents, and are only names."""

from __future__ import annotations

import pytest

from fiscalxml_server.kit.http.answers import disposition


@pytest.mark.parametrize(
    ("nome", "shown"),
    [
        ("35261112345678000195.pdf", "35261112345678000195.pdf"),
        ('a"; filename="b.exe', "a___filename__b.exe"),
        ("../../etc/passwd\r\nX: y", ".._.._etc_passwd__X__y"),
        ("ação\u202efdp.exe", "a__o_fdp.exe"),
        ("9" * 500 + ".pdf", "9" * 116 + ".pdf"),
    ],
)
def test_a_name_keeps_to_its_quotes_and_its_folder(nome: str, shown: str) -> None:
    assert disposition(nome) == f'inline; filename="{shown}"'
