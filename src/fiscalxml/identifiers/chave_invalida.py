"""Why a text is no access key, and the checks that both kinds of key share."""

from __future__ import annotations


class ChaveInvalida(ValueError):
    """The reason in Portuguese, with the part of the key at fault and both values."""

    def __init__(self, motivo: str, *, campo: str, encontrado: str, esperado: str) -> None:
        super().__init__(motivo)
        self.motivo = motivo
        self.campo = campo
        self.encontrado = encontrado
        self.esperado = esperado


def require_length(text: str, expected: int, name: str) -> None:
    """Raise `ChaveInvalida` unless `text` has the expected number of characters."""
    if len(text) != expected:
        raise ChaveInvalida(
            f"{name} tem {expected} caracteres, mas este texto tem {len(text)}.",
            campo="tamanho",
            encontrado=f"{len(text)} caracteres",
            esperado=f"{expected} caracteres",
        )


def require_characters(text: str, letters: range) -> None:
    """Raise `ChaveInvalida` at the first character that is no digit.

    `letters` are the indexes, those of the CNPJ, where A to Z may stand too.
    """
    for index, char in enumerate(text):
        if "0" <= char <= "9" or (index in letters and "A" <= char <= "Z"):
            continue
        esperado = "dígito ou letra maiúscula" if index in letters else "dígito"
        raise ChaveInvalida(
            f"A posição {index + 1} tem o caractere {char!r}, onde só cabe {esperado} (letras, "
            f"só nas posições {letters[0] + 1} a {letters[-1] + 1}, as do CNPJ).",
            campo="caracteres",
            encontrado=char,
            esperado=esperado,
        )


def require_month(ano_mes: str) -> None:
    """Raise `ChaveInvalida` unless AAMM ends in 01 to 12."""
    mes = ano_mes[2:]
    if not "01" <= mes <= "12":
        raise ChaveInvalida(
            f"O ano e mês de emissão na chave é {ano_mes}, mas o mês {mes} não existe.",
            campo="AAMM",
            encontrado=ano_mes,
            esperado="mês de 01 a 12",
        )


def require_check_digit(found: str, expected: str) -> None:
    """Raise `ChaveInvalida` unless both check digits are the same."""
    if found != expected:
        raise ChaveInvalida(
            f"O dígito verificador da chave é {found}, mas deveria ser {expected}.",
            campo="cDV",
            encontrado=found,
            esperado=expected,
        )
