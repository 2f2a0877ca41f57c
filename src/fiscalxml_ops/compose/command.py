"""`fiscalxml-ops segredos`, `… certificados`: what `compose.yaml` reads from `./segredos`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NoReturn, TextIO
from urllib.parse import urlsplit

import click

from fiscalxml_ops.compose.renewing import ends, renew
from fiscalxml_ops.compose.secrets import all_files, write

_SCHEMES: Final = ("smtps", "smtp+starttls")
_REFUSED: Final = 2
_ENDING: Final = 1


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


@click.command(options_metavar="[OPÇÕES]")
@click.argument(
    "pasta",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path("segredos"),
)
@click.option(
    "--conferir",
    type=click.IntRange(min=1),
    metavar="DIAS",
    help="Nada é trocado: diz quando cada um vence; sai com 1 se algum vence em menos de DIAS.",
)
@click.pass_context
def certificados(ctx: click.Context, pasta: Path, conferir: int | None) -> None:
    """Sorteia de novo a autoridade e os certificados de dentro, em PASTA, que existe.

    Dono e modo de cada arquivo ficam. A autoridade de antes continua em ca.crt, ao lado da nova,
    até vencer: recrie primeiro quem pergunta, depois quem responde (ops/imagem/README.md). Um
    certificado que outra autoridade assinou não é tocado.
    """
    try:
        if conferir is not None:
            _show(ctx, pasta, conferir)
            return
        done = renew(pasta)
    except OSError as error:
        _refuse(ctx, f"{error.filename or pasta}: {error.strerror}.")
    except ValueError:
        _refuse(ctx, f"{pasta} tem um certificado que não se lê.")
    if not done.trocados:
        _refuse(ctx, f"Nenhum certificado de {pasta} é da autoridade de ca.crt.")
    click.secho(f"✔ Trocados em {pasta}: {', '.join(done.trocados)}.", fg="green")
    if done.alheios:
        click.echo(f"  De outra autoridade, como estavam: {', '.join(done.alheios)}.")
    if done.sem_dono:
        click.secho("! Não é root: dê cada arquivo a quem o lê:", err=True)
        for name, uid in done.sem_dono.items():
            click.echo(f"    chown {uid}:{uid} {pasta / name}", err=True)


def _show(ctx: click.Context, pasta: Path, days: int) -> None:
    until = datetime.now(UTC) + timedelta(days=days)
    found = ends(pasta)
    if not found:
        _refuse(ctx, f"{pasta} não tem certificados.")
    for name, end in found.items():
        click.secho(f"{name}: vence em {end:%Y-%m-%d}", fg="red" if end < until else None)
    if min(found.values()) < until:
        ctx.exit(_ENDING)


def _refuse(ctx: click.Context, why: str) -> NoReturn:
    click.secho(f"✖ {why}", fg="red", err=True)
    ctx.exit(_REFUSED)
