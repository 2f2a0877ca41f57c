"""`fiscalxml-ops segredos`: draw what `compose.yaml` reads from `./segredos`."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TextIO
from urllib.parse import urlsplit

import click

from fiscalxml_ops.compose.secrets import all_files, write

_SCHEMES: Final = ("smtps", "smtp+starttls")
_REFUSED: Final = 2


@click.command(options_metavar="[OPÇÕES]")
@click.argument("pasta", type=click.Path(path_type=Path), default=Path("segredos"))
@click.option(
    "--correio-arquivo",
    "correio",
    type=click.File(encoding="utf-8"),
    required=True,
    metavar="ARQUIVO",
    help="Arquivo (- é a entrada) com o servidor de e-mail: smtps://usuario:senha@servidor:465 ou "
    "smtp+starttls://… Não vai na linha de comando, que outros usuários da máquina veem.",
)
@click.pass_context
def segredos(ctx: click.Context, pasta: Path, correio: TextIO) -> None:
    """Sorteia senhas, chaves e certificados do compose.yaml, um arquivo cada, em PASTA.

    PASTA não pode existir: nada é trocado, porque sem a chave mestra de antes os documentos
    guardados não se abrem. Como root, cada arquivo fica de quem o lê dentro do contêiner. A chave
    da autoridade que assina os certificados não é guardada.
    """
    address = correio.read().strip()
    url = urlsplit(address)
    if url.scheme not in _SCHEMES or not url.hostname or len(address.split()) > 1:
        _refuse(
            ctx,
            f"O arquivo deve ter uma linha, que começa com {' ou '.join(_SCHEMES)} e diz um "
            "servidor.",
        )
    try:
        left = write(pasta, all_files(address))
    except FileExistsError:
        _refuse(ctx, f"{pasta} já existe. Os segredos que estão nela continuam a valer.")
    except OSError as error:
        _refuse(ctx, f"{pasta} não pôde ser escrita: {error.strerror}.")
    click.secho(f"✔ Segredos em {pasta}. Guarde uma cópia fora desta máquina.", fg="green")
    if left:
        click.secho(
            "! Não é root: dê cada arquivo a quem o lê, ou os serviços não iniciam:", err=True
        )
        for each in left:
            click.echo(f"    chown {each.dono}:{each.dono} {pasta / each.nome}", err=True)


def _refuse(ctx: click.Context, why: str) -> None:
    click.secho(f"✖ {why}", fg="red", err=True)
    ctx.exit(_REFUSED)
