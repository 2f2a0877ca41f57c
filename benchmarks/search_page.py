"""The page that tells how searches did: figures, and the plan of each shape."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

BUSCA_MS: Final = 50
SOMA_MS: Final = 300


@dataclass
class Tempos:
    """Seconds of each time: by the clock of the client, and on the processor in the server."""

    relogio: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass
class Medida:
    """A shape that was measured."""

    nome: str
    soma: bool
    tempos: dict[str, Tempos] = field(default_factory=dict)
    """by organisation"""
    plano: str = ""

    def line(self) -> str:
        """In one line, in milliseconds: median and p95 of the clock, p95 of the processor."""
        told = (
            f"{name} {p50(each.relogio):.1f} / {p95(each.relogio):.1f} / {p95(each.cpu):.1f}"
            for name, each in self.tempos.items()
        )
        return f"{self.nome}: {', '.join(told)}"


def p50(seconds: Sequence[float]) -> float:
    """The median in milliseconds."""
    return statistics.median(seconds) * 1000


def p95(seconds: Sequence[float]) -> float:
    """The 95th percentile in milliseconds."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1] * 1000


def write_page(
    path: Path, medidas: Sequence[Medida], escrita: Mapping[str, Tempos], tamanho: str
) -> None:
    """Write the page. `escrita`: database -> times of one note, of each block."""
    parts = [_INTRO.format(tamanho=tamanho, dia=datetime.now(UTC).date())]
    parts.append(_table("Buscas", medidas, soma=False))
    parts.append(_table("Somas", medidas, soma=True))
    parts.append(_writing(escrita))
    parts.append("## Planos\n\nCada forma na maior organização, como o papel do serviço.\n")
    parts += [_plan(medida) for medida in medidas]
    path.write_text("\n".join(parts), encoding="utf-8")


def _table(title: str, medidas: Sequence[Medida], *, soma: bool) -> str:
    chosen = [each for each in medidas if each.soma == soma]
    names = list(chosen[0].tempos)
    limit = SOMA_MS if soma else BUSCA_MS
    lines = [
        f"## {title}\n",
        f"Milissegundos: mediana / p95 do relógio / p95 do processador. A meta é p95 < {limit}.\n",
        f"| forma | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
    ]
    for each in chosen:
        cells = (_cell(each.tempos[name], limit) for name in names)
        lines.append(f"| {each.nome} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(tempos: Tempos, limit: float) -> str:
    values = (p50(tempos.relogio), p95(tempos.relogio), p95(tempos.cpu))
    return " / ".join(f"{each:.1f}" if each < limit else f"**{each:.1f}**" for each in values)


def _writing(escrita: Mapping[str, Tempos]) -> str:
    empty, full = escrita.values()
    figures = {
        name: statistics.median(times) * 1e6
        for name, times in (
            *(("vazio", empty.relogio), ("cheio", full.relogio)),
            *(("vazio_cpu", empty.cpu), ("cheio_cpu", full.cpu)),
        )
    }
    more = (figures["cheio_cpu"] / figures["vazio_cpu"] - 1) * 100
    return _ESCRITA.format(**figures, mais=more)


def _plan(medida: Medida) -> str:
    return f"### {medida.nome}\n\n```\n{medida.plano}\n```\n"


_INTRO = """\
# A busca, medida

Página escrita por `python -m benchmarks.search` em {dia}, em uma máquina de 2 núcleos que outros
processos também usavam. {tamanho}

Cada vez é uma transação do papel `fiscalxml_api` sob row-level security, com outros valores. O
relógio vai do cliente ao cliente e conta a espera pelos processos vizinhos; o processador é só o
do processo do PostgreSQL que atende (nas somas, sem os seus dois ajudantes): o que uma máquina
livre levaria.

Nenhum operador do caminho deixa de ser *leakproof* (texto, bigint, uuid e timestamptz por igualdade
ou faixa), e por isso os índices valem sob RLS; `numeric`, `LIKE`, `@>` e `@@` não são.
"""
_ESCRITA = """\
## Gravação

O caminho de verdade de um lote (documentos, validações, partes, termos) em blocos de 200 notas
geradas e julgadas antes, alternando entre um banco vazio e o cheio (na maior organização). Mediana
por nota: {vazio_cpu:.0f} µs do processador no PostgreSQL vazio, {cheio_cpu:.0f} µs no cheio
({mais:+.0f} %); pelo relógio, com os vizinhos, {vazio:.0f} e {cheio:.0f} µs.
"""
