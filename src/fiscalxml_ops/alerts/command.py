"""`fiscalxml-ops alertmanager`: the configuration for an installation."""

from __future__ import annotations

from typing import Final

import click

from fiscalxml_ops.alerts.manager import MODELOS, Instalacao, configuration
from fiscalxml_ops.alerts.writing import written

_DEFAULT: Final = Instalacao()


@click.command(
    help="Escreve na saída a configuração do Alertmanager desta instalação. Os segredos são "
    f"arquivos que ele mesmo lê; {MODELOS} (de ops/alerts) fica ao lado dela."
)
@click.option(
    "--smtp", required=True, metavar="SERVIDOR:PORTA", help="Servidor de e-mail, com TLS."
)
@click.option("--usuario", default="", help="Usuário no servidor; a senha é o arquivo smtp-senha.")
@click.option("--remetente", required=True, help="De quem vêm os e-mails.")
@click.option("--para", required=True, multiple=True, help="Quem recebe chamados; pode repetir.")
@click.option("--canal", default=_DEFAULT.canal, show_default=True, help="Canal do Slack.")
@click.option(
    "--sentinela", required=True, metavar="URL", help="Quem avisa quando a vigilância para."
)
@click.option(
    "--segredos",
    default=_DEFAULT.segredos,
    show_default=True,
    help="Pasta de pagerduty-plantao, pagerduty-gestao, slack-url e smtp-senha.",
)
def alertmanager(
    smtp: str,
    usuario: str,
    remetente: str,
    para: tuple[str, ...],
    canal: str,
    sentinela: str,
    segredos: str,
) -> None:
    """Writes it to standard output."""
    casa = Instalacao(
        smtp=smtp,
        usuario=usuario,
        remetente=remetente,
        destinatarios=para,
        canal=canal,
        sentinela=sentinela,
        segredos=segredos,
    )
    click.echo(written(configuration(casa)), nl=False)
