"""`fiscalxml-ops gateway`: its files for one installation, with the keys of the moment."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec


@click.command()
@click.option(
    "--chaves",
    metavar="JWKS",
    help="Arquivo ou endereço das chaves públicas do serviço de contas "
    "(https://…/.well-known/jwks.json). Sem elas, só os serviços conferem os tokens.",
)
@click.option(
    "--instalacao",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML com o que esta instalação tem de próprio.",
)
@click.option(
    "--destino",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("infra/kong"),
    show_default=True,
    help="Pasta em que os arquivos são gravados.",
)
def gateway(chaves: str | None, instalacao: Path | None, destino: Path) -> None:
    """Faz kong.yml, kong.env e nginx.conf a partir das operações dos serviços.

    Depois, o gateway é recarregado: kong reload.
    """
    # Here: they import every service, which no other command needs.
    from fiscalxml_ops.gateway import keys
    from fiscalxml_ops.gateway.installation import Instalacao
    from fiscalxml_ops.gateway.making import files
    from fiscalxml_server.kit.settings import settings

    try:
        own = Instalacao() if instalacao is None else Instalacao.read(instalacao)
    except (msgspec.MsgspecError, ValueError) as error:
        raise click.ClickException(f"{instalacao}: {error}") from None
    try:
        known = () if chaves is None else keys.read(chaves)
    except (keys.ChavesInvalidas, OSError) as error:
        raise click.ClickException(f"as chaves não foram lidas de {chaves}: {error}") from None
    made = files(own, settings(), known)
    destino.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        part = destino / f".{name}.novo"
        part.write_text(content, encoding="utf-8")
        part.replace(destino / name)  # whoever reads it reads a whole one
        click.echo(str(destino / name))
