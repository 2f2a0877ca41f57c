"""`python -m fiscalxml_server.auth`: what an operator does at the Auth Service by hand."""

from __future__ import annotations

import asyncio
from typing import BinaryIO, Final
from uuid import UUID

import click
import msgspec

from fiscalxml_server.auth.cotas import service as cotas
from fiscalxml_server.auth.cotas.schemas import MAX, NovaCota
from fiscalxml_server.auth.privacidade.alerting import alert
from fiscalxml_server.auth.privacidade.schemas import NovoIncidente
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens import rotation
from fiscalxml_server.kit.errors import NaoEncontrado, ParametrosInvalidos
from fiscalxml_server.kit.settings import settings

_NUMBER: Final = click.IntRange(1, MAX)


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


@main.command("cota")
@click.argument("organizacao", type=click.UUID)
@click.option("--validar", type=_NUMBER, help="Requisições por minuto que validam ou resumem.")
@click.option("--ler", type=_NUMBER, help="Requisições por minuto que leem.")
@click.option("--enviar", type=_NUMBER, help="Requisições por minuto que mandam guardar.")
@click.option("--documentos", type=_NUMBER, help="Documentos por mês.")
@click.option("--teste", is_flag=True, help="Os limites são os das chaves de teste.")
def cota(organizacao: UUID, teste: bool, **limites: int | None) -> None:
    """Define os limites de uma organização, no lugar de todos os anteriores.

    Um que não vem é o da instalação. Valem em poucos segundos em todos os serviços.
    """
    asyncio.run(_agree(organizacao, NovaCota(**limites), teste=teste))


async def _agree(organizacao: UUID, nova: NovaCota, *, teste: bool) -> None:
    recursos = Recursos.open(settings())
    try:
        await cotas.agree(recursos, organizacao, nova, sandbox=teste)
    except NaoEncontrado as missing:
        raise click.ClickException(missing.detalhe) from None
    finally:
        await recursos.close()
    click.echo("Limites definidos.")


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


@main.command()
@click.argument("arquivo", type=click.File("rb"))
@click.option(
    "--organizacao",
    "organizacoes",
    type=click.UUID,
    multiple=True,
    metavar="ID",
    help="Uma organização atingida; pode vir várias vezes. Sem a opção, todas.",
)
def incident(arquivo: BinaryIO, organizacoes: tuple[UUID, ...]) -> None:
    """Registra um incidente do próprio serviço e avisa os donos das organizações.

    O ARQUIVO é o JSON de POST /v1/privacidade/incidentes. O registro fica cinco anos em cada
    organização, que tem três dias úteis para comunicar à ANPD e aos titulares.
    """
    try:
        novo = msgspec.json.decode(arquivo.read(), type=NovoIncidente)
        count = asyncio.run(_alert(novo, frozenset(organizacoes) or None))
    except (msgspec.MsgspecError, ParametrosInvalidos) as error:
        raise click.ClickException(f"O arquivo não é um incidente: {error}") from None
    click.echo(f"Incidente registrado; organizações: {count}. Os donos serão avisados.")


async def _alert(novo: NovoIncidente, organizacoes: frozenset[UUID] | None) -> int:
    recursos = Recursos.open(settings())
    try:
        return await alert(recursos, novo, organizacoes)
    finally:
        await recursos.close()


if __name__ == "__main__":
    main()
