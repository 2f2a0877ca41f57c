"""`fiscalxml-ops`: for those who operate the service."""

from __future__ import annotations

import click


@click.group()
def main() -> None:
    """Opera o serviço API Fiscal XML."""
