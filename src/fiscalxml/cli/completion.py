"""`fiscalxml completar`: the shell's suggestions for TAB."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_VARIABLE = "_FISCALXML_COMPLETE"


@click.command(options_metavar="[OPÇÕES]")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completar(ctx: click.Context, shell: str) -> None:
    """Imprime o código que completa comandos com TAB.

    \b
    bash: acrescente a ~/.bashrc   eval "$(fiscalxml completar bash)"
    zsh:  acrescente a ~/.zshrc    eval "$(fiscalxml completar zsh)"
    fish: fiscalxml completar fish > ~/.config/fish/completions/fiscalxml.fish
    """
    program = ctx.find_root()
    complete = get_completion_class(shell)
    if complete is None:
        raise click.BadParameter(f"{shell} não tem suporte.")
    click.echo(complete(program.command, {}, "fiscalxml", _VARIABLE).source())
