"""What a file is by its first bytes: an archive, or something that is by nature no fiscal file."""

from __future__ import annotations

from typing import Literal

ArchiveKind = Literal["zip", "tar", "gzip", "bzip2", "xz", "7z", "rar", "zstd", "cab"]

HEAD_BYTES = 512  # enough for every test below

_ARCHIVES: tuple[tuple[bytes, ArchiveKind], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # empty
    (b"PK\x07\x08", "zip"),  # split
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\0", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"MSCF\0\0\0\0", "cab"),
)
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")  # a first block, or the end of an empty file

_MAGICS = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "imagem PNG"),
    (b"\xff\xd8\xff", "imagem JPEG"),
    (b"GIF87a", "imagem GIF"),
    (b"GIF89a", "imagem GIF"),
    (b"II*\0", "imagem TIFF"),
    (b"MM\0*", "imagem TIFF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "documento do Office"),
    (b"{\\rtf", "documento RTF"),
    (b"-----BEGIN ", "certificado ou chave"),  # PEM
    (b"<!doctype html><!-- API Fiscal XML -->", "página de causas deste programa"),
    (b"\0\x05\x16\x07", "arquivo de sistema do macOS"),  # AppleDouble, '._x.xml'
)
_SYSTEM_FILES = {
    ".ds_store": "arquivo de sistema do macOS",
    "thumbs.db": "arquivo de sistema do Windows",
    "desktop.ini": "arquivo de sistema do Windows",
}
_OFFICE = {
    "docx": "documento do Word",
    "xlsx": "planilha do Excel",
    "xlsm": "planilha do Excel",
    "pptx": "apresentação do PowerPoint",
    "odt": "documento do LibreOffice",
    "ods": "planilha do LibreOffice",
    "odp": "apresentação do LibreOffice",
}
# The first entry of a ZIP that is an office document (its name begins at byte 30).
_OFFICE_ENTRIES = (
    b"[Content_Types].xml",
    b"_rels/.rels",
    b"docProps/",
    b"mimetypeapplication/vnd.oasis.opendocument",
)


def archive_kind(head: bytes) -> ArchiveKind | None:
    """Which archive or compressed file begins so; None when it is none. Wants `HEAD_BYTES`."""
    for magic, kind in _ARCHIVES:
        if head.startswith(magic):
            return kind
    if head.startswith(b"BZh") and head[4:10] in _BZIP2_BLOCKS:
        return "bzip2"
    return "tar" if head[257:262] == b"ustar" else None


def nature(name: str, head: bytes) -> str | None:
    """Portuguese words for what it is when by nature no fiscal file; None: judge the content."""
    *folders, file = name.replace("!", "/").split("/")
    if "__MACOSX" in folders:
        return "arquivo de sistema do macOS"
    if system := _SYSTEM_FILES.get(file.lower()):
        return system
    for magic, what in _MAGICS:
        if head.startswith(magic):
            return what
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "imagem WebP"
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "imagem BMP"
    return _office(file, head)


def _office(file: str, head: bytes) -> str | None:
    if archive_kind(head) != "zip":
        return None
    what = _OFFICE.get(file.lower().rpartition(".")[2])
    if what is None and head[30:].startswith(_OFFICE_ENTRIES):
        return "documento do Office"
    return what
