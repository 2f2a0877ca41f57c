"""What PostgreSQL keeps of a password, computed here: the password itself is in no statement.

RFC 5802 and RFC 7677, as PostgreSQL's `scram_build_secret` writes it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final

_ITERATIONS: Final = 4096
"""PostgreSQL's own: passwords here are drawn, so more would only slow connections down"""
_SALT_BYTES: Final = 16
_DRAWN: Final = re.compile(r"[A-Za-z0-9]{24,}")


def verifier(password: str) -> str:
    """`SCRAM-SHA-256$…`, for `PASSWORD '…'`. Raises ValueError for what was not drawn: of letters
    and digits alone, which need no preparation (SASLprep) and no quoting anywhere.
    """
    if not _DRAWN.fullmatch(password):
        raise ValueError("the password is not 24 letters and digits or more")
    salt = secrets.token_bytes(_SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${_ITERATIONS}:{_text(salt)}${_text(stored)}:{_text(server)}"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
