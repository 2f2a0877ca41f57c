"""`fiscalxml watch`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from fiscalxml.cli.parameters import Pasta, Segundos
from fiscalxml.cli.service_options import read_service, service_options


@click.command(options_metavar="[OPÇÕES]")
@click.argument("pastas", metavar="PASTA...", nargs=-1, required=True, type=Pasta())
@service_options
@click.option(
    "--intervalo",
    type=Segundos(),
    default=2.0,
    metavar="SEGUNDOS",
    help="De quanto em quanto tempo olhar as pastas; sem a opção, 2.",
)
@click.option(
    "--quieto",
    type=Segundos(),
    default=2.0,
    metavar="SEGUNDOS",
    help="Há quanto tempo um arquivo não muda para ser enviado; sem a opção, 2.",
)
@click.pass_context
def watch(
    ctx: click.Context,
    pastas: Sequence[str],
    url: str | None,
    chave: str | None,
    estado: str | None,
    intervalo: float,
    quieto: float,
) -> None:
    """Vigia pastas e envia a um serviço o que chega a elas, cada conteúdo uma vez só.

    Olha as PASTAS e as subpastas até Ctrl-C. Um arquivo vai quando para de mudar; renomeado ou
    movido, não vai de novo. Se o serviço não responde, espera por ele: nada se perde.

    Termina, por Ctrl-C, com 0 se tudo foi aceito, 1 se algum documento não foi (ou um arquivo não
    pôde ser lido); com 2 se o uso está errado ou o serviço recusa a chave de acesso.
    """
    servico = read_service(url, chave, estado)
    # Imported here because they take longer than all the rest of a command.
    from fiscalxml.cli.sending_run import Recusado, connected, told
    from fiscalxml.cli.sending_summary import exit_code, print_summary
    from fiscalxml.cli.watch_view import Relato
    from fiscalxml.sending.watching import Vigia

    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with Relato(sys.stdout) as relato, connected(servico, relato, None) as meios:
            relato.begin(pastas, servico.url)
            vigia = Vigia(meios.envio, meios.estado, pastas, intervalo=intervalo, quieto=quieto)
            try:
                vigia.run()
            except KeyboardInterrupt:
                relato.clear()
            counts = meios.estado.counts()
            print_summary(relato.out, meios.envio.resumo, counts, ())
            code = exit_code(meios.envio.resumo, counts, relato.unopened)
    except Recusado as refusal:
        code = told(refusal)
    except KeyboardInterrupt:  # while the service was waited for
        code = 0
    ctx.exit(code)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
