"""`fiscalxml-ops recuperacao`: before a disaster and after it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
import msgspec

from fiscalxml_ops.recovery import checking, portrait
from fiscalxml_server.kit.settings import Settings

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def recuperacao() -> None:
    """Confere backups restaurados, com as configurações FISCALXML_… do ambiente.

    FISCALXML_DATABASE_URL é a do dono das tabelas; os objetos, as chaves e a auditoria são os que
    os serviços usam.
    """


@recuperacao.command()
@click.argument("arquivo", type=click.Path(path_type=Path, dir_okay=False))
def retrato(arquivo: Path) -> None:
    """Grava quanto há em cada tabela, a forma delas e o fim de cada cadeia da auditoria.

    Nenhum documento e nenhum nome. Guarde-o com os backups, todo dia: depois de restaurar, diz o
    que devia ter voltado.
    """
    try:
        taken = asyncio.run(_take())
    except checking.SemResposta as error:
        raise click.ClickException(str(error)) from None
    arquivo.write_bytes(portrait.encode(taken))
    click.echo(f"{arquivo}: {sum(taken.linhas.values())} linhas, {len(taken.cadeias)} cadeias")


@recuperacao.command()
@click.option(
    "--chaves",
    type=_FILE,
    help="As chaves públicas da auditoria: o que /.well-known/fiscalxml-auditoria.json deu.",
)
@click.option(
    "--retrato", "arquivo", type=_FILE, help="O que `recuperacao retrato` gravou antes do desastre."
)
@click.option(
    "--exato", is_flag=True, help="As linhas são as do retrato, nem uma a mais (instante exato)."
)
@click.option(
    "--um-em",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Lê um objeto em tantos; que todos existam, confere sempre.",
)
@click.pass_context
def conferir(
    ctx: click.Context, chaves: Path | None, arquivo: Path | None, um_em: int, *, exato: bool
) -> None:
    """Confere o que foi restaurado, sem mudar nada: banco, cópias e auditoria.

    Termina com 0 se tudo voltou, 1 se algo falta ou mudou, 2 se não foi possível conferir.
    """
    try:
        before = None if arquivo is None else portrait.decode(arquivo.read_bytes())
        found = asyncio.run(
            checking.check(Settings(), chaves=chaves, retrato=before, exato=exato, um_em=um_em)
        )
    except msgspec.DecodeError:
        click.secho(f"✖ {arquivo} não é um retrato.", fg="red", err=True)
        ctx.exit(2)
    except (checking.SemResposta, ValueError) as error:
        click.secho(f"✖ {error}", fg="red", err=True)
        ctx.exit(2)
    for colour, sign, lines in (
        ("green", "✔", found.certo),
        ("yellow", "!", found.avisos),
        ("red", "✖", found.falhas),
    ):
        for line in lines:
            click.secho(f"{sign} {line}", fg=colour)
    ctx.exit(1 if found.falhas else 0)


async def _take() -> portrait.Retrato:
    async with checking.owner(Settings()) as banco:
        return await portrait.take(banco)
