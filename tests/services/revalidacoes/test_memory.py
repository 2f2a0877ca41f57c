"""However many documents there are, a plan holds one stretch of them."""

from __future__ import annotations

import tracemalloc
from uuid import UUID

from benchmarks.many_documents import multiply

from services.servico import Servico

from .asking import ask, get, rows, same

MEGABYTE = 1024 * 1024
MANY = 30_000


def test_a_plan_of_many_documents_takes_the_memory_of_a_stretch(
    servico: Servico, banco: str
) -> None:
    first = servico.request("POST", "/v1/documentos", content=same(1)).json()["id"]
    servico.run(multiply(banco, servico.organizacao, UUID(first), MANY - 1))
    asked = ask(servico)
    tracemalloc.start()
    servico.work_once()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    planned = get(servico, asked.headers["location"])
    assert (planned["situacao"], planned["total"]) == ("processando", MANY)
    assert peak < 8 * MEGABYTE
    blocks = "SELECT sum(length(documentos)) / 16 AS n FROM revalidacao_blocos"
    assert rows(servico, blocks) == [{"n": MANY}]
