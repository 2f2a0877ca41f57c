"""docs/auditoria.md: every action is explained, and its worked example is the real format."""

from __future__ import annotations

import hashlib
import re

from scripts.build_audit_page import PUBLISHED, page

from fiscalxml_server.kit.audit import Acao

TEXT = PUBLISHED.read_text(encoding="utf-8")


def test_the_page_is_what_the_code_says() -> None:
    assert page() == TEXT, "run `make auditoria`"


def test_every_action_is_explained_in_a_sentence() -> None:
    for each in Acao:
        assert each.descricao.endswith("."), each
        assert f"| `{each.value}` |" in TEXT


def test_actions_are_in_order_and_named_alike() -> None:
    values = [each.value for each in Acao]
    assert values == sorted(values)
    for each in Acao:
        assert each.name == each.value.upper().replace(".", "_")


def test_the_parts_of_the_example_make_its_hash() -> None:
    block = TEXT.split("```\n")[1]
    found = hashlib.sha256(bytes.fromhex("".join(block.split()))).hexdigest()
    told = re.search(r"\| `elo` \| `([0-9a-f]{64})` \|", TEXT)
    assert told is not None
    assert told[1] == found
