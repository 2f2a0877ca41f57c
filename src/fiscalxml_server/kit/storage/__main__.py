"""`python -m fiscalxml_server.kit.storage`: what an operator does with the keys of the store."""

from __future__ import annotations

import asyncio
from uuid import UUID

import click

from fiscalxml_server.kit import custody
from fiscalxml_server.kit.audit import record
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.settings import settings
from fiscalxml_server.kit.storage.errors import ChaveApagada
from fiscalxml_server.kit.storage.keys import CACHE_SECONDS
from fiscalxml_server.kit.storage.objects import Objetos


@click.group(help="Chaves do armazenamento, com as configurações FISCALXML_… do ambiente.")
def main() -> None:
    """Commands."""


@main.command()
def rewrap() -> None:
    """Embrulha de novo, com a chave mestra atual, as chaves de todas as organizações.

    Antes, ponha a chave nova em FISCALXML_MASTER_KEY_FILE (ou FISCALXML_MASTER_KEY_KMS) e a
    anterior em FISCALXML_MASTER_KEY_PREVIOUS_FILE, e reinicie todos os processos. Depois, retire a
    anterior.
    """
    count = asyncio.run(Objetos.open(settings()).rewrap_keys())
    click.echo(f"{count} chaves embrulhadas pela chave mestra atual.")


@main.command()
@click.argument("organizacao", type=click.UUID)
@click.option(
    "--espera",
    type=click.FloatRange(0, CACHE_SECONDS),
    default=CACHE_SECONDS,
    show_default=True,
    help="Segundos até que todos os processos selem com a chave nova; zero, se estão parados.",
)
def rotate(organizacao: UUID, espera: float) -> None:
    """Troca já a chave de dados de uma organização, se a atual pode ter vazado.

    O que chega passa a ser selado com a nova, e um trabalho sela de novo as cópias antigas. Rode-o
    com as configurações de um worker. A chave anterior fica: abre as cópias de segurança.
    """
    try:
        numero = asyncio.run(_rotate(organizacao, espera))
    except ChaveApagada:
        raise click.ClickException("As chaves desta organização foram apagadas.") from None
    click.echo(f"A chave {numero} sela; as cópias antigas serão seladas de novo.")


async def _rotate(organizacao: UUID, espera: float) -> int:
    banco = Banco.open(settings())
    try:
        numero = await Objetos.open(settings()).rotate_key(organizacao)
        async with banco.transacao(organizacao) as conn:
            await record(conn, organizacao, custody.rotated(numero))
        await asyncio.sleep(espera)  # what is sealed meanwhile with the old key is found, too
        async with banco.transacao(organizacao) as conn:
            await custody.ask_for_job(conn, organizacao, custody.RESELAR)
    finally:
        await banco.close()
    return numero


if __name__ == "__main__":
    main()
