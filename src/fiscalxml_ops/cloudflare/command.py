"""`fiscalxml-ops cloudflare`: a zone's folder, and the certificate of its origin."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
import msgspec

from fiscalxml_ops.cloudflare.origin import TRUST_STORE

_FOLDER: Final = click.Path(file_okay=False, path_type=Path)
_PLANS: Final = ("business", "enterprise")
_SENT: Final = "certificado-da-origem.json"


@click.group()
def cloudflare() -> None:
    """A Cloudflare à frente de tudo: zonas para o OpenTofu, e o certificado da origem."""


@cloudflare.command()
@click.argument("pasta", type=_FOLDER)
@click.option("--ambiente", required=True, help="Dá nome ao estado; ex. producao.")
@click.option("--nome", required=True, help="Domínio registrado; ex. empresa.com.br.")
@click.option(
    "--instalacao",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="O TOML do gateway, com os nomes dos serviços.",
)
@click.option("--plano", type=click.Choice(_PLANS), default="business", show_default=True)
@click.option(
    "--vinculo",
    "vinculos",
    multiple=True,
    metavar="CHAVE=SHA256",
    help="Parte pública de uma chave de API, e o certificado sem o qual ela não vale.",
)
@click.option(
    "--avisos-da-conta/--sem-avisos-da-conta",
    default=True,
    help="Avisos que são da conta inteira: em uma só das suas zonas.",
)
def zona(
    pasta: Path,
    ambiente: str,
    nome: str,
    instalacao: Path | None,
    plano: str,
    vinculos: tuple[str, ...],
    *,
    avisos_da_conta: bool,
) -> None:
    """Grava em PASTA os arquivos de uma zona, para tofu init, plan e apply.

    Limites vêm das variáveis FISCALXML_… dos serviços.
    """
    # Here: they import every service, which no other command needs.
    from fiscalxml_ops.cloudflare.plans import Plano
    from fiscalxml_ops.cloudflare.root import files
    from fiscalxml_ops.cloudflare.zones import Vinculo, Zona, ZonaInvalida
    from fiscalxml_ops.gateway.installation import Instalacao
    from fiscalxml_server.kit.settings import settings

    try:
        own = Zona(
            ambiente=ambiente,
            nome=nome,
            instalacao=Instalacao() if instalacao is None else Instalacao.read(instalacao),
            plano=Plano(plano),
            vinculos=tuple(map(Vinculo.parse, vinculos)),
            avisos_da_conta=avisos_da_conta,
        )
    except ZonaInvalida as error:
        raise click.ClickException(str(error)) from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise click.ClickException(f"{instalacao} não é uma instalação: {error}") from None
    made = files(own, settings())
    with _written(pasta):
        for name, content in made.items():
            (pasta / name).write_text(content, encoding="utf-8")
            click.echo(str(pasta / name))


@cloudflare.command()
@click.argument("pasta", type=_FOLDER)
@click.option("--nome", required=True, help="Domínio da zona.")
def certificado(pasta: Path, nome: str) -> None:
    """Grava em PASTA um certificado novo, com que a Cloudflare se mostra à origem.

    São dois arquivos: o da autoridade vai ao balanceador; o outro, com a chave, à Cloudflare, e
    depois se apaga.
    """
    from fiscalxml_ops.cloudflare.certificate import new_pair

    if not nome:
        raise click.BadParameter("diga o domínio", param_hint="--nome")
    pair = new_pair(nome)
    sent = pasta / _SENT
    with _written(pasta):
        (pasta / TRUST_STORE).write_text(pair.autoridade, encoding="utf-8")
        # A new file: an old one would keep the permissions that it has.
        sent.unlink(missing_ok=True)
        with os.fdopen(os.open(sent, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"certificate": pair.certificado, "private_key": pair.chave}, file)
    click.echo(f"Ao trust store do balanceador: {pasta / TRUST_STORE}")
    click.echo(f"À Cloudflare, e então apague: {sent}")
    click.echo(
        '  curl --fail -X POST -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" '
        "-H 'Content-Type: application/json' \\\n"
        f"    --data @{sent} https://api.cloudflare.com/client/v4/zones/$ZONA/origin_tls_client_auth"
    )


@contextmanager
def _written(pasta: Path) -> Iterator[None]:
    """The folder is there for the block; what cannot be written is told."""
    try:
        pasta.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise click.ClickException(f"não se grava {error.filename}") from None
