"""What people look for in lines: conditions, columns, groups. `kibana` makes objects of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fiscalxml_server.webhooks.entregador.tracing import ACTION

SLOW_NANOSECONDS: Final = 100_000_000
"""of a request: our objective, 0.1 s"""


@dataclass(frozen=True)
class Condicao:
    """That a field is one of these values, or a number `acima` this one."""

    campo: str
    valores: tuple[str, ...] = ()
    acima: int | None = None

    def holds(self, line: Mapping[str, Any]) -> bool:
        """Of a line as a service writes it."""
        value = line.get(self.campo)
        if self.acima is None:
            return value in self.valores
        return isinstance(value, int) and value > self.acima

    def __str__(self) -> str:
        """In KQL."""
        if self.acima is not None:
            return f"{self.campo} > {self.acima}"
        return f"{self.campo}: ({' or '.join(self.valores)})"


Filtro = Sequence[Condicao]
"""all of them"""


def kql(filtro: Filtro) -> str:
    """As Kibana reads it."""
    return " and ".join(map(str, filtro))


@dataclass(frozen=True, kw_only=True)
class Busca:
    """A saved search. `colunas`: fields."""

    id: str
    titulo: str
    descricao: str
    filtro: Filtro
    colunas: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Tabela:
    """Counts of what a search finds, by fields; with a percentile of one where there is one."""

    id: str
    titulo: str
    filtro: Filtro
    por: Sequence[str]
    percentil: str | None = None


_OF_ACCESS: Final = Condicao("event.dataset", ("fiscalxml.access",))
ERROS: Final = (Condicao("log.level", ("error", "critical")),)
LENTAS: Final = (_OF_ACCESS, Condicao("event.duration", acima=SLOW_NANOSECONDS))
RECUSADAS: Final = (_OF_ACCESS, Condicao("http.response.status_code", acima=399))
ENTREGAS: Final = (
    Condicao("event.action", (ACTION,)),
    Condicao("event.outcome", ("failure",)),
)
_REQUEST: Final = (
    "service.name",
    "http.request.method",
    "url.path",
    "http.response.status_code",
    "event.duration",
    "organization.id",
    "http.request.id",
    "trace.id",
)
BUSCAS: Final = (
    Busca(
        id="fiscalxml-erros",
        titulo="Erros dos serviços",
        descricao="O que falhou sem ser culpa de quem pediu",
        filtro=ERROS,
        colunas=("service.name", "message", "error.type", "log.logger", "trace.id"),
    ),
    Busca(
        id="fiscalxml-lentas",
        titulo="Requisições lentas",
        descricao="Acima do objetivo de 100 ms",
        filtro=LENTAS,
        colunas=_REQUEST,
    ),
    Busca(
        id="fiscalxml-recusadas",
        titulo="Requisições recusadas",
        descricao="Respostas 4xx e 5xx",
        filtro=RECUSADAS,
        colunas=_REQUEST,
    ),
    Busca(
        id="fiscalxml-entregas",
        titulo="Entregas de webhook que falharam",
        descricao="Cada tentativa que o destino não aceitou, ou que não chegou a ele",
        filtro=ENTREGAS,
        colunas=(
            "organization.id",
            "fiscalxml.webhook.id",
            "fiscalxml.notification.id",
            "fiscalxml.delivery.attempt",
            "error.type",
            "event.duration",
            "trace.id",
        ),
    ),
)
TABELAS: Final = (
    Tabela(
        id="fiscalxml-tabela-erros",
        titulo="Erros por serviço e tipo",
        filtro=ERROS,
        por=("service.name", "error.type"),
    ),
    Tabela(
        id="fiscalxml-tabela-lentas",
        titulo="Rotas: p95 da duração (ns)",
        filtro=(_OF_ACCESS,),
        por=("service.name", "url.path"),
        percentil="event.duration",
    ),
    Tabela(
        id="fiscalxml-tabela-recusadas",
        titulo="Respostas 4xx e 5xx por rota",
        filtro=RECUSADAS,
        por=("url.path", "http.response.status_code"),
    ),
    Tabela(
        id="fiscalxml-tabela-entregas",
        titulo="Entregas que falham, por webhook e motivo",
        filtro=ENTREGAS,
        por=("fiscalxml.webhook.id", "error.type"),
    ),
)
