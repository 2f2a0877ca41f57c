"""Documents: real ones through the service, and more rows and objects made of them.

A pack is sealed for its organisation and not for its name, so a copy of the object under another
name, and rows that point into it, are documents that read as the first ones do.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import obstore

from fiscalxml.generator import Pedido, generate
from services.chaos.sender import Remetente
from services.servico import zipped

from .buckets import DOCUMENTOS, Baldes
from .servers import Banco

_PER_LOTE: Final = 2000
_AT_ONCE: Final = 16
_NAMES: Final = """
SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
_ANOTHER: Final = "(left({0}::text, 24) || left(md5({0}::text || n), 12))::uuid"
"""an id that follows from the first one, and sorts beside it"""
_CHANGED: Final = {
    "documentos": {
        "id": _ANOTHER.format("id"),
        "identidade": "identidade || ':' || n",
        "objeto": "objeto || '.' || n",
        "validacao": _ANOTHER.format("validacao"),
    },
    "validacoes": {"id": _ANOTHER.format("id"), "documento": _ANOTHER.format("documento")},
}
"""what another copy of a row has of its own"""


def send(base: str, chave: str, documents: int, semente: int) -> None:
    """So many real ones, in lotes, each of which has ended. AssertionError where one has not."""
    remetente = Remetente(base, chave)
    drawn = (each.xml for each in generate(Pedido(quantidade=documents, semente=semente)))
    lotes = []
    while some := list(itertools.islice(drawn, _PER_LOTE)):
        archive = zipped({f"{place:06}.xml": each for place, each in enumerate(some)})
        sent = remetente.send("/v1/lotes", archive, "application/zip")
        assert sent.status_code == 202, sent.text
        lotes.append(sent.json()["id"])
    for lote in lotes:
        assert remetente.ended(lote)["situacao"] == "concluido"


def multiply(banco: Banco, baldes: Baldes, times: int) -> None:
    """Each document so many times more: row, validation, and copy in an object of its own."""
    store = baldes.store(DOCUMENTOS)
    objetos = [row[0] for row in banco.rows("SELECT DISTINCT objeto FROM documentos")]
    wanted = [(objeto, f"{objeto}.{again}") for objeto in objetos for again in range(1, times + 1)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(lambda pair: obstore.copy(store, *pair), wanted):
            pass
    for tabela, changed in _CHANGED.items():
        (names,) = banco.rows(_NAMES, tabela)[0]
        values = ", ".join(changed.get(name, name) for name in names)
        banco.rows(
            f"INSERT INTO {tabela} ({', '.join(names)})"  # noqa: S608 - names of our own tables
            f" SELECT {values} FROM {tabela}, generate_series(1, {times}) AS n"
        )
    banco.rows("ANALYZE documentos")
    banco.rows("ANALYZE validacoes")
