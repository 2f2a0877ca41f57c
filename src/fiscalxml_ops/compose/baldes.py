"""`python -m fiscalxml_ops.compose.baldes`: the buckets of the settings, on a new SeaweedFS.

It makes a bucket at its first object, and keeps it when that is deleted; until then every question
about one is an error. In a cloud the buckets are made with their rules beforehand.
"""

from __future__ import annotations

import asyncio
import sys

from fiscalxml_server.kit.settings import Settings, settings
from fiscalxml_server.kit.storage.places import Place

_FIRST = "primeiro"


async def make_buckets(settings: Settings) -> None:
    """Idempotent. Raises obstore.exceptions.BaseError where the store refuses."""
    for url in (settings.objects_url, settings.keys_url, settings.audit_url):
        place = Place.open(url, settings)
        await place.put(_FIRST, b"")
        await place.delete([_FIRST])


if __name__ == "__main__":
    sys.exit(asyncio.run(make_buckets(settings())))
