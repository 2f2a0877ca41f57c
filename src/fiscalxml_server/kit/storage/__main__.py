"""`python -m fiscalxml_server.kit.storage`: what an operator does with the keys of the store."""

from __future__ import annotations

import asyncio

import click

from fiscalxml_server.kit.settings import settings
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


if __name__ == "__main__":
    main()
