"""`fiscalxml send`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from fiscalxml.cli.parameters import Segundos
from fiscalxml.cli.service_options import read_service, service_options


@click.command(options_metavar="[OPÇÕES]")
@click.argument("caminhos", metavar="CAMINHO...", nargs=-1, required=True, type=click.Path())
@service_options
@click.option(
    "--sem-esperar", is_flag=True, help="Não espera que o serviço processe o que recebeu."
)
@click.option(
    "--paciencia",
    type=Segundos(),
    default=300.0,
    metavar="SEGUNDOS",
    help="Por quanto tempo insistir com um serviço que não responde; sem a opção, 300.",
)
@click.pass_context
def send(
    ctx: click.Context,
    caminhos: Sequence[str],
    url: str | None,
    chave: str | None,
    estado: str | None,
    sem_esperar: bool,
    paciencia: float,
) -> None:
    """Envia documentos a um serviço, cada conteúdo uma vez só.

    CAMINHO é um arquivo XML, uma pasta (com as subpastas), um ZIP ou um TAR. O que já foi enviado a
    esse serviço não vai de novo, com que nome for; interrompido, o mesmo comando continua de onde
    parou.

    Termina com 0 se tudo foi aceito, 1 se algum documento não foi (ou um arquivo não pôde ser lido)
    e 2 se o uso está errado, um CAMINHO não pôde ser aberto ou o serviço não atende.
    """
    servico = read_service(url, chave, estado)
    # Imported here because they take longer than all the rest of a command.
    from fiscalxml.cli.sending_run import Recusado, connected, told
    from fiscalxml.cli.sending_summary import SHOWN, exit_code, print_summary, print_where
    from fiscalxml.cli.sending_view import Andamento
    from fiscalxml.cli.terminal import console
    from fiscalxml.sending.files import find

    try:
        with Andamento() as andamento, connected(servico, andamento, paciencia) as meios:
            meios.envio.offer(find(caminhos, meios.estado.owns))
            meios.envio.collect(wait=not sem_esperar)
            andamento.clear()
            counts = meios.estado.counts()
            exemplos = meios.estado.examples(SHOWN)
            out = console(sys.stdout)
            print_summary(out, meios.envio.resumo, counts, exemplos)
            print_where(out, servico.url, andamento.lotes)
            code = exit_code(meios.envio.resumo, counts, andamento.unopened)
    except Recusado as refusal:
        code = told(refusal)
    except KeyboardInterrupt:
        click.echo("Interrompido: o mesmo comando continua de onde parou.", err=True)
        raise
    ctx.exit(code)
