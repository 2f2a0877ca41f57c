"""`fiscalxml summary`: documents as plain JSON, or as a page to read."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from fiscalxml.cli.terminal import safe

if TYPE_CHECKING:
    from fiscalxml.archives import Entry
    from fiscalxml.cli.inputs import Arquivo
    from fiscalxml.summaries.resumo import Resumo
    from fiscalxml.summarize import SemResumo


@click.command(options_metavar="[OPÇÕES]")
@click.argument(
    "caminhos", metavar="CAMINHO...", nargs=-1, required=True, type=click.Path(allow_dash=True)
)
@click.option("--json", "as_json", is_flag=True, help="Um resumo em JSON por linha.")
@click.option(
    "--formato",
    type=click.Choice(("campos", "tags")),
    default="campos",
    show_default=True,
    help="Nomes em português, iguais em todos os tipos, ou as tags do leiaute (só em JSON).",
)
@click.pass_context
def summary(ctx: click.Context, caminhos: Sequence[str], as_json: bool, formato: str) -> None:
    """Resume documentos: partes, itens, totais, tributos, pagamentos, protocolo.

    CAMINHO é um arquivo XML, uma pasta (com as subpastas), um ZIP, TAR ou GZ, ou - para a entrada
    padrão. Os valores são os do XML, sem arredondar.

    Termina com 0 se tudo pôde ser resumido, 1 se algo não pôde e 2 se o uso está errado ou um
    CAMINHO não pôde ser aberto.
    """
    from fiscalxml.archives import Ignorado, Recusa
    from fiscalxml.cli.inputs import NaoLido, discover, why

    code = 0
    for item in discover(caminhos, sys.stdin.buffer if sys.stdin else io.BytesIO()):
        if isinstance(item, Ignorado):
            continue
        if isinstance(item, NaoLido):
            _error(item.name, f"não foi possível ler: {item.motivo}.")
            code = 2 if item.nomeado else max(code, 1)
        elif isinstance(item, Recusa):
            _error(item.name, item.motivo)
            code = max(code, 1)
        else:
            try:
                whole = _summarise(item, as_json=as_json or formato == "tags", formato=formato)
            except OSError as error:
                _error(item.name, f"não foi possível ler: {why(error)}.")
                whole = False
            code = code if whole else max(code, 1)
    ctx.exit(code)


def _summarise(item: Arquivo | Entry, *, as_json: bool, formato: str) -> bool:
    """Print what a file holds; whether all of it has a resumo."""
    from fiscalxml.cli.inputs import read_whole
    from fiscalxml.summarize import SemResumo, summarize_all, tags_all

    data = read_whole(item)
    whole = True
    found: Iterator[object] = summarize_all(data) if formato == "campos" else tags_all(data)
    for resumo in found:
        if isinstance(resumo, SemResumo):
            whole = False
            _without(item.name, resumo)
        elif as_json:
            _print_json(item.name, resumo)
        else:
            _print_page(item.name, resumo)  # type: ignore[arg-type]
    return whole


def _without(name: str, resumo: SemResumo) -> None:
    line = f" (linha {resumo.erro.linha})" if resumo.erro.linha else ""
    _error(name, f"{resumo.erro.codigo} {resumo.erro.mensagem}{line}")


def _error(name: str, words: str) -> None:
    click.secho(f"✖ {safe(name)}: {safe(words)}", fg="red", err=True)


def _print_json(name: str, resumo: object) -> None:
    import msgspec

    fields = msgspec.to_builtins(resumo)
    sys.stdout.buffer.write(msgspec.json.encode({"arquivo": name, **fields}) + b"\n")
    sys.stdout.buffer.flush()


def _print_page(name: str, resumo: Resumo) -> None:
    from fiscalxml.cli.resumo_page import page

    for line in page(name, resumo):
        click.echo(line)
