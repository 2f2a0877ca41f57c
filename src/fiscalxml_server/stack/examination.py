"""What `fiscalxml doctor` does, once what it needs is known to be installed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib import import_module

import click
from pydantic import ValidationError

from fiscalxml_server.kit.profile import examine
from fiscalxml_server.kit.profile.connecting import examine_servers
from fiscalxml_server.kit.profile.faults import Falha
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.stack.doctor import FIT, PAPEIS, UNFIT, UNKNOWN

_ROLE = "fiscalxml_"


def run(perfil: str | None, papeis: Sequence[str], *, conectar: bool) -> int:
    """Look at the settings of the environment and say what is found; gives the exit code."""
    try:
        settings = Settings()
    except ValidationError as invalid:
        for error in invalid.errors(include_input=False, include_url=False):
            nome = "_".join(str(part) for part in error["loc"]).upper()
            click.secho(f"✖ FISCALXML_{nome}: o valor não é dos que se aceitam.", fg="red")
        return UNKNOWN
    perfil = perfil or settings.perfil
    found = 0
    for papel in papeis or _papeis(settings):
        falhas = examine(settings, papel) if perfil == "producao" else []
        if conectar:
            _know_tables()
            falhas += asyncio.run(examine_servers(settings, production=perfil == "producao"))
            if papel == "auth" and not falhas:
                falhas += asyncio.run(_checkpoint_key(settings))
        _tell(papel, perfil, falhas)
        found += len(falhas)
    return UNFIT if found else FIT


def _know_tables() -> None:
    """Import the models of all services."""
    import_module("fiscalxml_server.api.app")
    import_module("fiscalxml_server.auth.app")
    import_module("fiscalxml_server.webhooks.app")


async def _checkpoint_key(settings: Settings) -> list[Falha]:
    """That which signs the audit's checkpoints is sealed in the database."""
    from fiscalxml_server.auth.auditoria import keys  # as heavy as the tables above
    from fiscalxml_server.auth.resources import Recursos

    recursos = Recursos.open(settings)
    try:
        async with recursos.banco.transacao() as conn:
            if await keys.opens(conn, recursos.segredos):
                return []
    finally:
        await recursos.close()
    return [
        Falha("AUTH_SECRET_FILE", "não abre a chave dos pontos de controle que o banco guarda.")
    ]


def _papeis(settings: Settings) -> Sequence[str]:
    """That of the settings, where they say it."""
    own = (settings.database_role or "").removeprefix(_ROLE)
    return (own,) if own in PAPEIS else PAPEIS


def _tell(papel: str, perfil: str, falhas: Sequence[Falha]) -> None:
    if not falhas:
        click.secho(f"✔ {papel}: nada falta ao perfil {perfil}", fg="green")
        return
    click.secho(f"✖ {papel}: o perfil {perfil} não aceita", fg="red")
    for falha in falhas:
        click.echo(f"    FISCALXML_{falha.variavel}: {falha.motivo}")
