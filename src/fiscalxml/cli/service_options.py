"""What `send` and `watch` share: which service, whose credential, and what was sent to it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import urlsplit

import click

from fiscalxml.cli.parameters import Ficheiro

F = TypeVar("F", bound=Callable[..., Any])
_URL: Final = "FISCALXML_URL"
_TOKEN: Final = "FISCALXML_TOKEN"  # noqa: S105 - a name


class Servico(NamedTuple):
    """The service that was asked for. `estado`: the file of what was sent to it."""

    url: str
    credencial: str
    estado: Path


class Acesso(NamedTuple):
    """A service, and who one is there."""

    url: str
    credencial: str


def service_options(command: F) -> F:
    """--url, --chave and --estado."""
    options = (
        click.option(
            "--url",
            envvar=_URL,
            metavar="URL",
            help=f"Endereço do serviço; sem a opção, o de {_URL}.",
        ),
        click.option(
            "--chave",
            type=Ficheiro(),
            metavar="ARQUIVO",
            help=f"Arquivo com a chave de acesso ao serviço; sem a opção, vale {_TOKEN}.",
        ),
        click.option(
            "--estado",
            type=Ficheiro(exists=False),
            metavar="ARQUIVO",
            help="Onde fica o que já foi enviado; sem a opção, um arquivo na sua conta.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def read_service(url: str | None, chave: str | None, estado: str | None) -> Servico:
    """Raises `click.UsageError` where something is missing."""
    access = read_access(url, chave)
    return Servico(*access, Path(estado) if estado else _state_file(access.url))


def read_access(url: str | None, chave: str | None, option: str = "--url") -> Acesso:
    """`option`: what gives the URL. Raises `click.UsageError` where something is missing."""
    if find_spec("httpx2") is None:
        raise click.UsageError("falta instalar o cliente: pip install 'fiscalxml[client]'")
    if not (url or "").strip():
        raise click.UsageError(f"falta o endereço do serviço: dê {option}, ou defina {_URL}.")
    address = str(url).strip()
    if urlsplit(address).scheme not in ("http", "https"):
        raise click.BadParameter("o endereço começa por http:// ou https://.", param_hint=option)
    credencial = _read_key(chave) if chave else os.environ.get(_TOKEN, "").strip()
    if not credencial:
        raise click.UsageError(f"falta a chave de acesso: dê --chave, ou defina {_TOKEN}.")
    return Acesso(address, credencial)


def _read_key(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise click.BadParameter("não pôde ser lido.", param_hint="--chave") from None


def _state_file(url: str) -> Path:
    """One for each service, named so that a person knows it."""
    parts = urlsplit(url)
    host = "".join(char if char.isalnum() or char in ".-" else "-" for char in parts.netloc)
    digest = hashlib.sha256(url.rstrip("/").encode()).hexdigest()[:8]
    return _state_folder() / f"{host.rpartition('@')[2]}-{digest}.db"


def _state_folder() -> Path:
    given = os.environ.get("XDG_STATE_HOME") or os.environ.get("LOCALAPPDATA")
    base = Path(given) if given else Path.home() / ".local" / "state"
    return base / "fiscalxml" / "envios"
