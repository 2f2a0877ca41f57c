"""`fiscalxml-ops deploy`: on one machine; other places have drivers of their own."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import click

from fiscalxml_ops.deploy.environment import NaoFoi
from fiscalxml_ops.deploy.local import Local
from fiscalxml_ops.deploy.operating import Ocupado, begin, end, finish, give_back, switch
from fiscalxml_ops.deploy.phases import faults, scripts
from fiscalxml_ops.deploy.resuming import resume
from fiscalxml_ops.deploy.state import Versao, ports_from
from fiscalxml_ops.deploy.switching import Plano, Relato
from fiscalxml_server.stack.folder import Pasta
from fiscalxml_server.stack.refusal import Recusado

_DADOS = click.option(
    "--dados",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Pasta de dados, como a de `fiscalxml up`.",
)


@click.group()
def deploy() -> None:
    """Troca uma versão por outra sem que ninguém perceba, e volta se for preciso.

    FISCALXML_DATABASE_URL e FISCALXML_BROKER_URL dizem onde estão o banco (como dono das tabelas) e
    a fila.
    """


@deploy.command()
@_DADOS
@click.option("--versao", required=True, help="Nome do que vai rodar: uma etiqueta, um commit.")
@click.option("--porta", default=8000, show_default=True, help="Da API; as duas seguintes também.")
def iniciar(dados: Path, versao: str, porta: int) -> None:
    """Põe a primeira versão no ar, atrás do balanceador."""
    with _told():
        begin(Local(Pasta(dados), ports_from(porta)), Versao(versao))
        click.echo(f"✔ {versao} no ar em http://127.0.0.1:{porta}")


@deploy.command()
@_DADOS
@click.option("--versao", required=True, help="Nome do que vem.")
@click.option("--programa", type=click.Path(dir_okay=False), help="O Python em que está instalada.")
@click.option("--ajuste", "ajustes", multiple=True, help="NOME=VALOR, só desta versão.")
@click.option("--etapas", default="1,10,50,100", show_default=True, help="Por cento, em ordem.")
@click.option("--segundos", default=60.0, show_default=True, help="De cada etapa.")
@click.option("--quente", default=300.0, show_default=True, help="Da última, antes do fim.")
@click.option("--manter", is_flag=True, help="Deixa a versão anterior pronta para `voltar`.")
@click.pass_context
def trocar(
    ctx: click.Context,
    dados: Path,
    versao: str,
    programa: str | None,
    ajustes: tuple[str, ...],
    etapas: str,
    segundos: float,
    quente: float,
    *,
    manter: bool,
) -> None:
    """Troca a versão, aos poucos. Termina com 1 se voltou à anterior.

    Ctrl-C, SIGTERM e o fim do terminal voltam à anterior.
    """
    with _told():
        plano = Plano(etapas=tuple(map(int, etapas.split(","))), segundos=segundos, quente=quente)
        nova = Versao(versao, ajustes=dict(each.split("=", 1) for each in ajustes))
        if programa:
            nova = Versao(versao, programa, nova.ajustes)
        local = Local.found(dados)
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                signal.signal(number, signal.default_int_handler)
        relato = switch(local, nova, plano, click.echo)
        if relato.revertida is None and not manter:
            finish(local, plano.dreno, _phase)
    if relato.revertida is not None:
        ctx.exit(1)


@deploy.command()
@_DADOS
def voltar(dados: Path) -> None:
    """Devolve tudo à versão anterior, que `trocar --manter` deixou pronta, ou à que atendia antes
    de uma troca que foi cortada.
    """
    with _told():
        local = Local.found(dados)
        give_back(local)
        click.echo(f"✔ {local.estado.versoes[local.estado.ativa].nome} recebe tudo")


@deploy.command()
@_DADOS
@click.option("--dreno", default=60.0, show_default=True, help="Segundos para conexões abertas.")
def encerrar(dados: Path, dreno: float) -> None:
    """Encerra a versão que não recebe nada, e tira do banco o que só ela usava."""
    with _told():
        finish(Local.found(dados), dreno, _phase)


@deploy.command()
@_DADOS
def estado(dados: Path) -> None:
    """Diz que versões há e o que cada uma recebe."""
    with _told():
        local = Local.found(dados)
        for cor, peso in local.balanceador.weights().items():
            versao = local.estado.versoes.get(cor)
            runs = "atende" if local.atende(cor) else "parada"
            click.echo(f"{cor}: {versao.nome if versao else '—'}, {runs}, peso {peso}")


@deploy.command()
@_DADOS
def continuar(dados: Path) -> None:
    """Inicia o que devia rodar e não roda: depois de uma morte, ou de a máquina reiniciar.

    Pode ser chamado a cada minuto: onde tudo roda, nada faz.
    """
    with _told():
        try:
            resume(dados, click.echo)
        except Ocupado as error:
            click.echo(str(error))


@deploy.command()
@_DADOS
def parar(dados: Path) -> None:
    """Encerra tudo; os dados ficam."""
    with _told():
        end(Local.found(dados))


@deploy.command()
def migracoes() -> None:
    """Confere se as migrações deixam a versão anterior trabalhar."""
    found = list(faults(scripts()))
    for revision, achado in found:
        click.echo(f"✖ {revision}: {achado.regra}: {achado.trecho}")
    if found:
        raise SystemExit(1)
    click.echo("✔ a versão anterior continua a trabalhar com o banco da nova")


@contextmanager
def _told() -> Iterator[None]:
    """What went wrong is one line, and exit code 2."""
    try:
        yield
    except (NaoFoi, Recusado, OSError, ValueError) as error:
        click.secho(f"✖ {error}", fg="red", err=True)
        raise SystemExit(2) from None


def _phase(name: str) -> AbstractContextManager[None]:
    return Relato().timed(name, click.echo)
