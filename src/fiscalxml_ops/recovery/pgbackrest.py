"""pgBackRest's configuration, and what PostgreSQL is told: the same in production and in drills.

Versions, options and defaults: pgBackRest 2.60 (Debian forky), its command and configuration
reference. Passwords are never here: they are in a second file, of mode 0600 (`secrets`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

STANZA: Final = "fiscalxml"
ARCHIVE_SECONDS: Final = 60
"""after which a segment that is not full is archived: what a lost region costs at least"""
POSTGRES: Final[Mapping[str, str]] = {
    "wal_level": "replica",
    "archive_mode": "on",
    "archive_timeout": str(ARCHIVE_SECONDS),
    "max_wal_senders": "4",
    "max_replication_slots": "4",
    "hot_standby": "on",
    "max_slot_wal_keep_size": "4GB",
}
"""of the primary and of its replica, which archives when it is promoted"""


@dataclass(frozen=True, kw_only=True)
class Repositorio:
    """A bucket with versioning and object lock, reached by HTTPS alone."""

    balde: str
    endereco: str
    porta: int = 443
    regiao: str
    ca: str = ""
    """file of the authority, where it is not a public one"""
    estilo: str = "host"
    """`path` for servers without a name a bucket"""


@dataclass(frozen=True, kw_only=True)
class Servidor:
    """Where PostgreSQL is on its machine."""

    dados: str
    soquete: str
    usuario: str = "postgres"


@dataclass(frozen=True, kw_only=True)
class Pastas:
    """Of pgBackRest on that machine."""

    registros: str = "/var/log/pgbackrest"
    travas: str = "/var/lib/pgbackrest/travas"
    fila: str = "/var/spool/pgbackrest"
    programa: str = ""
    """where it is not in the PATH of PostgreSQL"""


def configuration(
    repositorio: Repositorio, servidor: Servidor, pastas: Pastas, processos: int = 4
) -> str:
    """pgbackrest.conf. With `secrets` beside it, below `conf.d`."""
    lines = [
        "# Feito do código por `make operacao`. As senhas: conf.d/segredos.conf.",
        "[global]",
        *([f"cmd={pastas.programa}"] if pastas.programa else []),
        "repo1-type=s3",
        "repo1-path=/pgbackrest",
        f"repo1-s3-bucket={repositorio.balde}",
        f"repo1-s3-endpoint={repositorio.endereco}",
        f"repo1-s3-region={repositorio.regiao}",
        f"repo1-s3-uri-style={repositorio.estilo}",
        f"repo1-storage-port={repositorio.porta}",
        *([f"repo1-storage-ca-file={repositorio.ca}"] if repositorio.ca else []),
        "# O que sai da máquina já sai cifrado: o balde não tem a senha.",
        "repo1-cipher-type=aes-256-cbc",
        "# Pacotes de arquivos pequenos, e só os blocos que mudaram nos incrementais.",
        "repo1-bundle=y",
        "repo1-block=y",
        "compress-type=zst",
        f"process-max={processos}",
        "start-fast=y",
        "# Quem grava não apaga: as cópias vencem pela regra do balde, depois da trava.",
        "expire-auto=n",
        "repo1-retention-full-type=time",
        "repo1-retention-full=35",
        f"log-path={pastas.registros}",
        f"lock-path={pastas.travas}",
        f"spool-path={pastas.fila}",
        "log-level-console=warn",
        "",
        f"[{STANZA}]",
        f"pg1-path={servidor.dados}",
        f"pg1-socket-path={servidor.soquete}",
        f"pg1-user={servidor.usuario}",
    ]
    return "\n".join(lines) + "\n"


def secrets(chave: str, segredo: str, senha: str) -> str:
    """conf.d/segredos.conf: of who writes to the bucket, and what the repository is sealed with."""
    lines = [
        "[global]",
        f"repo1-s3-key={chave}",
        f"repo1-s3-key-secret={segredo}",
        f"repo1-cipher-pass={senha}",
    ]
    return "\n".join(lines) + "\n"


def archive_command(programa: str = "pgbackrest", opcoes: str = "") -> str:
    """For postgresql.conf. PostgreSQL keeps a segment until this ends with 0."""
    return " ".join(filter(None, (programa, opcoes, f"--stanza={STANZA}", "archive-push %p")))


def postgres_settings(command: str) -> str:
    """The lines of postgresql.conf."""
    values = {**POSTGRES, "archive_command": command}
    told = "".join(f"{name} = '{value}'\n" for name, value in values.items())
    return f"# Feito do código por `make operacao` (fiscalxml_ops/recovery).\n{told}"
