"""`fiscalxml-ops canary`."""

from __future__ import annotations

import logging
import signal
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Final

import click
from prometheus_client import start_http_server

from fiscalxml.client import Cliente, Politica
from fiscalxml.client.errors import FalhaDoCliente
from fiscalxml_ops.canary.receiver import Receptor, listening
from fiscalxml_ops.canary.rounds import ALL, Volta, go_round
from fiscalxml_ops.canary.running import Plano, run
from fiscalxml_ops.canary.subscription import subscribed
from fiscalxml_ops.objectives import CANARIO
from fiscalxml_server.kit.telemetry.logs import configure_logging
from fiscalxml_server.kit.telemetry.metrics import REGISTRY

_LOG = logging.getLogger(__name__)
_REQUEST_SECONDS: Final = 10.0
_ONCE: Final = Politica(tentativas=1)  # a second try would hide what a user sees


@click.command(
    help="Faz o que um usuário faz, uma vez por minuto: valida e envia uma nota sintética, espera "
    "o processamento e recebe o webhook conferido. As medidas ficam em /metrics."
)
@click.option("--url", envvar="FISCALXML_URL", required=True, help="Endereço da API.")
@click.option(
    "--webhooks-url",
    envvar="FISCALXML_WEBHOOKS_URL",
    help="Endereço do serviço de webhooks; sem a opção, o da API.",
)
@click.option(
    "--chave",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="FISCALXML_CANARY_KEY_FILE",
    required=True,
    help="Arquivo com a chave de teste (fx_test_…) de uma organização só do canário.",
)
@click.option(
    "--receptor",
    envvar="FISCALXML_CANARY_RECEIVER_URL",
    required=True,
    help="Endereço em que o serviço alcança este processo.",
)
@click.option(
    "--escuta",
    envvar="FISCALXML_CANARY_LISTEN",
    default="127.0.0.1:9180",
    show_default=True,
    help="Onde este processo recebe o webhook.",
)
@click.option(
    "--metricas-host",
    envvar="FISCALXML_METRICS_HOST",
    default="127.0.0.1",
    show_default=True,
    help="Onde /metrics é servido.",
)
@click.option("--metricas-porta", envvar="FISCALXML_METRICS_PORT", type=int, help="De /metrics.")
@click.option("--intervalo", default=60.0, show_default=True, help="Segundos entre voltas.")
@click.option("--prazo", default=20.0, show_default=True, help="Segundos para cada espera.")
@click.option("--uma-vez", is_flag=True, help="Dá uma volta, diz como foi e termina.")
def canary(
    url: str,
    webhooks_url: str | None,
    chave: Path,
    receptor: str,
    escuta: str,
    metricas_host: str,
    metricas_porta: int | None,
    intervalo: float,
    prazo: float,
    uma_vez: bool,
) -> None:
    """Rounds until SIGTERM or SIGINT; with `--uma-vez`, exit 1 for a round that failed."""
    host, _, port = escuta.rpartition(":")
    listener = Receptor()
    with ExitStack() as held:
        cliente = held.enter_context(
            Cliente(
                url,
                chave.read_text(encoding="utf-8").strip(),
                webhooks_url=webhooks_url,
                prazo=_REQUEST_SECONDS,
                politica=_ONCE,
            )
        )
        held.enter_context(listening(listener, host, int(port)))
        if uma_vez:
            raise SystemExit(_once(cliente, listener, receptor, prazo))
        configure_logging(CANARIO)
        if metricas_porta is not None:
            start_http_server(metricas_porta, metricas_host, REGISTRY)
        ended = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        plano = Plano(
            receptor=receptor,
            intervalo=intervalo,
            prazo=prazo,
            enderecos={"api": url, "webhooks": webhooks_url or url},
        )
        run(cliente, listener, plano, ended, _tell)


def _once(cliente: Cliente, listener: Receptor, receptor: str, prazo: float) -> int:
    try:
        with subscribed(cliente, listener, receptor):
            volta = go_round(cliente, listener, prazo)
    except FalhaDoCliente as error:
        click.echo(f"✖ assinar: {error}")
        return 1
    for name, seconds in volta.segundos.items():
        click.echo(f"✔ {'volta inteira' if name == ALL else name}: {seconds:.2f} s")
    if volta.falhou:
        click.echo(f"✖ {volta.falhou}: {volta.motivo}")
    return int(bool(volta.falhou))


def _tell(volta: Volta) -> None:
    """What went well, the metrics tell."""
    if volta.falhou:
        _LOG.warning("canary round failed", extra={"part": volta.falhou})
