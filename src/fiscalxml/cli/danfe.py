"""`fiscalxml danfe`: auxiliary documents as PDF."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fiscalxml.cli.parameters import Quantidade, usable_cpus


@click.command(options_metavar="[OPÇÕES]")
@click.argument("caminho", metavar="CAMINHO", type=click.Path(allow_dash=True))
@click.option(
    "-o",
    "--saida",
    required=True,
    metavar="SAÍDA",
    type=click.Path(allow_dash=True),
    help="ARQUIVO.pdf, ou - para a saída padrão; qualquer outro nome é uma PASTA.",
)
@click.option(
    "--tempo",
    type=click.FloatRange(min=0, min_open=True, max=3600),
    metavar="SEGUNDOS",
    help="Tempo máximo de cada documento; sem a opção, 120.",
)
@click.option(
    "--logo",
    type=click.Path(exists=True, dir_okay=False),
    metavar="IMAGEM",
    help="Logotipo do emitente, PNG ou JPEG.",
)
@click.option(
    "--nota",
    type=click.Path(exists=True, dir_okay=False),
    metavar="XML",
    help="NF-e que a carta de correção corrige: dela vêm o nome e o endereço do emitente.",
)
@click.option("--cancelado", is_flag=True, help="Marca o documento como cancelado.")
@click.option(
    "--jobs",
    type=Quantidade(),
    default=usable_cpus,
    metavar="N",
    help="Documentos ao mesmo tempo; sem a opção, um por CPU.",
)
@click.pass_context
def danfe(
    ctx: click.Context,
    caminho: str,
    saida: str,
    tempo: float | None,
    logo: str | None,
    nota: str | None,
    cancelado: bool,
    jobs: int,
) -> None:
    """Imprime DANFE, DACTE, DAMDFE, DACCe (carta de correção) e DANFSe em PDF.

    CAMINHO é um arquivo XML, uma pasta (com as subpastas), um ZIP, TAR ou GZ, ou - para a entrada
    padrão. Com uma PASTA na saída, cada documento vira um PDF com o nome da chave, e os que um
    evento do mesmo CAMINHO (menos a entrada padrão) cancelou saem marcados.

    Precisa do extra fiscalxml[danfe]. Termina com 0 se tudo foi impresso, 1 se algo não pôde ser
    e 2 se o uso está errado ou o CAMINHO não pôde ser aberto.
    """
    if saida == "-" and sys.stdout.isatty():
        raise click.UsageError("Um PDF não se mostra no terminal; use -o ARQUIVO.pdf.")
    one = saida == "-" or saida.lower().endswith(".pdf")
    if not one and (nota or cancelado):
        raise click.UsageError("--nota e --cancelado valem para um documento: use -o ARQUIVO.pdf.")
    from fiscalxml.cli.printing import Impressao
    from fiscalxml.danfe import TIMEOUT, DanfeImpossivel, check_extra, check_logo

    imagem = _read(logo)
    try:
        check_extra()
        check_logo(imagem)
    except DanfeImpossivel as refused:
        click.secho(f"✖ {refused}", fg="red", err=True)
        ctx.exit(2)
    impressao = Impressao(caminho, saida, tempo or TIMEOUT, imagem)
    ctx.exit(impressao.one(cancelado=cancelado, nota=_read(nota)) if one else impressao.many(jobs))


def _read(path: str | None) -> bytes | None:
    return Path(path).read_bytes() if path else None
