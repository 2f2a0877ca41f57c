"""`fiscalxml validate`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from fiscalxml.cli.parameters import Instante, Pasta, Quantidade, usable_cpus
from fiscalxml.validate import PERFIS

if TYPE_CHECKING:
    from fiscalxml.cli.output import Output
    from fiscalxml.judgement import Opcoes, PerfilPedido


@click.command(options_metavar="[OPÇÕES]")
@click.argument(
    "caminhos",
    metavar="CAMINHO...",
    nargs=-1,
    required=True,
    type=click.Path(allow_dash=True),
)
@click.option("--json", "as_json", is_flag=True, help="Um relatório em JSON por linha.")
@click.option(
    "--perfil",
    type=click.Choice(PERFIS),
    default="auto",
    show_default=True,
    help="Como julgar; auto decide por assinatura e protocolo.",
)
@click.option(
    "--em",
    type=Instante(),
    metavar="DATA",
    help="Julga pelas regras desta data (AAAA-MM-DD, com ou sem hora).",
)
@click.option(
    "--jobs",
    type=Quantidade(),
    default=usable_cpus,
    metavar="N",
    help="Processos em paralelo; sem a opção, um por CPU.",
)
@click.option(
    "--ac",
    type=Pasta(),
    multiple=True,
    metavar="PASTA",
    help="Pasta com certificados de outras autoridades (pode repetir).",
)
@click.option("--todas", is_flag=True, help="Lista todas as ocorrências, não só as 20 primeiras.")
@click.pass_context
def validate(
    ctx: click.Context,
    caminhos: Sequence[str],
    as_json: bool,
    perfil: PerfilPedido,
    em: datetime | None,
    jobs: int,
    ac: Sequence[str],
    todas: bool,
) -> None:
    """Valida documentos fiscais eletrônicos.

    CAMINHO é um arquivo XML, uma pasta (com as subpastas), um ZIP, TAR ou GZ, ou - para a entrada
    padrão.

    Termina com 0 se todos são válidos, 1 se algum não é (ou não pôde ser avaliado) e 2 se o uso
    está errado ou um CAMINHO não pôde ser aberto.
    """
    # Imported here because they take longer than all the rest of a command.
    from fiscalxml.cli.validation import Validation

    opcoes: Opcoes = {"perfil": perfil, "em": em, "ac": ac, "todas": todas}
    ctx.exit(Validation(_output(as_json)).run(caminhos, opcoes, jobs))


def _output(as_json: bool) -> Output:
    if as_json:
        from fiscalxml.cli.output import JsonOutput

        return JsonOutput(sys.stdout.buffer)
    from fiscalxml.cli.human import HumanOutput

    return HumanOutput(sys.stdout)
