"""Hard limits of a reading, and the account kept against them."""

from __future__ import annotations

from dataclasses import dataclass

from fiscalxml.archives.refusals import ExhaustedError


# Medida: arquivos-hostis
@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Sizes in bytes after decompression, nested archives included."""

    max_entries: int = 1_000_000
    max_entry_bytes: int = 16 * 1024**2
    max_total_bytes: int = 50 * 1024**3
    max_ratio: int = 200  # decompressed / compressed, past the first MiB of a compressed stream
    max_nesting: int = 2  # archive inside archive
    max_spool_bytes: int = 1024**3  # a ZIP that must be copied to a temporary file to be read


class Budget:
    """What one reading has spent so far, nested archives included."""

    def __init__(self, limits: ArchiveLimits) -> None:
        self.limits = limits
        self._entries = 0
        self._bytes = 0

    def spend_entry(self) -> None:
        """Count one entry. Raises `ExhaustedError` past `max_entries`."""
        self._entries += 1
        self.admit_entries(self._entries)

    def admit_entries(self, count: int) -> None:
        """Raises `ExhaustedError` when so many entries are too many."""
        if count > self.limits.max_entries:
            raise ExhaustedError("XML-052", limite=inteiro(self.limits.max_entries))

    def spend_bytes(self, count: int) -> None:
        """Count decompressed bytes. Raises `ExhaustedError` past `max_total_bytes`."""
        self._bytes += count
        if self._bytes > self.limits.max_total_bytes:
            raise ExhaustedError("XML-051", limite=tamanho(self.limits.max_total_bytes))


def inteiro(number: int) -> str:
    """1000000 -> '1.000.000'."""
    return f"{number:,}".replace(",", ".")


def tamanho(size: int) -> str:
    """16777216 -> '16 MB'."""
    for unit, scale in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}".replace(".", ",").replace(",0 ", " ")
    return f"{size} bytes"
