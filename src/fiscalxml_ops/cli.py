"""`fiscalxml-ops`: for those who operate the service."""

from __future__ import annotations

import click

from fiscalxml_ops.alerts.command import alertmanager
from fiscalxml_ops.canary.command import canary
from fiscalxml_ops.cloudflare.command import cloudflare
from fiscalxml_ops.compose.command import certificados, segredos
from fiscalxml_ops.cost.command import cost
from fiscalxml_ops.deploy.cli import deploy
from fiscalxml_ops.edge.command import borda
from fiscalxml_ops.gateway.command import gateway
from fiscalxml_ops.scaling.command import escala


@click.group()
def main() -> None:
    """Opera o serviço API Fiscal XML."""


main.add_command(alertmanager)
main.add_command(canary)
main.add_command(segredos)
main.add_command(certificados)
main.add_command(gateway)
main.add_command(borda)
main.add_command(cloudflare)
main.add_command(deploy)
main.add_command(cost)
main.add_command(escala)
