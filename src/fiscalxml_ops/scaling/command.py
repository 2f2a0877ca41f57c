"""`fiscalxml-ops escala`."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from fiscalxml_ops.cost.prices import REGIOES
from fiscalxml_ops.scaling import load as loads
from fiscalxml_ops.scaling.costs import REGION, factor
from fiscalxml_ops.scaling.limits import limits
from fiscalxml_ops.scaling.load import CargaInvalida, Load
from fiscalxml_ops.scaling.plant import Plant
from fiscalxml_ops.scaling.policies import WORKER
from fiscalxml_ops.scaling.publishing import EVERY
from fiscalxml_ops.scaling.recording import NaoGravou, record
from fiscalxml_ops.scaling.report import chart, number, rows, table
from fiscalxml_ops.scaling.simulation import simulate

CURVES: Final[Mapping[str, Callable[[float, float], Load]]] = {
    "diaria": loads.daily,
    "fim-de-mes": loads.month_end,
    "pico": loads.spike,
    "constante": loads.constant,
}


class Numero(click.FloatRange):
    """In its range, and no NaN, which every range has in it."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        found: float = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value} não é um número", param, ctx)
        return found


_FILE: Final = click.Path(dir_okay=False, path_type=Path)
_FOLDER: Final = click.Path(file_okay=False, path_type=Path)


@click.group()
def escala() -> None:
    """Quantas tarefas rodam: a medida, as políticas e o simulador."""


@escala.command()
@click.option(
    "--carga",
    default="diaria",
    show_default=True,
    metavar="NOME|ARQUIVO",
    help="diaria, fim-de-mes, pico (dez vezes por 20 min), constante; ou um CSV com as colunas "
    "segundo, documentos, requisicoes.",
)
@click.option(
    "--documentos",
    type=Numero(min=0),
    default=250_000,
    show_default=True,
    help="De lotes, por minuto, no ponto mais alto da curva.",
)
@click.option(
    "--requisicoes",
    type=Numero(min=0),
    default=200_000,
    show_default=True,
    help="Por minuto, no ponto mais alto da curva.",
)
@click.option(
    "--lote",
    type=Numero(min=1),
    default=1000,
    show_default=True,
    help="Documentos de um lote, que chegam de uma vez.",
)
@click.option(
    "--banco",
    type=Numero(min=0, min_open=True),
    help="Documentos por minuto que o banco grava; sem a opção, os do db.r5.xlarge, como medido.",
)
@click.option("--spot", is_flag=True, help="Metade dos workers acima do mínimo em spot.")
@click.option(
    "--interrupcao-spot",
    type=click.IntRange(min=1),
    metavar="SEGUNDO",
    help="Quando todas as tarefas spot são tomadas de uma vez.",
)
@click.option("--regiao", type=click.Choice(REGIOES), default=REGION, show_default=True)
@click.option("--saida", type=_FOLDER, help="Pasta para o gráfico (SVG) e as amostras (CSV).")
def simular(
    carga: str,
    documentos: float,
    requisicoes: float,
    lote: float,
    banco: float | None,
    spot: bool,
    interrupcao_spot: int | None,
    regiao: str,
    saida: Path | None,
) -> None:
    """Passa uma carga pelas mesmas políticas que a nuvem recebe, segundo por segundo."""
    plant = Plant(
        lote=lote, spot=spot or interrupcao_spot is not None, interruption=interrupcao_spot
    )
    if banco is not None:
        plant = replace(plant, database_documents=banco)
    run = simulate(_load(carga, documentos, requisicoes), plant)
    found = rows(run, regiao)
    width = max(len(what) for what, _ in found)
    for what, how_much in found:
        click.echo(f"{what:<{width}}  {how_much}")
    if saida is not None:
        made = {
            saida / f"{run.load.name}.svg": chart(run, regiao),
            saida / f"{run.load.name}.csv": table(run),
        }
        with _written():
            saida.mkdir(parents=True, exist_ok=True)
            for path, content in made.items():
                path.write_text(content, encoding="utf-8")
        for path in made:
            click.echo(f"✔ {path}")


@escala.command("limites")
def limites() -> None:
    """O que a maior instalação carrega por minuto, como medido e como a conta supõe na AWS."""
    share = factor()
    click.echo(f"{'':<24}  {'medido':>10}  {f'a {100 * share:g} %':>10}")
    for each in limits():
        measured, supposed = number(each.minute), number(each.minute * share)
        click.echo(f"{each.part:<24}  {measured:>10}  {supposed:>10} {each.unit}/min")


@escala.command()
@click.option("--prometheus", required=True, metavar="URL", help="Onde o Prometheus responde.")
@click.option("--de", "begin", type=click.DateTime(), required=True, help="Começo, UTC.")
@click.option("--ate", "end", type=click.DateTime(), required=True, help="Fim, UTC.")
@click.option("--passo", type=click.IntRange(min=15), default=60, show_default=True)
@click.argument("arquivo", type=_FILE)
def gravar(prometheus: str, begin: datetime, end: datetime, passo: int, arquivo: Path) -> None:
    """Escreve a carga que houve num CSV que `simular --carga` lê."""
    try:
        load = record(prometheus, _utc(begin), _utc(end), passo)
    except NaoGravou as error:
        raise click.ClickException(str(error)) from None
    with _written():
        loads.write(arquivo, load)
    click.echo(
        f"✔ {arquivo}: {number(load.documents)} documentos, {number(load.requests)} requisições"
    )


@escala.command()
@click.option(
    "--ambiente",
    envvar="FISCALXML_ESCALA_AMBIENTE",
    help="Valor da dimensão Ambiente; sem ele, com --uma-vez, nada é enviado.",
)
@click.option("--cluster", envvar="FISCALXML_ESCALA_CLUSTER", help="Cluster do ECS.")
@click.option("--servico", envvar="FISCALXML_ESCALA_SERVICO", help="Serviço do ECS dos workers.")
@click.option(
    "--workers", type=click.IntRange(min=0), help="Quantos há, onde o ECS não é perguntado."
)
@click.option(
    "--processos",
    type=click.IntRange(min=1),
    default=WORKER.processes,
    show_default=True,
    help="De cada worker.",
)
@click.option(
    "--intervalo",
    type=Numero(min=0.1),
    default=EVERY,
    show_default=True,
    help="Segundos entre duas leituras.",
)
@click.option("--uma-vez", is_flag=True, help="Lê uma vez, diz o que leu e termina.")
def publicar(
    ambiente: str | None,
    cluster: str | None,
    servico: str | None,
    workers: int | None,
    processos: int,
    intervalo: float,
    uma_vez: bool,
) -> None:
    """Lê a fila no banco e envia a pressão ao CloudWatch, até SIGTERM ou SIGINT."""
    if workers is None and not (cluster and servico):
        raise click.UsageError("Diga --cluster e --servico, ou --workers.")
    # Here, or every other command would wait for Celery and boto3.
    from fiscalxml_ops.scaling import role

    count = role.counting(cluster, servico, workers)
    if not uma_vez:
        if not ambiente:
            raise click.UsageError("Diga --ambiente.")
        asyncio.run(role.publish(ambiente, count, processos, intervalo))
        return
    try:
        work, sent = asyncio.run(role.once(ambiente, count, processos))
    except role.NAO_LIDO as error:
        raise click.ClickException(f"não foi lida: {error}") from None
    click.echo(
        f"pressão {work.pressure:.2f}: {work.depth:.0f} na fila, o mais antigo há {work.age:.0f} s,"
        f" {work.busy:.0%} de {work.workers} workers ocupados"
    )
    if ambiente and not sent:
        raise click.ClickException("não foi enviada")


@contextmanager
def _written() -> Iterator[None]:
    """What cannot be written is told."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"não se grava {error.filename}") from None


def _load(carga: str, documents: float, requests: float) -> Load:
    if carga in CURVES:
        return CURVES[carga](documents, requests)
    try:
        return loads.read(Path(carga))
    except OSError:
        raise click.BadParameter(
            f"não há curva nem arquivo {carga}", param_hint="--carga"
        ) from None
    except CargaInvalida as error:
        raise click.BadParameter(str(error), param_hint="--carga") from None


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
