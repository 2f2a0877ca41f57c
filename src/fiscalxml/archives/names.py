"""Entry names: bytes of unknown encoding into labels that are safe to print. Never paths."""

from __future__ import annotations

import re

# Windows programs in Brazil write names in the DOS code page 850 (which agrees with 437 on the
# letters of Portuguese) or in 1252. Each reads the other's letters as odd ones.
_CODE_PAGES = ("cp850", "cp1252")
_PORTUGUESE = re.compile("[áàâãéêíóôõúüçÁÀÂÃÉÊÍÓÔÕÚÜÇ]")
_ODD_CAPITAL = re.compile("[a-z][ÁÀÂÃÉÊÍÓÔÕÚÜÇ]|[A-Za-z][ÁÀÂÃÉÊÍÓÔÕÚÜÇ][a-z]")


def decode_name(raw: bytes) -> str:
    """UTF-8 when it is; otherwise the code page that reads most like Portuguese."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return max((raw.decode(page, "replace") for page in _CODE_PAGES), key=_likeness)


def _likeness(text: str) -> int:
    return len(_PORTUGUESE.findall(text)) - len(_ODD_CAPITAL.findall(text))


def label(name: str) -> str:
    """With '/' between folders, and without control or invisible characters."""
    shown = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return shown.replace("\\", "/") or "(sem nome)"
