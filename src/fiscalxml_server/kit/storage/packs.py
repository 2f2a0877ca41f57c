"""Copies gathered into one object: objects of 2 KB cost more in requests than in bytes."""

from __future__ import annotations

from uuid import UUID

from fiscalxml_server.kit.storage.data_key import DataKey
from fiscalxml_server.kit.storage.seal import seal


class Pacote:
    """Sealed copies of one organisation, one after the other. Made by `Objetos.pacote`."""

    def __init__(self, key: DataKey) -> None:
        self._key = key
        self._sealed = bytearray()

    def add(self, data: bytes) -> tuple[int, int]:
        """(inicio, comprimento) of the sealed copy in the object-to-be."""
        start = len(self._sealed)
        self._sealed += seal(data, self._key)
        return start, len(self._sealed) - start

    @property
    def organizacao(self) -> UUID:
        return self._key.organizacao

    @property
    def tamanho(self) -> int:
        """Sealed bytes so far."""
        return len(self._sealed)

    def to_bytes(self) -> bytes:
        """The object's content."""
        return bytes(self._sealed)
