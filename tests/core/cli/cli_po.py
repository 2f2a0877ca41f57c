"""The catalogue of messages: reads the .po, and compiles it. Run it after editing the .po."""

from __future__ import annotations

import ast
import re
import struct
from pathlib import Path

import fiscalxml.cli

LOCALE = Path(fiscalxml.cli.__file__).parent / "locale"
PO = LOCALE / "pt_BR" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")

_MAGIC = 0x950412DE
_KEYWORD = re.compile(r"(msgid_plural|msgid|msgstr(?:\[\d\])?) (.*)")


def read_po(path: Path) -> dict[str, str]:
    """msgid -> msgstr; the forms of a plural are joined with NUL, as in a .mo file."""
    catalogue = {}
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        fields: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if match := _KEYWORD.fullmatch(line):
                keyword, line = match.groups()
            fields[keyword] = fields.get(keyword, "") + ast.literal_eval(line)
        if fields:
            ids = [text for key, text in fields.items() if key.startswith("msgid")]
            texts = [text for key, text in fields.items() if key.startswith("msgstr")]
            catalogue["\0".join(ids)] = "\0".join(texts)
    return catalogue


def compile_mo(catalogue: dict[str, str]) -> bytes:
    """The GNU .mo format: two tables of (length, offset), then the strings, each after a NUL."""
    pairs = sorted((key.encode(), text.encode()) for key, text in catalogue.items())
    ids_at, texts_at = 28, 28 + 8 * len(pairs)
    at = texts_at + 8 * len(pairs)
    tables, strings = b"", b""
    for string in [key for key, _ in pairs] + [text for _, text in pairs]:
        tables += struct.pack("<2I", len(string), at + len(strings))
        strings += string + b"\0"
    header = struct.pack("<7I", _MAGIC, 0, len(pairs), ids_at, texts_at, 0, at)
    return header + tables + strings


if __name__ == "__main__":
    MO.write_bytes(compile_mo(read_po(PO)))
