"""What an access key says, as `fiscalxml key --json` tells it."""

from __future__ import annotations

from dataclasses import asdict

from fiscalxml.identifiers.chave import Chave, clean_chave, parse_chave
from fiscalxml.identifiers.chave_invalida import ChaveInvalida
from fiscalxml.identifiers.chave_nfse import TAMANHO as TAMANHO_NFSE
from fiscalxml.identifiers.chave_nfse import ChaveNfse, parse_chave_nfse

_INVALID = ("campo", "encontrado", "esperado", "motivo")


def explain_key(text: str) -> dict[str, object]:
    """The parts of a key, with `valida`; for one that is none, what is wrong with it.

    Spaces, dots and the prefix of an Id are left out first, as people paste them.
    """
    cleaned = clean_chave(text)
    try:
        parsed = _parse(cleaned)
    except ChaveInvalida as invalid:
        wrong = {name: getattr(invalid, name) for name in _INVALID}
        return {"text": cleaned, "valida": False, **wrong}
    return {**asdict(parsed), "valida": True, "motivo": None}


def _parse(text: str) -> Chave | ChaveNfse:
    return parse_chave_nfse(text) if len(text) == TAMANHO_NFSE else parse_chave(text)
