"""Checkpoints: one signed hash of the ends of all chains, which names the one before it.

Whoever has a checkpoint can tell whether a chain that it saw was changed since. It is written to
the database with the ends that it saw, and then published to the object store, which has the last
word: a database that was restored from a backup goes on behind what was published.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Final

import msgspec
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import RowMapping, text

from fiscalxml_server.auth.auditoria import repository
from fiscalxml_server.auth.auditoria.keys import CHECKPOINTS
from fiscalxml_server.auth.auditoria.merkle import leaf, root
from fiscalxml_server.auth.resources import Recursos
from fiscalxml_server.kit.storage.places import Place

FOLDER: Final = "pontos"
TYPE: Final = "fiscalxml-ponto"
FIRST: Final = bytes(32)
"""what the first one names as the one before it"""
_LOCK: Final = text("SELECT pg_advisory_xact_lock(hashtext('auditoria.pontos'))")
_LOG = logging.getLogger(__name__)


class Ponto(msgspec.Struct, frozen=True):
    """What a checkpoint says; hashes in hexadecimal."""

    instalacao: str
    numero: int
    quando: datetime
    cadeias: int
    raiz: str
    anterior: str


def object_name(numero: int) -> str:
    """Of a checkpoint in the store; names sort as numbers do."""
    return f"{FOLDER}/{numero:012}.jws"


async def checkpoint(recursos: Recursos) -> None:
    """Make and publish the next one, and those that could not be published before.

    Nothing without `audit_url`. Raises what the store raises: the next run publishes then.
    """
    settings = recursos.settings
    if not settings.audit_url:
        return
    place = Place.open(settings.audit_url, settings)
    await _publish(recursos, place)
    async with recursos.banco.transacao() as conn:
        await conn.execute(_LOCK)
        known = await repository.last_checkpoint(conn)
        number, before = await _newest(place, known)
        key = await CHECKPOINTS.key(conn, recursos.segredos)
        now = await repository.now(conn)
        seen = await repository.heads(conn)
        tree = root([leaf(each) for each in seen])
        ponto = Ponto(settings.auth_issuer, number + 1, now, len(seen), tree.hex(), before.hex())
        await repository.write_checkpoint(conn, number + 1, now, sign(ponto, key), seen)
    await _publish(recursos, place)


def sign(ponto: Ponto, key: ECKey) -> str:
    """The checkpoint as a compact JWS."""
    header = {"alg": "ES256", "kid": key.kid, "typ": TYPE}
    return jws.serialize_compact(header, msgspec.json.encode(ponto), key, algorithms=["ES256"])


async def _newest(place: Place, known: RowMapping | None) -> tuple[int, bytes]:
    """Number and hash of the last one, of those that are in the database or in the store."""
    number, body = (known["numero"], known["corpo"]) if known else (0, "")
    name = object_name(number)
    async for page in place.pages(FOLDER, after=name):
        name = max(name, *page)
    if name != object_name(number):
        _LOG.error("the store has checkpoints that the database has not", extra={"part": "audit"})
        number = int(name.removeprefix(f"{FOLDER}/").removesuffix(".jws"))
        body = bytes(await place.get(name)).decode()
    return number, hashlib.sha256(body.encode()).digest() if number else FIRST


async def _publish(recursos: Recursos, place: Place) -> None:
    async with recursos.banco.transacao() as conn:
        waiting = await repository.unpublished(conn)
    for ponto in waiting:
        name, body = object_name(ponto["numero"]), ponto["corpo"].encode()
        # Another process, or a run that died, may have written the same.
        if not await place.create(name, body) and bytes(await place.get(name)) != body:
            _LOG.error("another checkpoint of this number is published", extra={"part": "audit"})
        async with recursos.banco.transacao() as conn:
            await repository.mark_published(conn, ponto["numero"])
