"""`python -m fiscalxml_server.auth`: what an operator does at the Auth Service by hand."""

from __future__ import annotations

import asyncio

import click

from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens import rotation
from fiscalxml_server.kit.settings import settings


@click.group(help="Operações do serviço de contas, com as configurações FISCALXML_… do ambiente.")
def main() -> None:
    """Commands."""


@main.command("rotate-keys")
@click.option(
    "--comprometida",
    is_flag=True,
    help="As chaves atuais podem ter vazado: saem já, e os tokens que assinaram deixam de valer.",
)
def rotate_keys(comprometida: bool) -> None:
    """Troca a chave que assina os tokens.

    A nova é publicada já e assina em uma hora; a anterior fica publicada até o último token dela
    vencer, e ninguém percebe. Com --comprometida, a nova assina já e todos renovam o token.
    """
    asyncio.run(_rotate(comprometida))


async def _rotate(comprometida: bool) -> None:
    recursos = Recursos.open(settings())
    try:
        async with recursos.banco.transacao() as conn:
            if comprometida:
                kid, old = await rotation.replace(conn, recursos.segredos)
                told = f"Chave {kid} assina já; removidas: {', '.join(old) or 'nenhuma'}."
            else:
                kid, since = await rotation.rotate(conn, recursos.segredos)
                told = f"Chave {kid} publicada; assina a partir de {since:%Y-%m-%d %H:%M} UTC."
    finally:
        await recursos.close()
    click.echo(told)


if __name__ == "__main__":
    main()
