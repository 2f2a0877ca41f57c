"""A master key in AWS KMS: data keys are wrapped there, and the key itself is never seen.

Needs the extra `aws`. One key encrypts (`ENCRYPT_DECRYPT`), one makes HMACs (`GENERATE_VERIFY_MAC`,
HMAC_256); credentials and region are those of the process's surroundings.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

_REFUSED: Final = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})
_MAC: Final = "HMAC_SHA_256"
_CONTEXT: Final = "fiscalxml"
_CONFIG: Final = Config(connect_timeout=5, read_timeout=5, retries={"total_max_attempts": 4})


# Medida: chaves-por-organizacao
class KmsMasterKey:
    """A `keys.MasterKey`. What KMS cannot do now is an OSError: it is worth trying again."""

    def __init__(self, client: Any, key: str, mac: str) -> None:
        self._client = client
        self._key = key
        self._mac = mac

    @classmethod
    def open(cls, key: str, mac: str) -> KmsMasterKey:
        """Connects when first used. `key`, `mac`: ids, ARNs or aliases."""
        return cls(boto3.client("kms", config=_CONFIG), key, mac)

    async def wrap(self, secret: bytes, context: bytes) -> bytes:
        answer = await self._ask(
            self._client.encrypt, Plaintext=secret, **self._bound_to(self._key, context)
        )
        return bytes(answer["CiphertextBlob"])

    async def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        try:
            answer = await self._ask(
                self._client.decrypt, CiphertextBlob=wrapped, **self._bound_to(self._key, context)
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _REFUSED:
                raise ValueError("the data key was not wrapped by this master key") from None
            raise OSError("KMS refused") from error
        return bytes(answer["Plaintext"])

    async def sign(self, use: bytes, message: bytes) -> bytes:
        answer = await self._ask(
            self._client.generate_mac,
            KeyId=self._mac,
            MacAlgorithm=_MAC,
            Message=len(use).to_bytes(2, "big") + use + message,
        )
        return bytes(answer["Mac"])

    def _bound_to(self, key: str, context: bytes) -> dict[str, Any]:
        return {"KeyId": key, "EncryptionContext": {_CONTEXT: context.hex()}}

    async def _ask(self, operation: Any, **values: Any) -> Any:
        try:
            return await asyncio.to_thread(partial(operation, **values))
        except BotoCoreError as error:
            raise OSError("KMS did not answer") from error
