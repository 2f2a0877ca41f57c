"""What is made from this part: files for a server of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fiscalxml_ops.recovery.pgbackrest import (
    Pastas,
    Repositorio,
    Servidor,
    archive_command,
    configuration,
    postgres_settings,
)

_FOLDER: Final = "ops/recovery"


def artefacts() -> Mapping[str, str]:
    """Path from the project's root -> content. Bucket and addresses are an example's."""
    repositorio = Repositorio(
        balde="fiscalxml-backups", endereco="s3.us-east-1.amazonaws.com", regiao="us-east-1"
    )
    servidor = Servidor(dados="/var/lib/postgresql/18/main", soquete="/run/postgresql")
    return {
        f"{_FOLDER}/pgbackrest.conf": configuration(repositorio, servidor, Pastas()),
        f"{_FOLDER}/postgresql.conf": postgres_settings(archive_command()),
    }
