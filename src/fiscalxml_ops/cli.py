"""`fiscalxml-ops`: for those who operate the service."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

_COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "alertmanager": ("fiscalxml_ops.alerts.command", "alertmanager"),
    "borda": ("fiscalxml_ops.edge.command", "borda"),
    "canary": ("fiscalxml_ops.canary.command", "canary"),
    "certificados": ("fiscalxml_ops.compose.command", "certificados"),
    "cloudflare": ("fiscalxml_ops.cloudflare.command", "cloudflare"),
    "cost": ("fiscalxml_ops.cost.command", "cost"),
    "deploy": ("fiscalxml_ops.deploy.cli", "deploy"),
    "escala": ("fiscalxml_ops.scaling.command", "escala"),
    "gateway": ("fiscalxml_ops.gateway.command", "gateway"),
    "recuperacao": ("fiscalxml_ops.recovery.command", "recuperacao"),
    "segredos": ("fiscalxml_ops.compose.command", "segredos"),
}
"""name -> module and attribute"""


class _Comandos(click.Group):
    """Imports a command when it is asked for: some bring all of the services with them."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=_Comandos)
def main() -> None:
    """Opera o serviço API Fiscal XML."""
