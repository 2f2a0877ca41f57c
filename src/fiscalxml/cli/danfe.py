"""`fiscalxml danfe`: auxiliary documents as PDF."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fiscalxml.cli.inputs import label, why
from fiscalxml.cli.parameters import Ficheiro, Quantidade, Saida, Segundos, usable_cpus


@click.command(options_metavar="[OPÇÕES]")
@click.argument("caminho", metavar="CAMINHO", type=click.Path(allow_dash=True))
@click.option(
    "-o",
    "--saida",
    required=True,
    metavar="SAÍDA",
    type=Saida(),
    help="ARQUIVO.pdf, ou - para a saída padrão; qualquer outro nome é uma PASTA.",
)
@click.option(
    "--tempo",
    type=Segundos(),
    metavar="SEGUNDOS",
    help="Tempo máximo de cada documento; sem a opção, 120.",
)
@click.option(
    "--logo",
    type=Ficheiro(),
    metavar="IMAGEM",
    help="Logotipo do emitente, PNG ou JPEG.",
)
@click.option(
    "--nota",
    type=Ficheiro(),
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
    from fiscalxml.danfe import MAX_LOGO, TIMEOUT, DanfeImpossivel, check_extra, check_logo
    from fiscalxml.xml import Limits

    imagem = _read(logo, "--logo", MAX_LOGO)
    carta = _read(nota, "--nota", Limits().max_bytes)
    try:
        check_extra()
        check_logo(imagem)
    except DanfeImpossivel as refused:
        click.secho(f"✖ {refused}", fg="red", err=True)
        ctx.exit(2)
    impressao = Impressao(caminho, saida, tempo or TIMEOUT, imagem)
    ctx.exit(impressao.one(cancelado=cancelado, nota=carta) if one else impressao.many(jobs))


def _read(path: str | None, option: str, most: int) -> bytes | None:
    """All of it, or one byte more than `most`, enough to be refused."""
    if path is None:
        return None
    try:
        with Path(path).open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise click.BadParameter(
            f"não foi possível ler {label(path)}: {why(error)}.", param_hint=option
        ) from None
