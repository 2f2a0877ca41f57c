"""`fiscalxml key`: what an access key says, or why it is none."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fiscalxml.identifiers.chave_invalida import ChaveInvalida


@click.command(options_metavar="[OPÇÕES]")
@click.argument("chave", metavar="CHAVE", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="As partes em JSON.")
@click.pass_context
def key(ctx: click.Context, chave: Sequence[str], as_json: bool) -> None:
    """Explica uma chave de acesso, de 44 posições ou, da NFS-e, de 50.

    A chave pode vir com espaços, pontos ou o prefixo do Id (NFe, CTe…).

    Termina com 0 se a chave é válida e 1 se não é.
    """
    from fiscalxml.cli.key_parts import explain, parse_any
    from fiscalxml.identifiers.chave import clean_chave
    from fiscalxml.identifiers.chave_invalida import ChaveInvalida

    text = clean_chave("".join(chave))
    try:
        parsed = parse_any(text)
    except ChaveInvalida as invalid:
        _print_invalid(text, invalid, as_json)
        ctx.exit(1)
    if as_json:
        _print_json(asdict(parsed) | {"valida": True, "motivo": None})
        return
    click.secho("✔ Chave válida", fg="green", bold=True)
    rows = explain(parsed)
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"  {name:<{width}}  {value}")


def _print_invalid(text: str, invalid: ChaveInvalida, as_json: bool) -> None:
    if as_json:
        parts = ("campo", "encontrado", "esperado", "motivo")
        _print_json({"text": text, "valida": False} | {p: getattr(invalid, p) for p in parts})
        return
    from fiscalxml.cli.terminal import safe

    click.secho("✖ Chave inválida", fg="red", bold=True)
    click.echo(f"  {safe(invalid.motivo)}")
    click.echo(f"  encontrado: {safe(invalid.encontrado)}")
    click.echo(f"  esperado:   {invalid.esperado}")


def _print_json(value: dict[str, object]) -> None:
    import msgspec

    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
