"""What a run came to, in words: rows for the terminal and for pages, a CSV, a chart."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from decimal import Decimal
from itertools import accumulate, pairwise

from fiscalxml_ops.scaling.chart import Line, Panel, draw
from fiscalxml_ops.scaling.costs import REGION, always_most, cost, month, task_hour
from fiscalxml_ops.scaling.simulation import Run

_BLUE, _GREEN, _ORANGE, _GREY = "#1660a8", "#2a7d2a", "#c66a00", "#777"


def rows(run: Run, region: str = REGION) -> list[tuple[str, str]]:
    """(what, how much), in Portuguese."""
    samples, load = run.samples, run.load
    workers = [each.workers for each in samples]
    api = [each.api for each in samples]
    dollars = cost(run, region)
    total = sum(dollars.values(), Decimal(0))
    return [
        ("duração", duration(load.seconds)),
        ("documentos que chegaram", number(load.documents)),
        ("documentos processados", number(run.processed)),
        ("documentos de lotes recusados (429)", _part(run.refused, load.documents)),
        ("documentos por fazer no fim", number(run.left)),
        (
            "espera de um documento: mediana, p95, a maior",
            ", ".join(
                f"{number(each)} s"
                for each in (run.delays.share(0.5), run.delays.share(0.95), run.delays.longest)
            ),
        ),
        ("fila, a maior", f"{number(max(each.depth for each in samples))} blocos"),
        ("requisições que chegaram", number(load.requests)),
        ("requisições acima da capacidade", _part(run.shed, load.requests)),
        ("workers: menos, média, mais", _three(workers)),
        ("tarefas da API: menos, média, mais", _three(api)),
        ("mudanças do número de workers; da API", f"{changes(workers)}; {changes(api)}"),
        (
            "horas de worker; de máquinas da API",
            f"{_tenths(run.worker_hours)}; {_tenths(run.machine_hours)}",
        ),
        ("horas de worker em spot", _tenths(run.spot_hours)),
        ("custo de workers e da API", f"US$ {money(total)}"),
        ("o mesmo tempo com o máximo ligado", f"US$ {money(always_most(run, region))}"),
        ("um mês assim (730 h)", f"US$ {money(month(run, region))}"),
    ]


def table(run: Run) -> str:
    """The samples as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(asdict(run.samples[0]))
    for each in run.samples:
        writer.writerow(round(value, 3) for value in asdict(each).values())
    return text.getvalue()


def chart(run: Run, region: str = REGION) -> str:
    """What came in, who worked, how long it waited, what it cost so far: SVG."""
    samples = run.samples
    plant = run.plant
    dollars = [float(value) for value in _so_far(run, region)]
    return draw(
        f"Simulação: carga {run.load.name}",
        [each.second for each in samples],
        (
            Panel(
                "chegam por minuto:",
                (
                    Line("documentos", _BLUE, [each.documents for each in samples]),
                    Line("requisições", _ORANGE, [each.requests for each in samples]),
                ),
            ),
            Panel(
                "em serviço:",
                (
                    Line("workers", _BLUE, [each.workers for each in samples], steps=True),
                    Line("tarefas da API", _ORANGE, [each.api for each in samples], steps=True),
                    Line("máquinas", _GREY, [each.machines for each in samples], steps=True),
                ),
                (plant.worker.maximum, f"máximo de workers: {plant.worker.maximum}"),
            ),
            Panel(
                "segundos:",
                (Line("idade do mais antigo", _GREEN, [each.age for each in samples]),),
                (plant.refusing, f"429 acima de {plant.refusing:.0f} s")
                if max(each.age for each in samples) > plant.refusing / 4
                else None,
            ),
            Panel("US$ até aqui:", (Line("workers e API", _BLUE, dollars),)),
        ),
    )


def changes(numbers: list[int]) -> int:
    """How often it became another number."""
    return sum(after != before for before, after in pairwise(numbers))


def number(value: float) -> str:
    """With points between thousands."""
    return f"{value:,.0f}".replace(",", ".")


def money(value: Decimal) -> str:
    """Dollars and cents, as they are written in Brazil."""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def duration(seconds: int) -> str:
    """Hours and minutes."""
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"


def _part(value: float, of: float) -> str:
    share = f"{100 * value / of if of else 0:.2f}".replace(".", ",")
    return f"{number(value)} ({share} %)"


def _three(values: list[int]) -> str:
    return f"{min(values)}, {_tenths(sum(values) / len(values))}, {max(values)}"


def _tenths(value: float) -> str:
    return f"{value:,.1f}".translate(str.maketrans(",.", ".,"))


def _so_far(run: Run, region: str) -> list[Decimal]:
    """The whole cost, spread over the samples by who was at work in each."""
    of_worker, of_machine = (
        task_hour(target, region) for target in (run.plant.worker, run.plant.api)
    )
    shares = [each.workers * of_worker + each.machines * of_machine for each in run.samples]
    a_share = sum(cost(run, region).values(), Decimal(0)) / sum(shares, Decimal(0))
    return [share * a_share for share in accumulate(shares)]
