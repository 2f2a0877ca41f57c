"""Every file of the corpus in one lote."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest

from corpus.manifest import needs_corpus, rows
from fiscalxml.process import Processado, process_all
from services.servico import ZIP, Servico, zipped

from .sending import post, read

pytestmark = needs_corpus


@pytest.fixture(scope="module")
def lote(servico: Servico) -> dict[str, Any]:
    sent = post(servico, zipped({row.file: row.data for row in rows()}), ZIP)
    assert sent.status_code == 202
    servico.work()
    return read(servico, sent.json()["id"])


@pytest.fixture(scope="module")
def items(servico: Servico, lote: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """file -> its items."""
    found = defaultdict(list)
    path, cursor = f"/v1/lotes/{lote['id']}/itens?limite=1000", ""
    while True:
        page = servico.request("GET", path + cursor).json()
        for item in page["itens"]:
            found[item["nome"]].append(item)
        if page["proximo"] is None:
            return found
        cursor = f"&cursor={page['proximo']}"


@pytest.fixture(scope="module")
def judged() -> dict[str, list[Processado]]:
    """file -> what the core makes of it, as the command would report it."""
    return {row.file: list(process_all(row.data, arquivo=row.file)) for row in rows()}


def test_every_file_has_its_outcomes_and_the_lote_concludes(
    lote: dict[str, Any], items: dict[str, list[dict[str, Any]]]
) -> None:
    assert lote["situacao"] == "concluido"
    assert lote["arquivos"] == len(rows()) == len(items)
    outcomes = Counter(item["desfecho"] for each in items.values() for item in each)
    assert {k: v for k, v in lote["contagens"].items() if v} == outcomes
    assert lote["total"] == outcomes.total()
    assert outcomes["falha"] == 0


def test_kinds_and_verdicts_are_those_of_the_command(
    items: dict[str, list[dict[str, Any]]], judged: dict[str, list[Processado]]
) -> None:
    for file, found in judged.items():
        reports = [each.report for each in found]
        assert [(item["tipo"], item["veredito"], item.get("chave")) for item in items[file]] == [
            (report.documento.tipo, report.veredito, report.documento.chave) for report in reports
        ], file


def test_each_stored_copy_equals_its_file(
    servico: Servico, items: dict[str, list[dict[str, Any]]], judged: dict[str, list[Processado]]
) -> None:
    """Or what the core took out of it, where the file is a container.

    Of several files with one content, the best copy is the document's.
    """
    came: dict[str, list[bytes]] = defaultdict(list)
    for row in rows():
        for item, found in zip(items[row.file], judged[row.file], strict=True):
            if "documento" in item:
                came[item["documento"]].append(found.conteudo or row.data)
    for documento, copies in came.items():
        kept = servico.request("GET", f"/v1/documentos/{documento}/xml")
        assert kept.content in copies, documento
    assert sum(len(copies) == 1 for copies in came.values()) > 800


def test_the_same_lote_again_brings_nothing_new(servico: Servico, lote: dict[str, Any]) -> None:
    sent = post(servico, zipped({row.file: row.data for row in rows()}), ZIP)
    servico.work()
    again = read(servico, sent.json()["id"])
    counts, before = again["contagens"], lote["contagens"]
    assert counts["duplicado"] == sum(
        before[k] for k in ("aceito", "invalido", "duplicado", "conflito")
    )
    assert counts["ilegivel"] == before["ilegivel"]
    assert again["total"] == lote["total"]
