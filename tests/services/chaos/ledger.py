"""What was accepted, against what the service has in the end."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from .cargo import Arquivo, Carga, Documento
from .sender import Remetente
from .system import Sistema

_READERS: Final = 8
_FIRST: Final = ("aceito", "invalido")
"""outcomes of a document that was not there"""


@dataclass
class Livro:
    """What the service has said yes to."""

    lotes: list[tuple[str, list[Arquivo]]] = field(default_factory=list)
    avulsos: list[tuple[Documento, int, dict[str, Any]]] = field(default_factory=list)
    """document, status, answer"""


class Conferencia:
    """Holds the service to the book. Every check raises AssertionError."""

    def __init__(self, sistema: Sistema, carga: Carga, livro: Livro) -> None:
        self._sistema = sistema
        self._remetente = Remetente(sistema.base, sistema.chave, _READERS)
        self._carga = carga
        self._livro = livro
        self._outcomes: Counter[str] = Counter()
        self._firsts: Counter[Documento] = Counter()
        self._ids: dict[Documento, set[str]] = {}

    def check(self) -> None:
        """All of it."""
        assert len(self._livro.lotes) == len(self._carga.lotes)
        assert len(self._livro.avulsos) == len(self._carga.avulsos)
        for lote, arquivos in self._livro.lotes:
            self._check_lote(lote, arquivos)
        for documento, status, answer in self._livro.avulsos:
            self._check_single(documento, status, answer)
        self._check_totals()
        self._check_copies()
        self._check_rows()

    def _check_lote(self, lote: str, arquivos: list[Arquivo]) -> None:
        found = self._remetente.json(f"/v1/lotes/{lote}")
        assert found["situacao"] == "concluido", found
        itens = list(self._items(lote))
        contagens = Counter(item["desfecho"] for item in itens)
        assert found["contagens"] == {name: contagens[name] for name in found["contagens"]}
        assert found["total"] == found["arquivos"] == len(itens) == len(arquivos), found
        assert [(item["indice"], item["parte"]) for item in itens] == [
            (place, 0) for place in range(len(arquivos))
        ]
        for item, arquivo in zip(itens, arquivos, strict=True):
            assert item["nome"] == arquivo.nome
            self._note(arquivo.documento, item["desfecho"], item.get("documento"))
            if arquivo.documento is None:
                assert item["desfecho"] == arquivo.desfecho, item

    def _items(self, lote: str) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            page = self._remetente.json(f"/v1/lotes/{lote}/itens?limite=50{cursor}")
            yield from page["itens"]
            if page["proximo"] is None:
                return
            cursor = f"&cursor={page['proximo']}"

    def _check_single(self, documento: Documento, status: int, answer: dict[str, Any]) -> None:
        assert status == (200 if answer["desfecho"] == "duplicado" else 201), answer
        self._note(documento, answer["desfecho"], answer["id"])

    def _note(self, documento: Documento | None, desfecho: str, ident: str | None) -> None:
        self._outcomes[desfecho] += 1
        if documento is None:
            return
        first = "aceito" if documento.valido else "invalido"
        assert desfecho in (first, "duplicado"), (desfecho, documento.chave)
        assert ident is not None
        self._firsts[documento] += desfecho in _FIRST
        self._ids.setdefault(documento, set()).add(ident)

    def _check_totals(self) -> None:
        documentos = self._carga.documentos
        assert self._outcomes.total() == self._carga.arquivos + len(self._carga.avulsos)
        assert self._firsts == Counter(documentos), "one of its copies is the first, the others not"
        assert all(len(ids) == 1 for ids in self._ids.values())

    def _check_copies(self) -> None:
        """Through the API, each under the name that its users have for it."""
        with ThreadPoolExecutor(_READERS) as readers:
            wrong = [
                documento.chave
                for documento, same in zip(
                    self._ids, readers.map(self._same_copy, self._ids), strict=True
                )
                if not same
            ]
        assert not wrong, wrong[:5]

    def _same_copy(self, documento: Documento) -> bool:
        (ident,) = self._ids[documento]
        name = ident if documento.evento else documento.chave
        copy = self._remetente.get(f"/v1/documentos/{name}/xml")
        assert copy.status_code == 200, copy.text
        return hashlib.sha256(copy.content).hexdigest() == documento.sha256

    def _check_rows(self) -> None:
        """In the database: no more and no less than that."""
        documentos = self._carga.documentos
        (row,) = self._sistema.rows(
            "SELECT count(*) AS todos, count(*) FILTER (WHERE vigente) AS vigentes,"
            " count(DISTINCT identidade) AS identidades FROM documentos"
        )
        assert tuple(row) == (len(documentos),) * 3
        stored = {row[0].hex() for row in self._sistema.rows("SELECT sha256 FROM documentos")}
        assert stored == {documento.sha256 for documento in documentos}
        (validacoes,) = self._sistema.rows("SELECT count(*) FROM validacoes")
        assert validacoes[0] == len(documentos)
        open_jobs = self._sistema.rows(
            "SELECT * FROM jobs WHERE situacao NOT IN ('feito', 'dividido')"
        )
        assert not open_jobs
        (lotes,) = self._sistema.rows("SELECT count(*) FROM lotes")
        assert lotes[0] == len(self._carga.lotes)
        (itens,) = self._sistema.rows("SELECT count(*) FROM lote_itens")
        assert itens[0] == self._carga.arquivos
