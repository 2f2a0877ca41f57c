"""`fiscalxml-ops`: for those who operate the service."""

from __future__ import annotations

import click

from fiscalxml_ops.deploy.cli import deploy


@click.group()
def main() -> None:
    """Opera o serviço API Fiscal XML."""


main.add_command(deploy)
