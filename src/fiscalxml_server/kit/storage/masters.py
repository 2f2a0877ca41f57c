"""Which master key wraps the data keys: a file's, or one that never leaves AWS KMS.

While a master key is changed, what the one before has wrapped still opens; `python -m
fiscalxml_server.kit.storage rewrap` wraps all of it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fiscalxml_server.kit.settings import Settings
from fiscalxml_server.kit.storage.keys import FileMasterKey, MasterKey

_MISSING: Final = (
    "FISCALXML_MASTER_KEY_FILE, or FISCALXML_MASTER_KEY_KMS and FISCALXML_MASTER_KEY_KMS_MAC, are"
    " needed"
)


class MasterKeys:
    """A `MasterKey` that wraps and signs with the first, and opens with any."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        self._keys = keys

    async def wrap(self, secret: bytes, context: bytes) -> bytes:
        return await self._keys[0].wrap(secret, context)

    async def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        for key in self._keys[:-1]:
            try:
                return await key.unwrap(wrapped, context)
            except ValueError:
                continue
        return await self._keys[-1].unwrap(wrapped, context)

    async def sign(self, use: bytes, message: bytes) -> bytes:
        return await self._keys[0].sign(use, message)


def open_master(settings: Settings) -> MasterKey:
    """By the settings. Raises ValueError where one is missing or wrong, OSError without a file."""
    keys: list[MasterKey] = []
    if settings.master_key_kms and settings.master_key_kms_mac:
        # An extra that only who uses it installs.
        from fiscalxml_server.kit.storage.kms import KmsMasterKey

        keys.append(KmsMasterKey.open(settings.master_key_kms, settings.master_key_kms_mac))
    elif settings.master_key_file:
        keys.append(FileMasterKey.read(settings.master_key_file))
    else:
        raise ValueError(_MISSING)
    if settings.master_key_previous_file:
        keys.append(FileMasterKey.read(settings.master_key_previous_file))
    return MasterKeys(keys) if len(keys) > 1 else keys[0]
