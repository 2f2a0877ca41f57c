"""Checkpoints as a verifier reads them: signatures, order, and that each names the one before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from fiscalxml_server.auth.auditoria.checkpoints import FIRST, TYPE, Ponto

Chaves = Mapping[str, ECKey]
"""kid -> public key"""


def read_keys(text: bytes) -> Chaves:
    """From a JWK set. Raises ValueError."""
    try:
        found = msgspec.json.decode(text, type=dict[str, Any])["keys"]
        keys = [ECKey.import_key(each) for each in found]
    except (msgspec.MsgspecError, KeyError, TypeError, JoseError) as error:
        raise ValueError("not a set of public keys") from error
    return {str(key.kid): key for key in keys}


def read_checkpoint(text: str, keys: Chaves) -> Ponto | None:
    """What a checkpoint says; None where it is none, or not signed by one of the keys."""
    try:
        header = jws.extract_compact(text.encode()).headers()
        signed = jws.deserialize_compact(text, keys[str(header["kid"])], algorithms=["ES256"])
        if header.get("typ") != TYPE:
            return None
        return msgspec.json.decode(signed.payload, type=Ponto)
    except (JoseError, KeyError, ValueError, msgspec.MsgspecError):
        return None


class Testemunhas:
    """Checkpoints by number, those that are good; `achados`: what was wrong with them."""

    def __init__(self, texts: Mapping[int, str], keys: Chaves) -> None:
        self.texts = dict(sorted(texts.items()))
        self.pontos: dict[int, Ponto] = {}
        self.achados: list[str] = []
        before: tuple[int, str] | None = None
        for number, text in self.texts.items():
            ponto = read_checkpoint(text, keys)
            if ponto is None:
                self._find(number, "a assinatura não confere com as chaves públicas")
            elif ponto.numero != number:
                self._find(number, f"diz ser o ponto {ponto.numero}")
            else:
                self._look_back(ponto, before)
                self.pontos[number] = ponto
            before = (number, text)

    @property
    def last(self) -> Ponto | None:
        """The newest one that is good."""
        return self.pontos[max(self.pontos)] if self.pontos else None

    def _look_back(self, ponto: Ponto, before: tuple[int, str] | None) -> None:
        number, text = before or (0, "")
        if before is None and ponto.numero != 1:
            return  # those before it were not given
        if ponto.numero != number + 1:
            missing = f"{number + 1} a {ponto.numero - 1}"
            self._find(ponto.numero, f"faltam pontos de controle: {missing}")
        elif ponto.anterior != (digest(text) if before else FIRST.hex()):
            self._find(ponto.numero, "não continua o anterior: há duas versões da história")
        elif before and (old := self.pontos.get(number)) and ponto.quando < old.quando:
            self._find(ponto.numero, "é de antes do ponto anterior")

    def _find(self, number: int, what: str) -> None:
        self.achados.append(f"ponto de controle {number}: {what}")


def digest(text: str) -> str:
    """By which the next checkpoint names this one."""
    return hashlib.sha256(text.encode()).hexdigest()
