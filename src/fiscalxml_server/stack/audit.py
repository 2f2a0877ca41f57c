"""`fiscalxml audit verify`, found by the core's command line through an entry point.

Importing this module imports nothing of the service: `fiscalxml --help` reads it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fiscalxml_server.auth.auditoria.findings import Resultado

_MOST = 100


@click.group()
def audit() -> None:
    """Confere a auditoria do serviço."""


@audit.command(options_metavar="[OPÇÕES]")
@click.argument(
    "arquivo",
    required=False,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="[ARQUIVO]",
)
@click.option(
    "--chaves",
    "chaves",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="JSON",
    help="As chaves públicas: o que /.well-known/fiscalxml-auditoria.json deu, bem guardado.",
)
@click.option(
    "--pontos",
    metavar="LUGAR",
    help="Onde estão os pontos de controle: uma pasta ou s3://balde/prefixo; sem a opção, "
    "FISCALXML_AUDIT_URL.",
)
@click.pass_context
def verify(ctx: click.Context, arquivo: Path | None, chaves: Path, pontos: str | None) -> None:
    """Confere que nada na auditoria foi alterado, apagado, trocado de ordem, cortado ou bifurcado.

    Com ARQUIVO, confere uma exportação de /v1/auditoria/exportacao. Sem ele, todas as cadeias do
    banco de FISCALXML_DATABASE_URL (a do dono das tabelas).

    Termina com 0 se tudo confere, 1 se algo foi alterado e 2 se não foi possível conferir.
    """
    from fiscalxml_server.auth.auditoria.verifying import NaoConferido, run

    try:
        result = asyncio.run(run(arquivo, chaves, pontos))
    except NaoConferido as error:
        click.secho(f"✖ {error}", fg="red", err=True)
        ctx.exit(2)
    _tell(result)
    ctx.exit(1 if result.achados else 0)


def _tell(result: Resultado) -> None:
    for each in result.achados[:_MOST]:
        click.secho(f"✖ {each}", fg="red")
    if len(result.achados) > _MOST:
        click.echo(f"  e mais {len(result.achados) - _MOST}")
    for each in result.avisos:
        click.secho(f"! {each}", fg="yellow")
    seen = (
        f"{_count(result.cadeias, 'cadeia')}, {_count(result.registros, 'registro')}, "
        f"{_count(result.pontos, 'ponto')} de controle"
    )
    if result.achados:
        click.secho(f"✖ {seen}: {_count(len(result.achados), 'problema')}", fg="red")
    else:
        click.secho(f"✔ {seen}: nada foi alterado", fg="green")
    if result.sem_ponto:
        click.echo(
            f"  {_count(result.sem_ponto, 'registro')} ainda sem ponto de controle: deles só se "
            "sabe que estão encadeados"
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,}".replace(",", ".") + f" {noun}{'' if number == 1 else 's'}"
