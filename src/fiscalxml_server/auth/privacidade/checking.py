"""What comes in a body, checked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final

from fiscalxml.identifiers.cnpj import is_valid_cnpj, normalize_cnpj
from fiscalxml.identifiers.cpf import is_valid_cpf, normalize_cpf
from fiscalxml_server.kit.http.problems import invalid_fields

_YEARS: Final = range(2000, 2101)


def checked_inscricao(text: str) -> str:
    """A CPF or CNPJ, bare. Raises `ParametrosInvalidos`."""
    for normalize, is_valid in (
        (normalize_cpf, is_valid_cpf),
        (normalize_cnpj, is_valid_cnpj),
    ):
        with suppress(ValueError):
            bare = normalize(text)
            if is_valid(bare):
                return bare
    raise invalid_fields([_wrong("inscricao", "não é um CPF nem um CNPJ que exista")])


def checked_texts(**texts: str) -> Mapping[str, str]:
    """Texts of one or more lines, bare. Raises `ParametrosInvalidos`."""
    bare = {name: text.strip() for name, text in texts.items()}
    wrong = [
        _wrong(name, "deve ser um texto, sem caracteres de controle")
        for name, text in bare.items()
        if not text or not text.replace("\n", "").replace("\t", "").isprintable()
    ]
    if wrong:
        raise invalid_fields(wrong)
    return bare


def check_instants(**instants: datetime | None) -> None:
    """Raises `ParametrosInvalidos` for a year that nobody means."""
    wrong = [
        _wrong(name, f"o ano deve ir de {_YEARS[0]} a {_YEARS[-1]}")
        for name, instant in instants.items()
        if instant is not None and instant.year not in _YEARS
    ]
    if wrong:
        raise invalid_fields(wrong)


def _wrong(campo: str, mensagem: str) -> dict[str, str]:
    return {"campo": campo, "onde": "corpo", "mensagem": mensagem}
