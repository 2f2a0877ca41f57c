"""`fiscalxml-ops borda`: the files of one edge, for the settings of the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from fiscalxml_ops.cloudflare.origin import CLOUDFLARE
from fiscalxml_ops.edge.limits import requests_per_second
from fiscalxml_ops.edge.nginx import nginx
from fiscalxml_ops.edge.site import Site
from fiscalxml_ops.edge.waf import servico
from fiscalxml_server.kit.settings import Settings

_EXISTING: Final = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("pasta", type=_EXISTING)
@click.option("--nome", "nomes", multiple=True, required=True, help="Domínio atendido.")
@click.option("--gateway", "gateways", multiple=True, required=True, help="host:porta atrás.")
@click.option(
    "--rede", "redes", multiple=True, required=True, help="Rede do balanceador (CIDR), confiável."
)
@click.option(
    "--cloudflare/--sem-cloudflare",
    default=True,
    help="A Cloudflare está na frente do balanceador.",
)
def borda(
    pasta: Path,
    nomes: tuple[str, ...],
    gateways: tuple[str, ...],
    redes: tuple[str, ...],
    *,
    cloudflare: bool,
) -> None:
    """Grava em PASTA o nginx.conf e o waf/servico.conf de uma borda.

    Limites vêm das variáveis FISCALXML_… dos serviços. Os outros arquivos são os de
    infra/edge/waf, ao lado.
    """
    settings = Settings()
    site = Site(
        names=nomes,
        upstream=gateways,
        proxies=redes,
        cloudflare=CLOUDFLARE if cloudflare else (),
        requests_per_second=requests_per_second(settings),
    )
    (pasta / "waf").mkdir(parents=True, exist_ok=True)
    (pasta / "nginx.conf").write_text(nginx(site, settings), encoding="utf-8")
    (pasta / "waf" / "servico.conf").write_text(servico(settings), encoding="utf-8")
    click.echo(f"Gravados em {pasta}: nginx.conf, waf/servico.conf")
