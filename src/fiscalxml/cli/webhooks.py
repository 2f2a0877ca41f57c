"""`fiscalxml webhooks`: for who writes a receiver."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import click

from fiscalxml.cli.parameters import Ficheiro
from fiscalxml.cli.service_options import read_access

_SECRET = "FISCALXML_WEBHOOK_SECRET"  # noqa: S105 - a name
_SERVICES = ("FISCALXML_WEBHOOKS_URL", "FISCALXML_URL")

_receptor = click.option(
    "--url", "receptor", required=True, metavar="URL", help="O receptor, na sua máquina."
)
_segredo = click.option(
    "--segredo",
    type=Ficheiro(),
    metavar="ARQUIVO",
    help=f"Arquivo com o segredo whsec_ do receptor; sem a opção, vale {_SECRET}.",
)


@click.group(options_metavar="[OPÇÕES]", subcommand_metavar="COMANDO [ARGUMENTOS]...")
def webhooks() -> None:
    """Para quem escreve um receptor de webhooks."""


@webhooks.command(options_metavar="[OPÇÕES]")
@_receptor
@click.option("--tipos", metavar="TIPO[,TIPO]", help="Só notificações destes tipos.")
@click.option(
    "--servico",
    envvar=_SERVICES,
    metavar="URL",
    help=f"Endereço do serviço de webhooks; sem a opção, o de {' ou '.join(_SERVICES)}.",
)
@click.option(
    "--chave",
    type=Ficheiro(),
    metavar="ARQUIVO",
    help="Arquivo com a chave de acesso ao serviço; sem a opção, vale FISCALXML_TOKEN.",
)
@_segredo
@click.pass_context
def listen(
    ctx: click.Context,
    receptor: str,
    tipos: str | None,
    servico: str | None,
    chave: str | None,
    segredo: str | None,
) -> None:
    """Entrega num receptor local o que acontece no serviço, assinado, sem abrir nada à internet.

    Assina com um segredo desta execução, que mostra ao começar, ou com o de --segredo. Mostra cada
    notificação e a resposta. Se o serviço ou o receptor não respondem, espera por eles. Ctrl-C
    termina.

    Termina, por Ctrl-C, com 0; com 2 se o uso está errado ou o serviço recusa.
    """
    acesso = read_access(servico, chave, "--servico")
    wanted = [each.strip() for each in (tipos or "").split(",") if each.strip()]
    _require_address(receptor)
    secret = _read_secret(segredo)
    # Imported here because they take longer than all the rest of a command.
    from fiscalxml.cli.listening import Escuta
    from fiscalxml.cli.listening_view import RelatoDeEscuta
    from fiscalxml.client import Cliente, FalhaDoCliente, Politica
    from fiscalxml.webhooks import new_secret

    signal.signal(signal.SIGTERM, _interrupt)
    relato = RelatoDeEscuta(sys.stdout)
    code = 0
    try:
        with Cliente(*acesso, webhooks_url=acesso.url, politica=Politica(tentativas=1)) as cliente:
            escuta = Escuta(cliente, receptor, secret or new_secret(), relato)
            relato.begin(receptor, acesso.url, escuta.segredo, shown=secret is None)
            escuta.run(wanted)
    except FalhaDoCliente as error:
        relato.refused(error)
        code = 2
    except KeyboardInterrupt:
        relato.ended()
    ctx.exit(code)


@webhooks.command(options_metavar="[OPÇÕES]")
@_receptor
@_segredo
@click.pass_context
def check(ctx: click.Context, receptor: str, segredo: str | None) -> None:
    """Confere se um receptor aceita o que é do serviço, e recusa o que não é.

    Manda-lhe notificações webhook.teste: bem assinadas, com outro segredo, antigas, mudadas no
    caminho, sem cabeçalhos. Não fala com o serviço.

    Termina com 0 se o receptor respondeu a todas como devia, 1 se não, e 2 se o uso está errado ou
    ele não responde.
    """
    _require_address(receptor)
    secret = _read_secret(segredo)
    if secret is None:
        raise click.UsageError(f"falta o segredo do receptor: dê --segredo, ou defina {_SECRET}.")
    from fiscalxml.cli.checking import check_receiver

    ctx.exit(check_receiver(receptor, secret, sys.stdout))


def _require_address(receptor: str) -> None:
    """Raises `click.BadParameter`."""
    try:
        parts = urlsplit(receptor)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        good = good and receptor.isascii() and receptor.isprintable() and " " not in receptor
    except ValueError:
        good = False
    if not good:
        raise click.BadParameter("deve ser como http://127.0.0.1:3000/hook.", param_hint="--url")
    if parts.username is not None:
        raise click.BadParameter("não leva usuário nem senha.", param_hint="--url")


def _read_secret(path: str | None) -> str | None:
    """Raises `click.BadParameter`."""
    try:
        text = Path(path).read_text("utf-8") if path else os.environ.get(_SECRET, "")
    except (OSError, UnicodeDecodeError):
        raise click.BadParameter("não pôde ser lido.", param_hint="--segredo") from None
    secret = text.strip()
    if not secret and not path:
        return None
    from fiscalxml.webhooks import Signer

    try:
        Signer([secret])
    except ValueError:
        raise click.BadParameter(
            "não é um segredo: whsec_ e de 24 a 64 bytes em base64.", param_hint="--segredo"
        ) from None
    return secret


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
