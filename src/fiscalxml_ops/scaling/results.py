"""`make escala`: ops/scaling/resultados.md and its charts, from runs of the simulator.

Not among what `make operacao` makes, since it takes a minute; the page says of which policies and
rates it is (`digest`), and a test compares.
"""

from __future__ import annotations

import hashlib
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from fiscalxml_ops.scaling import load as loads
from fiscalxml_ops.scaling.costs import REGION, factor, task_hour
from fiscalxml_ops.scaling.limits import (
    DOCUMENTS_PER_USER,
    REQUESTS_PER_ACTIVE,
    active,
    binding,
    limits,
    peak_share,
    users,
)
from fiscalxml_ops.scaling.load import Load
from fiscalxml_ops.scaling.pages import FOLDER, table
from fiscalxml_ops.scaling.plant import Plant
from fiscalxml_ops.scaling.policies import API, TARGETS, WORKER
from fiscalxml_ops.scaling.rates import RATES
from fiscalxml_ops.scaling.reaction import reaction
from fiscalxml_ops.scaling.report import chart, number, rows
from fiscalxml_ops.scaling.simulation import Run, simulate

ROOT: Final = Path(__file__).parents[3]
PAGE: Final = f"{FOLDER}/resultados.md"
_QUIET, _LASTING = 1800, 1200
_SPIKES: Final = (
    *((300_000, 200_000), (380_000, 250_000), (450_000, 300_000), (600_000, 350_000)),
    (900_000, 500_000),
)
"""documents and requests a minute; the second is the slowest to be met of all sizes"""
_SLOWER: Final = ((150_000, 100_000), (225_000, 150_000), (450_000, 250_000))
"""the same where tasks do `factor` of what was measured"""


def digest() -> str:
    """Of the policies, rates and prices that results come from."""
    prices = [str(task_hour(target, REGION)) for target in (API, WORKER)]
    rates = [(each.name, each.value) for each in RATES]
    return hashlib.sha256(repr((TARGETS, rates, prices, factor())).encode()).hexdigest()[:16]


def scenarios() -> dict[str, tuple[str, Load, Plant]]:
    """Name of the chart -> what it is, the load, the plant."""
    bound = binding().minute
    return {
        "diaria": ("um dia útil", loads.daily(200_000, 250_000), Plant()),
        "fim-de-mes": ("três dias na virada do mês", loads.month_end(280_000, 400_000), Plant()),
        "pico": ("dez vezes mais, por 20 minutos", loads.spike(280_000, 400_000), Plant()),
        "pico-sem-banco": (
            "o mesmo com o dobro do que cabe no banco, se ele coubesse",
            loads.spike(2 * bound, 500_000),
            _of_workers(),
        ),
        "sobrecarga": (
            "uma hora de uma vez e meia o que se carrega",
            loads.spike(1.5 * bound, 800_000, lasting=3600),
            Plant(),
        ),
    }


def write(folder: Path) -> None:
    """The page and its charts."""
    folder.mkdir(parents=True, exist_ok=True)
    runs = {name: simulate(load, plant) for name, (_, load, plant) in scenarios().items()}
    for name, run in runs.items():
        (folder / f"{name}.svg").write_text(chart(run), encoding="utf-8")
    (folder / Path(PAGE).name).write_text(page(runs), encoding="utf-8")


_TEXT: Final = """\
# Escala: resultados do simulador

Feita por `make escala` das políticas, medidas e preços de `{digest}`; não edite. Tudo aqui é
simulação: nada rodou na AWS. Custos são de us-east-1, só dos workers e das máquinas da API
(`src/fiscalxml_ops/cost`).

## O que a maior instalação carrega

{limits}

Foi medido em 2 núcleos nossos. Quanto 2 vCPU da AWS fazem disso ninguém mediu: a
[conta](../cost/custo.md) supõe {factor} % (`fator_da_maquina`), e a última coluna é o que cabe
então. O mais desta página é com as taxas como medidas, menos onde se diz.

A arquitetura promete 690 documentos processados e 1.300 validações por minuto, e 10.000 usuários ao
mesmo tempo: o mínimo ligado ({least}) carrega {least_documents} documentos e {least_requests}
validações por minuto.

Quem limita documentos é: {binding}, a que {enough} workers já dão tudo o que aceita; os outros só
adiantam com um banco maior. No minuto mais cheio do mês chegam {share} de cada 10.000
documentos do mês (suposição nossa: a curva de um dia útil, 22 dias úteis, a virada com 2,2 vezes um
dia). Nesse minuto cabem:

{users}

É só do minuto: quem guarda por anos enche antes o disco e a memória do banco, como a
[capacidade](../cost/custo.md#capacidade-com-as-taxas-medidas) diz.

E {active} pessoas ao mesmo tempo, se cada uma faz {requests:g} requisições por minuto (suposto).

## Quanto demora crescer e encolher

Segundos, numa carga que fica dez vezes maior por 20 minutos. *Crescer*: até haver tantas tarefas
quanto a carga pede, ou quanto pode haver; *encolher*: desde que menos de 30 % trabalham. Nestas, o
banco não limita.

{reactions}

## Cargas

{scenarios}

{table}

{charts}
"""


def page(runs: dict[str, Run]) -> str:
    """In Portuguese."""
    plant = Plant()
    what = {name: title for name, (title, _, _) in scenarios().items()}
    cells = {name: dict(rows(run)) for name, run in runs.items()}
    labels = next(iter(cells.values()))
    return _TEXT.format(
        digest=digest(),
        limits=table(
            ("parte", "por minuto, como medido", f"a {100 * factor():g} % disso"),
            [
                (
                    each.part,
                    f"{number(each.minute)} {each.unit}",
                    number(each.minute * factor()),
                )
                for each in limits()
            ],
        ),
        factor=f"{100 * factor():g}",
        least=f"{WORKER.minimum} workers e {API.minimum} tarefas da API",
        least_documents=number(WORKER.minimum * plant.worker_documents),
        least_requests=number(API.minimum * plant.api_requests),
        binding=binding().part,
        enough=math.ceil(binding().minute / plant.worker_documents),
        share=f"{1e4 * peak_share():.2f}".replace(".", ","),
        users=table(
            ("documentos de um usuário por mês (suposto)", "usuários"),
            [(number(each), number(users(each))) for each in DOCUMENTS_PER_USER],
        ),
        active=number(active()),
        requests=REQUESTS_PER_ACTIVE,
        reactions=table(
            (
                "documentos/min; requisições/min no pico",
                *("workers: crescer", "encolher", "API: crescer", "encolher", "máquinas"),
                "taxas",
            ),
            [
                *(_spike(*each, 1.0) for each in _SPIKES),
                *(_spike(*each, factor()) for each in _SLOWER),
            ],
        ),
        scenarios="\n".join(f"- `{name}`: {title}" for name, title in what.items()),
        table=table(("", *runs), [(row, *(cells[name][row] for name in runs)) for row in labels]),
        charts="\n\n".join(f"![{title}]({name}.svg)" for name, title in what.items()),
    )


def _of_workers(share: float = 1.0) -> Plant:
    """Nothing else limits; tasks do this share of what was measured."""
    plant = Plant()
    return replace(
        plant,
        database_documents=float("inf"),
        opening_documents=float("inf"),
        worker_documents=share * plant.worker_documents,
        api_requests=share * plant.api_requests,
    )


def _spike(documents: float, requests: float, share: float) -> tuple[str, ...]:
    load = loads.spike(documents, requests, quiet=_QUIET, lasting=_LASTING)
    found = reaction(simulate(load, _of_workers(share)), _QUIET, _QUIET + _LASTING)
    seconds = (
        *(found.workers_out, found.workers_in),
        *(found.api_out, found.api_in, found.machines_in),
    )
    return (
        f"{number(documents)}; {number(requests)}",
        *("—" if each is None else str(each) for each in seconds),
        "como medidas" if share == 1 else f"a {100 * share:g} %",
    )


if __name__ == "__main__":
    write(ROOT / FOLDER)
    sys.exit(0)
