"""Codes that change with time (RFC 6238): six digits, each good for one step of 30 seconds."""

from __future__ import annotations

import hmac
import re
from time import time
from typing import Final

import pyotp

from fiscalxml_server.kit.secrets import Segredos

EMISSOR: Final = "API Fiscal XML"
USE: Final = b"totp"
_AROUND: Final = 1
"""steps before and after that of now: clocks differ, and people are slow"""
_CODE: Final = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """160 random bits, as programs that make the codes read them."""
    return pyotp.random_base32()


def seal(segredos: Segredos, pessoa: bytes, segredo: str) -> bytes:
    """What is kept of it."""
    return segredos.seal(USE, pessoa, segredo.encode())


def address(segredo: str, email: str) -> str:
    """What a QR Code of it says."""
    return pyotp.TOTP(segredo).provisioning_uri(name=email, issuer_name=EMISSOR)


# Medida: segundo-fator
def matching_step(
    segredos: Segredos, pessoa: bytes, sealed: bytes, codigo: str, used: int
) -> int | None:
    """The step of time whose code this is, of those around now and after the last that was used."""
    code = "".join(codigo.split())
    if _CODE.fullmatch(code) is None:
        return None
    totp = pyotp.TOTP(segredos.open(USE, pessoa, sealed).decode())
    now = int(time()) // totp.interval
    found = None
    for step in range(now - _AROUND, now + _AROUND + 1):
        if hmac.compare_digest(totp.generate_otp(step), code) and step > used:
            found = step
    return found
