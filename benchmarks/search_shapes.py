"""The shapes of searches and of sums that are measured: what people ask, and what is hard."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncpg

from fiscalxml_server.api.documentos.filters import Filtro
from fiscalxml_server.api.documentos.pages import Ordem
from fiscalxml_server.api.documentos.totals import Grupo


@dataclass(frozen=True)
class Amostra:
    """An organisation, and values that its documents have."""

    id: UUID
    documentos: int
    rows: Sequence[Mapping[str, Any]]
    """some of its documents, at random"""
    common: Mapping[str, str]
    """kind of party -> who it mostly is"""

    def pick(self, rng: random.Random, name: str) -> Any:
        """A value that some document has in this column."""
        return rng.choice([row[name] for row in self.rows if row[name] is not None])

    def month(self, rng: random.Random) -> tuple[datetime, datetime]:
        """Thirty days around some document."""
        middle: datetime = self.pick(rng, "data")
        return middle - timedelta(days=15), middle + timedelta(days=15)


@dataclass(frozen=True)
class Forma:
    """A shape: what it is called, and a filter of it."""

    nome: str
    filtro: Callable[[Amostra, random.Random], Filtro]
    ordem: Ordem = "-data"
    funda: bool = False
    """a page from the middle"""


@dataclass(frozen=True)
class Soma:
    """A shape of sums."""

    nome: str
    por: tuple[Grupo, ...]
    filtro: Callable[[Amostra, random.Random], Filtro]


async def sample(admin: asyncpg.Connection, rank: int) -> Amostra:
    """The organisation of this rank by size."""
    row = await admin.fetchrow(
        "SELECT id, documentos FROM amostra ORDER BY documentos DESC OFFSET $1 LIMIT 1", rank
    )
    rows = await admin.fetch(
        "SELECT * FROM documentos TABLESAMPLE BERNOULLI ($2) WHERE organizacao = $1 LIMIT 2000",
        row["id"],
        min(100.0, 100 * 2000 / row["documentos"]),
    )
    common = {
        side: await admin.fetchval(
            f"SELECT {side} FROM documentos WHERE organizacao = $1 AND {side} IS NOT NULL"  # noqa: S608
            " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
            row["id"],
        )
        for side in ("emitente", "destinatario")
    }
    return Amostra(row["id"], row["documentos"], rows, common)


def _fixed(**values: Any) -> Callable[[Amostra, random.Random], Filtro]:
    return lambda _, __: Filtro(**values)


def _month(**values: Any) -> Callable[[Amostra, random.Random], Filtro]:
    def filtro(amostra: Amostra, rng: random.Random) -> Filtro:
        de, ate = amostra.month(rng)
        return Filtro(emissao_de=de, emissao_ate=ate, **values)

    return filtro


def _picked(*names: str, **values: Any) -> Callable[[Amostra, random.Random], Filtro]:
    def filtro(amostra: Amostra, rng: random.Random) -> Filtro:
        picked: dict[str, Any] = {name: (amostra.pick(rng, name),) for name in names}
        return Filtro(**picked, **values)

    return filtro


def _word(letter: str, first: int, last: int, **values: Any) -> Callable[..., Filtro]:
    """Of the words of a letter, the lower numbers are the more frequent."""
    return lambda _, rng: Filtro(palavras=(f"{letter}{rng.randint(first, last)}",), **values)


BUSCAS: Final = (
    Forma("sem filtro", _fixed()),
    Forma("página funda", _fixed(), funda=True),
    Forma("um mês", _month()),
    Forma("um mês, do mais antigo", _month(), "data"),
    Forma("emitente de muitos", lambda a, _: Filtro(emitente=(a.common["emitente"],))),
    Forma("emitente qualquer", _picked("emitente")),
    Forma(
        "emitente de poucos",
        lambda a, _: Filtro(emitente=(max(r["emitente"] for r in a.rows if r["emitente"]),)),
    ),
    Forma("emitente sem nenhum", _fixed(emitente=("99999999999999",))),
    Forma("raiz da própria empresa", lambda a, _: Filtro(emitente=(a.common["emitente"][:8],))),
    Forma(
        "raiz de uma parceira", lambda a, r: Filtro(destinatario=(a.pick(r, "destinatario")[:8],))
    ),
    Forma(
        "participante qualquer", (lambda a, r: Filtro(participante=(a.pick(r, "destinatario"),)))
    ),
    Forma("emitente × destinatário", _picked("emitente", "destinatario")),
    Forma(
        "emitente × destinatário, nunca juntos",
        lambda a, _: Filtro(
            emitente=(a.common["emitente"],), destinatario=(a.common["destinatario"],)
        ),
    ),
    Forma("número", _picked("numero")),
    Forma("chave", _picked("chave")),
    Forma("valor alto", _fixed(valor_min=5_000_000)),
    Forma("valor que ninguém tem", _fixed(valor_min=10**12)),
    Forma("faixa de valor, do maior", _fixed(valor_min=10_000, valor_max=20_000), "-valor"),
    Forma("maiores valores de um mês", _month(), "-valor"),
    Forma("canceladas", _fixed(situacao=("cancelado",))),
    Forma("situação que ninguém tem", _fixed(situacao=("denegado",))),
    Forma("inválidas de um mês", _month(veredito=("invalido",))),
    Forma(
        "tipo × série × situação × valor",
        _fixed(tipo=("cte",), serie=(3,), situacao=("cancelado",), valor_min=100_000),
    ),
    Forma("CFOP de muitos", _fixed(cfop=("5102",))),
    Forma("CFOP de poucos", _fixed(cfop=("7102",))),
    Forma("vários CFOP, de muitos", _fixed(cfop=("5102", "6102"))),
    Forma("vários CFOP, de poucos", _fixed(cfop=("5202", "7102"))),
    Forma("vários CFOP × palavra de poucos", _word("e", 3000, 3990, cfop=("5102", "6102"))),
    Forma("vários CFOP × emitente", _picked("emitente", cfop=("5102", "6102"))),
    Forma("vários códigos de achado", _fixed(codigo=("600", "650", "690"))),
    Forma("começo de CFOP", _fixed(cfop=("51",))),
    Forma("CFOP × emitente", _picked("emitente", cfop=("6102",))),
    Forma("NCM", _fixed(ncm=("79800010",))),
    Forma("capítulo de NCM", _fixed(ncm=("10",))),
    Forma("CST de ICMS", _fixed(tributo=("icms:20",))),
    Forma("cClassTrib", _fixed(cclasstrib=("000038",))),
    Forma("com IPI, um mês", _month(tributo=("ipi",))),
    Forma("código de achado", _fixed(codigo=("650",))),
    Forma("palavra de muitos", _word("a", 0, 3)),
    Forma("palavra de poucos", _word("e", 3000, 3990)),
    Forma("palavra de ninguém", _fixed(palavras=("inexistente",))),
    Forma(
        "duas palavras",
        lambda _, r: Filtro(palavras=(f"c{r.randint(0, 30)}", f"d{r.randint(0, 30)}")),
    ),
    Forma(
        "três palavras",
        lambda _, r: Filtro(
            palavras=(f"a{r.randint(0, 5)}", f"b{r.randint(0, 5)}", f"e{r.randint(0, 3990)}")
        ),
    ),
    Forma(
        "palavra de muitos × palavra de poucos",
        lambda _, r: Filtro(palavras=("a0", f"e{r.randint(3000, 3990)}")),
    ),
    Forma("começo de palavra", (lambda _, r: Filtro(palavras=(f"e{r.randint(10, 39)}*",)))),
    Forma(
        "palavra de poucos, um mês, do mais antigo",
        lambda a, r: Filtro(palavras=(f"e{r.randint(3000, 3990)}",), emissao_de=a.month(r)[0]),
        "data",
    ),
    Forma(
        "palavra × valor × situação", _word("b", 0, 9, valor_min=1_000_000, situacao=("cancelado",))
    ),
    Forma("palavra de muitos, do maior valor", _word("a", 0, 3), "-valor"),
    Forma("com cancelamento", _fixed(evento=("110111",))),
    Forma("eventos de cancelamento", _fixed(tipo=("evento",), evento=("110111",))),
    Forma(
        "recebidas no último dia",
        lambda a, _: Filtro(
            recebido_de=max(row["recebido_em"] for row in a.rows) - timedelta(days=1)
        ),
    ),
)

SOMAS: Final = (
    Soma("tudo", (), _fixed()),
    Soma("por mês", ("mes",), _fixed()),
    Soma("por dia", ("dia",), _fixed()),
    Soma("por situação", ("situacao",), _fixed()),
    Soma("por veredito", ("veredito",), _fixed()),
    Soma("por tipo e situação", ("tipo", "situacao"), _fixed()),
    Soma("por mês e situação", ("mes", "situacao"), _fixed()),
    Soma("por emitente", ("emitente",), _fixed()),
    Soma("por destinatário", ("destinatario",), _fixed()),
    Soma("por emitente e situação", ("emitente", "situacao"), _fixed()),
    Soma("um mês, por dia", ("dia",), _month()),
    Soma(
        "emitente de muitos, por mês",
        ("mes",),
        lambda a, _: Filtro(emitente=(a.common["emitente"],)),
    ),
    Soma("emitente qualquer, por mês", ("mes",), _picked("emitente")),
    Soma("CFOP de muitos, por mês", ("mes",), _fixed(cfop=("5102",))),
    Soma("palavra de muitos, por emitente", ("emitente",), _word("a", 0, 3)),
    Soma("código de achado, por mês", ("mes",), _fixed(codigo=("200",))),
    Soma("com cancelamento, por mês", ("mes",), _fixed(evento=("110111",))),
)
