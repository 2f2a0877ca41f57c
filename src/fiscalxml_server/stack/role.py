"""`fiscalxml role`: one role alone, as containers and service managers start it.

This process becomes the role's own: signals reach it as they are sent, and its end is the end.
Importing this module imports nothing of the service: `fiscalxml --help` reads it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from fiscalxml.cli.parameters import Quantidade, usable_cpus
from fiscalxml_server.stack import commands

PORTA: Final = 8000
"""of a role that answers requests, unless it is told another"""
PAPEIS: Final = (*commands.APPLICATIONS, "worker", "relay", "entregador", "migrate")
_LAST_PORT: Final = 65535


@click.command(options_metavar="[OPÇÕES]")
@click.argument("papel", type=click.Choice(PAPEIS), metavar="PAPEL")
@click.option(
    "--host",
    default=commands.LOOPBACK,
    metavar="ENDEREÇO",
    help="Onde api, auth e webhooks escutam; sem a opção, 127.0.0.1.",
)
@click.option(
    "--port",
    "porta",
    type=Quantidade(_LAST_PORT),
    default=PORTA,
    metavar="N",
    help=f"A porta em que escutam; sem a opção, {PORTA}.",
)
@click.option(
    "--processos",
    type=Quantidade(),
    default=usable_cpus,
    metavar="N",
    help="Processos de api, auth, webhooks e worker; sem a opção, um por CPU.",
)
def role(papel: str, host: str, porta: int, processos: int) -> None:
    """Executa um só papel do serviço: api, auth, webhooks, worker, relay, entregador.

    As configurações vêm do ambiente (FISCALXML_…). Com FISCALXML_TLS_CERTIFICATE_FILE e
    FISCALXML_TLS_KEY_FILE, api, auth e webhooks atendem por TLS. `migrate` leva o banco às tabelas
    desta versão e termina.
    """
    argv = _command(papel, host, porta, processos)
    os.execv(argv[0], argv)  # noqa: S606 - our own interpreter, no shell


def _command(papel: str, host: str, porta: int, processos: int) -> list[str]:
    match papel:
        case "worker":
            return commands.worker(processos)
        case "relay":
            return commands.relay()
        case "entregador":
            return commands.entregador()
        case "migrate":
            return commands.migrate()
    return commands.web(
        papel,
        porta,
        processos,
        host=host,
        certificate=_file("FISCALXML_TLS_CERTIFICATE_FILE"),
        key=_file("FISCALXML_TLS_KEY_FILE"),
    )


def _file(variavel: str) -> Path | None:
    value = os.environ.get(variavel)
    return Path(value) if value else None
