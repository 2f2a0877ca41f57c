"""`fiscalxml validate`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from fiscalxml.cli.parameters import Ficheiro, Instante, Pasta, Quantidade, usable_cpus
from fiscalxml.documents.destino import AMBIENTES, AUTORIZADORES
from fiscalxml.validate import PERFIS

if TYPE_CHECKING:
    from fiscalxml.cli.output import Output, Reader
    from fiscalxml.documents.destino import Autorizador
    from fiscalxml.judgement import Opcoes, PerfilPedido
    from fiscalxml.report import Ambiente


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
    "--uf",
    type=click.Choice(AUTORIZADORES, case_sensitive=False),
    metavar="UF",
    help="Quem vai autorizar: a sigla da UF, ou SVRS, SVAN, SVC-AN, SVC-RS; sem a opção, quem o "
    "documento diz.",
)
@click.option(
    "--ambiente",
    type=click.Choice(AMBIENTES),
    help="O ambiente de quem vai autorizar; sem a opção, o do documento.",
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
@click.option(
    "--causas",
    is_flag=True,
    help="Só as causas dos achados, da mais grave à mais leve; com --json, uma por linha.",
)
@click.option(
    "--html",
    type=Ficheiro(exists=False),
    metavar="ARQUIVO",
    help="Grava também uma página com as causas e os documentos.",
)
@click.option("--todas", is_flag=True, help="Lista todas as ocorrências, não só as 20 primeiras.")
@click.pass_context
def validate(
    ctx: click.Context,
    caminhos: Sequence[str],
    as_json: bool,
    perfil: PerfilPedido,
    em: datetime | None,
    uf: Autorizador | None,
    ambiente: Ambiente | None,
    jobs: int,
    ac: Sequence[str],
    causas: bool,
    html: str | None,
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

    opcoes: Opcoes = {
        "perfil": perfil,
        "em": em,
        "uf": uf,
        "ambiente": ambiente,
        "ac": ac,
        "todas": todas,
    }
    output = _output(caminhos, as_json=as_json, causas=causas, html=html)
    ctx.exit(Validation(output).run(caminhos, opcoes, jobs))


def _output(caminhos: Sequence[str], *, as_json: bool, causas: bool, html: str | None) -> Output:
    """Raises `click.BadParameter` when the page cannot be written."""
    from fiscalxml.cli.output import JsonOutput, Outputs, ReadOutput

    outputs: list[Output] = []
    readers: list[Reader] = []
    if as_json and not causas:
        outputs.append(JsonOutput(sys.stdout.buffer))
    else:
        readers.append(_reader(as_json=as_json, causas=causas))
    if html is not None:
        from fiscalxml.cli.page import PageReader

        readers.append(PageReader(html, caminhos))
    if readers:
        outputs.append(ReadOutput(*readers))
    return Outputs(*outputs)


def _reader(*, as_json: bool, causas: bool) -> Reader:
    if not causas:
        from fiscalxml.cli.human import HumanReader

        return HumanReader(sys.stdout)
    from fiscalxml.cli.causes import CausesJson, CausesReader

    return CausesJson(sys.stdout.buffer) if as_json else CausesReader(sys.stdout)
