"""Entries of ZIP, TAR, TAR.GZ/BZ2/XZ and single .gz/.bz2/.xz files, as a stream under hard limits.

One entry is in memory at a time, nothing is extracted to a path, and what cannot be read becomes
a `Recusa` while the rest goes on. A ZIP must be seekable: one inside another archive, or from a
pipe, is first copied to a bounded temporary file; every other format is read forward.

Codes of a `Recusa` (texts in `refusals.CATALOGO`):

    XML-040  not a known archive
    XML-041  archive format not accepted (7z, RAR, Zstandard, CAB)
    XML-042  ZIP truncated, or its central directory damaged
    XML-043  TAR truncated or damaged
    XML-044  compressed data corrupt or truncated
    XML-045  encrypted entry
    XML-046  compression method not accepted
    XML-047  damaged ZIP entry: size, CRC-32 or local header
    XML-048  ZIP entry that overlaps another
    XML-049  entry over `max_entry_bytes`
    XML-050  compression over `max_ratio`
    XML-051  archive over `max_total_bytes`; reading stops
    XML-052  archive over `max_entries`; reading stops
    XML-053  archive inside archive over `max_nesting`
    XML-054  ZIP to be copied first is over `max_spool_bytes`
    XML-055  foreign bytes after the compressed data
    XML-056  ZIP split in volumes
    XML-057  TAR entry type not accepted (sparse, unknown)
"""

from fiscalxml.archives.limits import ArchiveLimits
from fiscalxml.archives.nature import ArchiveKind, archive_kind, nature
from fiscalxml.archives.results import Entry, Ignorado, Recusa
from fiscalxml.archives.walk import Item, iter_archive

__all__ = [
    "ArchiveKind",
    "ArchiveLimits",
    "Entry",
    "Ignorado",
    "Item",
    "Recusa",
    "archive_kind",
    "iter_archive",
    "nature",
]
