"""`python -m fiscalxml_server.auth`: what an operator does at the Auth Service by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import BinaryIO, Final, TypeVar
from uuid import UUID

import click
import msgspec

from fiscalxml_server.auth import resealing
from fiscalxml_server.auth.auditoria import keys as audit_keys
from fiscalxml_server.auth.convites import founding
from fiscalxml_server.auth.cotas import service as cotas
from fiscalxml_server.auth.cotas.schemas import MAX, NovaCota
from fiscalxml_server.auth.privacidade.alerting import alert
from fiscalxml_server.auth.privacidade.schemas import NovoIncidente
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.auth.tokens import rotation
from fiscalxml_server.kit.errors import Problema
from fiscalxml_server.kit.settings import settings

_NUMBER: Final = click.IntRange(1, MAX)

T = TypeVar("T")


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

    async def work(recursos: Recursos) -> str:
        async with recursos.banco.transacao() as conn:
            if comprometida:
                kid, old = await rotation.replace(conn, recursos.segredos)
                return f"Chave {kid} assina já; removidas: {', '.join(old) or 'nenhuma'}."
            kid, since = await rotation.rotate(conn, recursos.segredos)
            return f"Chave {kid} publicada; assina a partir de {since:%Y-%m-%d %H:%M} UTC."

    click.echo(_with_resources(work))


@main.command("rotate-audit-key")
def rotate_audit_key() -> None:
    """Troca a chave que assina os pontos de controle da auditoria.

    A parte privada da anterior é destruída; a pública fica para sempre, e o que ela assinou ainda
    se confere. Quem confere guarda de novo /.well-known/fiscalxml-auditoria.json.
    """

    async def work(recursos: Recursos) -> str:
        async with recursos.banco.transacao() as conn:
            return await audit_keys.rotate(conn, recursos.segredos)

    click.echo(f"Chave {_with_resources(work)} assina os próximos pontos de controle.")


@main.command("reseal")
def reseal() -> None:
    """Sela de novo, com o segredo atual, o que um anterior selou.

    O arquivo de FISCALXML_AUTH_SECRET_FILE tem um segredo por linha, e o atual é o primeiro. Para
    trocar: acrescente o novo no fim e reinicie todos os processos; ponha-o na primeira linha e
    reinicie de novo; rode este comando, e outra vez até ele dizer que os anteriores podem sair.
    """
    try:
        done = _with_resources(resealing.reseal)
    except ValueError:
        raise click.ClickException("Há o que nenhum segredo do arquivo abre.") from None
    click.echo(f"Selados de novo: {done.selados}.")
    if done.done:
        click.echo("Os segredos anteriores não servem mais a nada: deixe só o primeiro no arquivo.")
        return
    for what, count in done.restam.items():
        if count:
            click.echo(f"Ainda dependem dos anteriores: {count} {what}.")
    click.echo(f"Até {done.tokens_ate:%Y-%m-%d %H:%M} UTC pode haver sessões que dependam deles.")


@main.command("organizacao")
@click.argument("nome")
@click.argument("email")
def organizacao(nome: str, email: str) -> None:
    """Abre a organização NOME e convida por EMAIL quem será o dono dela.

    Serve onde o cadastro é fechado. O código do convite só vai no e-mail, e vale 7 dias.
    """
    made = _with_resources(lambda recursos: founding.found(recursos, nome, email))
    click.echo(f"Organização {made} aberta; o convite vai por e-mail.")


@main.command("dono")
@click.argument("organizacao", type=click.UUID)
@click.argument("email")
def dono(organizacao: UUID, email: str) -> None:
    """Convida de novo, por EMAIL, quem será o dono de uma ORGANIZACAO que não tem nenhum."""
    try:
        _with_resources(lambda recursos: founding.invite_again(recursos, organizacao, email))
    except founding.JaTemDono:
        raise click.ClickException("A organização tem dono; é ele quem convida.") from None
    click.echo("O convite vai por e-mail.")


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
    nova = NovaCota(**limites)
    _with_resources(lambda recursos: cotas.agree(recursos, organizacao, nova, sandbox=teste))
    click.echo("Limites definidos.")


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
    except msgspec.MsgspecError as error:
        raise click.ClickException(f"O arquivo não é um incidente: {error}") from None
    which = frozenset(organizacoes) or None
    count = _with_resources(lambda recursos: alert(recursos, novo, which))
    click.echo(f"Incidente registrado; organizações: {count}. Os donos serão avisados.")


def _with_resources(work: Callable[[Recursos], Awaitable[T]]) -> T:
    """What comes of it, done with the resources of the settings. Raises ClickException."""

    async def run() -> T:
        recursos = Recursos.open(settings())
        try:
            return await work(recursos)
        except Problema as refused:
            raise click.ClickException(refused.detalhe) from None
        finally:
            await recursos.close()

    return asyncio.run(run())


if __name__ == "__main__":
    main()
