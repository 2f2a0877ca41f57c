"""`fiscalxml rules`: the published rules, what each one says, and which are checked here."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fiscalxml.rules.listing import Explicacao

_SITUACOES = {
    "implementada": "conferida",
    "desligada": "desligada (a fonte não é segura)",
    "nao_avaliavel": "não avaliável offline (depende do cadastro da SEFAZ)",
    "pendente": "ainda não conferida",
}
_RESUMO = {
    "implementada": "conferidas",
    "desligada": "desligadas",
    "nao_avaliavel": "não avaliáveis offline",
    "pendente": "ainda não conferidas",
}
_CORES = {"implementada": "green", "desligada": "yellow"}
_WIDTH = 96
_EXPLAINED = 12
"""rules that are explained whole; more are listed, a line each"""


@click.command(options_metavar="[OPÇÕES]")
@click.argument("busca", metavar="[CÓDIGO|PALAVRAS]", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Uma regra por linha, em JSON.")
@click.pass_context
def rules(ctx: click.Context, busca: Sequence[str], as_json: bool) -> None:
    """Explica as regras de um código de rejeição (629), de um id (nfe:I11-10) ou com palavras
    (valor frete); sem eles, lista todas.

    Termina com 0, ou com 1 se nenhuma regra conhecida tem esse código, id ou palavras.
    """
    from fiscalxml.cli.terminal import safe
    from fiscalxml.rules.listing import find_rules, list_rules

    texto = " ".join(busca).strip()
    found = find_rules(texto) if texto else list(list_rules())
    if as_json:
        _print_json(found)
    elif not found:
        click.secho(
            f"✖ Nenhuma regra conhecida tem o código, id ou palavras {safe(texto)}.",
            fg="red",
            err=True,
        )
    elif texto and len(found) <= _EXPLAINED:
        for rule in found:
            _print_rule(rule)
    else:
        _print_list(found)
    if not found:
        ctx.exit(1)


def _print_json(found: Sequence[Explicacao]) -> None:
    import msgspec

    encode = msgspec.json.Encoder().encode
    sys.stdout.buffer.writelines(encode(rule) + b"\n" for rule in found)


def _print_rule(rule: Explicacao) -> None:
    click.secho(f"{rule.codigo}  {rule.mensagem}", bold=True)
    click.secho(f"  {_SITUACOES[rule.situacao]}", fg=_CORES.get(rule.situacao))
    period = f"desde {rule.desde}" if rule.desde else ""
    for name, text in (
        ("regra", rule.regra),
        ("modelos", rule.modelos),
        ("aplicação", rule.obrigatoriedade),
        ("vigência", f"{period} até {rule.ate}".strip() if rule.ate else period),
        ("fonte", rule.fonte),
        ("condição", rule.condicao),
        ("causa", rule.causa),
        ("correção", rule.correcao),
        ("dúvida" if rule.situacao == "desligada" else "falta", rule.duvida),
        ("tabela", rule.tabela and f"{rule.tabela}.tsv, na pasta FISCALXML_TABELAS_DIR"),
    ):
        if text:
            _print_field(name, text)
    for name, fragment in (("errado", rule.errado), ("certo", rule.certo)):
        if fragment:
            _print_fragment(name, fragment)
    click.echo()


def _print_field(name: str, text: str) -> None:
    first, *rest = wrap(text, _WIDTH - 14)
    click.echo(f"  {name:<10}  {first}")
    for line in rest:
        click.echo(f"{'':14}{line}")


def _print_fragment(name: str, fragment: str) -> None:
    """XML as it stands: it is not wrapped."""
    first, *rest = fragment.splitlines()
    click.echo(f"  {name:<10}  {first}")
    for line in rest:
        click.echo(f"{'':14}{line}")


def _print_list(found: Sequence[Explicacao]) -> None:
    for rule in found:
        mark = "✔" if rule.situacao == "implementada" else " "
        click.echo(f"{mark} {rule.codigo:<6} {rule.regra or '':<14} {rule.mensagem}")
    counts = Counter[str](rule.situacao for rule in found)
    parts = (f"{counts[key]} {words}" for key, words in _RESUMO.items() if counts[key])
    click.secho(f"{len(found)} regras: {'; '.join(parts)}.", bold=True)
