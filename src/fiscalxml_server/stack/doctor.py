"""`fiscalxml doctor`: whether the settings are fit for a profile, before anything starts."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final

import click

PAPEIS: Final = ("auth", "api", "worker", "relay", "webhooks", "entregador")
_EXTRAS: Final = ("pydantic_settings", "sqlalchemy", "asyncpg", "redis", "obstore", "aiohttp")
FIT, UNFIT, UNKNOWN = 0, 1, 2


@click.command(options_metavar="[OPÇÕES]")
@click.option(
    "--perfil",
    type=click.Choice(("desenvolvimento", "producao")),
    help="O perfil a conferir; sem a opção, o de FISCALXML_PERFIL.",
)
@click.option(
    "--papel",
    "papeis",
    type=click.Choice(PAPEIS),
    multiple=True,
    help="De que serviço são as configurações, e pode repetir; sem a opção, o que "
    "FISCALXML_DATABASE_ROLE diz, ou todos.",
)
@click.option(
    "--conectar",
    is_flag=True,
    help="Também se liga ao banco, ao Redis e ao armazenamento, sem mudar nada.",
)
@click.pass_context
def doctor(ctx: click.Context, perfil: str | None, papeis: Sequence[str], conectar: bool) -> None:
    """Confere as configurações (FISCALXML_…) e diz quais faltam ou são fracas.

    No perfil producao nenhum segredo tem valor padrão, e cada serviço faz esta mesma conferência e
    se recusa a iniciar se algo falta. O perfil desenvolvimento não exige nada. Nenhum valor é
    mostrado.

    Termina com 0 quando nada falta, 1 quando falta algo e 2 se não foi possível conferir.
    """
    missing = [name for name in _EXTRAS if find_spec(name) is None]
    if missing:
        _say(f"✖ Falta instalar ({', '.join(missing)}): pip install 'fiscalxml[server]'", "red")
        ctx.exit(UNKNOWN)
    from fiscalxml_server.stack.examination import run

    ctx.exit(run(perfil, papeis, conectar=conectar))


def _say(text: str, colour: str) -> None:
    click.secho(text, fg=colour, err=True)
