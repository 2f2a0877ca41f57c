"""The command `fiscalxml`."""

from __future__ import annotations

import sys
from importlib.metadata import version

import click

from fiscalxml.cli.completion import completar
from fiscalxml.cli.danfe import danfe
from fiscalxml.cli.generate import generate
from fiscalxml.cli.key import key
from fiscalxml.cli.language import speak_portuguese
from fiscalxml.cli.plugins import Comandos
from fiscalxml.cli.resumo import summary
from fiscalxml.cli.rules import rules
from fiscalxml.cli.send import send
from fiscalxml.cli.terminal import accept_any_text
from fiscalxml.cli.validate import validate
from fiscalxml.cli.watch import watch
from fiscalxml.cli.webhooks import webhooks

_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"fiscalxml {version('fiscalxml')}")
        ctx.exit()


@click.group(
    cls=Comandos,
    options_metavar="[OPÇÕES]",
    subcommand_metavar="COMANDO [ARGUMENTOS]...",
    no_args_is_help=True,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Mostra a versão e sai.",
)
def cli() -> None:
    """Valida documentos fiscais eletrônicos: NF-e, NFC-e, CT-e, MDF-e, NFS-e e outros."""


@cli.command(options_metavar="[OPÇÕES]")
@click.argument(
    "nome",
    metavar="[relatorio|resumo|causas]",
    type=click.Choice(("relatorio", "resumo", "causas")),
    default="relatorio",
)
def schema(nome: str) -> None:
    """Imprime o JSON Schema do relatório de validação, do resumo ou das causas."""
    import msgspec

    from fiscalxml.causes import causa_schema
    from fiscalxml.report import report_schema
    from fiscalxml.summaries.resumo import resumo_schema

    schemas = {"relatorio": report_schema, "resumo": resumo_schema, "causas": causa_schema}
    described = schemas[nome]()
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n")


for command in (validate, summary, danfe, key, rules, generate, send, watch, webhooks, completar):
    cli.add_command(command)


def run() -> None:
    """The entry point: everything a user sees is in Portuguese, and never a traceback."""
    speak_portuguese()
    accept_any_text()
    try:
        code = cli.main(prog_name="fiscalxml", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = _INTERRUPTED
    sys.exit(code)
