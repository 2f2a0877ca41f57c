"""Reads the fields of a body, and tells all that are wrong at once."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from fiscalxml_server.kit.http.problems import invalid_fields

_MAX_NAME: Final = 120
_MAX_EMAIL: Final = 254
_MAX_LOCAL: Final = 64
# What RFC 5322 calls dot-atom, at a name of at least two labels: nothing that has to be quoted.
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_LINK: Final = re.compile(r"://|www\.", re.IGNORECASE)


def normal_email(text: str) -> str | None:
    """The address as it is kept and compared, in lower case; None when it is none."""
    bare = text.strip()
    local, _, _ = bare.rpartition("@")
    if len(bare) > _MAX_EMAIL or len(local) > _MAX_LOCAL or _EMAIL.fullmatch(bare) is None:
        return None
    return bare.lower()


class Campos:
    """Each reader gives the value, or something of its type when it is wrong; `check` tells."""

    def __init__(self) -> None:
        self._wrong: list[dict[str, str]] = []

    def nome(self, campo: str, value: str) -> str:
        """Of a person or a company, as it is shown."""
        name = re.sub(" +", " ", unicodedata.normalize("NFC", value)).strip()
        if not name or len(name) > _MAX_NAME:
            self.wrong(campo, f"deve ter de 1 a {_MAX_NAME} caracteres")
        elif not name.isprintable():
            self.wrong(campo, "tem caracteres que não se imprimem")
        elif _LINK.search(name):
            self.wrong(campo, "é um nome, e não um endereço")
        return name

    def email(self, campo: str, value: str) -> str:
        """In lower case."""
        email = normal_email(value)
        if email is None:
            self.wrong(campo, "não é um endereço de e-mail, como ana@exemplo.com.br")
        return email or ""

    def wrong(self, campo: str, mensagem: str, onde: str = "corpo") -> None:
        """Tell something else that is wrong with a field."""
        self._wrong.append({"campo": campo, "onde": onde, "mensagem": mensagem})

    def check(self) -> None:
        """Raises `ParametrosInvalidos` when anything was wrong."""
        if self._wrong:
            raise invalid_fields(self._wrong)
