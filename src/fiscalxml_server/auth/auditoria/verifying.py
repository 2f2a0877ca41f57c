"""Verify by settings, files and places: what `fiscalxml audit verify` does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from obstore.exceptions import BaseError as StoreError

from fiscalxml_server.auth.auditoria.checkpoints import FOLDER
from fiscalxml_server.auth.auditoria.findings import Resultado
from fiscalxml_server.auth.auditoria.verify_database import verify_database
from fiscalxml_server.auth.auditoria.verify_export import ArquivoInvalido, verify_export
from fiscalxml_server.auth.auditoria.witnesses import Testemunhas, read_keys
from fiscalxml_server.kit.db import Banco
from fiscalxml_server.kit.errors import Indisponivel
from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage.places import Place

_NAME: Final = re.compile(rf"{FOLDER}/(\d{{12}})\.jws")


class NaoConferido(Exception):
    """It cannot be told whether anything was changed; the text says why."""


async def run(
    arquivo: Path | None, chaves: Path, pontos: str | None, settings: Settings | None = None
) -> Resultado:
    """Verify an export, or the database of the settings. Raises `NaoConferido`."""
    settings = settings or Settings()
    try:
        keys = read_keys(chaves.read_bytes())
    except (OSError, ValueError):
        raise NaoConferido(f"{chaves} não tem chaves públicas.") from None
    published = await _published(pontos or settings.audit_url, settings)
    if arquivo is not None:
        try:
            return verify_export(lambda: arquivo.open("rb"), Testemunhas(published, keys), keys)
        except (OSError, ArquivoInvalido) as error:
            raise NaoConferido(f"{arquivo}: {error}") from None
    if not settings.database_url.get_secret_value():
        raise NaoConferido("Diga o ARQUIVO de uma exportação, ou FISCALXML_DATABASE_URL.")
    banco = Banco.open(settings.model_copy(update={"database_role": None}))
    try:
        return await verify_database(banco, published, keys)
    except Indisponivel as error:
        raise NaoConferido(str(error)) from None
    finally:
        await banco.close()


async def _published(where: str, settings: Settings) -> dict[int, str]:
    """Number and text of each checkpoint of a store; none without a store."""
    if not where:
        return {}
    url = where if "://" in where else Path(where).resolve().as_uri()
    if url.startswith("file:") and not Path(where.removeprefix("file://")).is_dir():
        raise NaoConferido(f"{where} não é uma pasta.")
    found: dict[int, str] = {}
    try:
        place = Place.open(url, settings)
        async for page in place.pages(FOLDER):
            for name in page:
                if match := _NAME.fullmatch(name):
                    found[int(match[1])] = bytes(await place.get(name)).decode("ascii")
    except (OSError, ValueError, StoreError):
        raise NaoConferido(f"Os pontos de controle de {where} não puderam ser lidos.") from None
    return found
