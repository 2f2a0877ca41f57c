"""How to mend a refused value: a rewriting is suggested only when the layout accepts it."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

from fiscalxml.schemas.patterns import decimal_shape, explain_pattern, is_date_pattern
from fiscalxml.schemas.translation import Place, join

Accepts = Callable[[str], bool]
Rewriting = tuple[Callable[[str], str], str]  # what to do, and how to say it

# Longer values are not rewritten: nobody wants them in a hint, and some patterns backtrack.
_MAX_LENGTH = 120

_MASK = re.compile(r"[.\-/() ]")
_NUMBER = re.compile(r"\d*\.?\d+")
_LOOKS_DECIMAL = re.compile(r"\d+[.,]\d+")
_COMMA_NUMBER = re.compile(r"(?:R\$ ?)?(\d{1,3}(?:\.\d{3})+|\d*),(\d+)")
_VARIABLE_SIZE = re.compile(r"\{\d+,\d*\}|[+*?]")
_BR_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})(?=$|[T ])")
_TYPOGRAPHY = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-", "™": "(TM)"}
)
_OUTSIDE_LATIN_1 = re.compile(r"[^ -ÿ\n\r\t]")


def correct_pattern(place: Place, value: str, pattern: str) -> str:
    """How to make `value` match `pattern`."""
    if not value:
        return remove_empty(place)
    return (
        _rewritten(place, value, pattern)
        or _version_hint(place, value, pattern)
        or _decimal_hint(place, value, pattern)
        or _text_hint(value, pattern)
        or _size_hint(place, value, explain_pattern(pattern))
    )


def correct_option(place: Place, value: str, options: list[str]) -> str:
    """How to make `value` one of `options`."""
    if not value:
        return remove_empty(place)
    meant = _plain(value)
    same = [option for option in options if _plain(option) == meant]
    if len(same) == 1:
        return f"Informe {place.o_nome} exatamente como “{same[0]}”."
    return f"Troque o conteúdo {place.de_nome} por um dos valores do leiaute."


def correct_type(place: Place, value: str | None, expected: str | None) -> str:
    """How to give `value` the type that the layout describes as `expected`."""
    if value == "":
        return remove_empty(place)
    if value is not None and (number := _decimal_point(value)) != value:
        return f"Informe {place.o_nome} como “{number}”: com ponto como separador decimal."
    if place.campo == "@Id" and place.element.startswith("inf"):
        return f"Informe {place.o_nome} com o prefixo do documento (letras) e, depois, a chave."
    wanted = f"o leiaute pede {expected}" if expected else "confira o formato no leiaute"
    return f"Corrija {place.o_nome}: {wanted}."


def remove_empty(place: Place) -> str:
    """What to do with a field that was sent without content."""
    if place.attribute:
        return f"Informe o valor {place.de_nome}."
    return f"Remova a tag vazia {place.element} ou informe o valor, se o campo for obrigatório."


def _rewritten(place: Place, value: str, pattern: str) -> str | None:
    if len(value) > _MAX_LENGTH:
        return None
    accepts = _matcher(pattern)
    for rewrite, reason in _rewritings(value, pattern):
        candidate = rewrite(value)
        if candidate != value and accepts(candidate):
            return f"Informe {place.o_nome} como “{candidate}”: {reason}."
    return None


def _rewritings(value: str, pattern: str) -> tuple[Rewriting, ...]:
    """Those that keep the meaning: '10.5' is a number, not a code written with a mask."""
    if decimal_shape(pattern):
        return _OF_TEXTS + _OF_DECIMALS
    if is_date_pattern(pattern):
        return _OF_TEXTS + _OF_DATES
    if _LOOKS_DECIMAL.fullmatch(value) and _VARIABLE_SIZE.search(pattern):
        return _OF_TEXTS
    if "sem zeros à esquerda" in explain_pattern(pattern):
        return _OF_TEXTS + _OF_CODES + _OF_NUMBERS
    return _OF_TEXTS + _OF_CODES


@cache
def _matcher(pattern: str) -> Accepts:
    """XSD and Python agree on the patterns of the layouts; another dialect accepts nothing."""
    try:
        compiled = re.compile(pattern, re.ASCII)
    except re.error:
        return lambda _: False
    return lambda value: compiled.fullmatch(value) is not None


def _version_hint(place: Place, value: str, pattern: str) -> str | None:
    if place.campo != "@versao":
        return None
    accepted = explain_pattern(pattern)
    return f"Gere o documento no leiaute {accepted}; o arquivo informa a versão {value}."


def _decimal_hint(place: Place, value: str, pattern: str) -> str | None:
    shape = decimal_shape(pattern)
    number = value.replace(",", ".")
    if shape is None or not _NUMBER.fullmatch(number):
        return None
    whole, _, places = number.partition(".")
    if shape.positive and not Decimal(number):
        return f"Omita {place.o_nome} quando for zero: o leiaute só aceita valor maior que zero."
    if len(places.rstrip("0")) > shape.most:
        return f"Arredonde {place.o_nome} para no máximo {shape.most} casas decimais, com ponto."
    if len(whole.lstrip("0")) > shape.whole:
        return f"Reduza {place.o_nome}: cabem no máximo {shape.whole} dígitos antes do ponto."
    return None


def _text_hint(value: str, pattern: str) -> str | None:
    if value != value.strip():
        return "Retire os espaços e as quebras de linha do início e do fim."
    if "ÿ" not in pattern:
        return None
    strange = list(dict.fromkeys(_OUTSIDE_LATIN_1.findall(value)))
    if strange:
        signs = join([f"“{sign}” (U+{ord(sign):04X})" for sign in strange[:5]], "e")
        return f"Troque os caracteres que o leiaute não aceita: {signs}."
    if re.search(r"[\n\r\t]", value):
        return "Troque as quebras de linha e tabulações por espaço."
    return None


def _size_hint(place: Place, value: str, explained: str) -> str:
    counted = "dígitos" in explained or "caracteres" in explained
    size = f"; o valor informado tem {len(value)}" if counted and value.isalnum() else ""
    return f"Corrija {place.o_nome}: o leiaute pede {explained}{size}."


def _plain(value: str) -> str:
    """What two spellings of one option share: '01' and '1 ', 'SP' and 'sp'."""
    value = value.strip().casefold()
    return value.lstrip("0") if value.isdigit() else value


def _unmasked(value: str) -> str:
    return _MASK.sub("", value)


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _decimal_point(value: str) -> str:
    match = _COMMA_NUMBER.fullmatch(value.strip())
    return f"{match[1].replace('.', '') or '0'}.{match[2]}" if match else value


def _with_places(places: int) -> Callable[[str], str]:
    """The same number written with so many decimal places, when nothing is lost."""

    def rewrite(value: str) -> str:
        number = _decimal_point(value)
        if not _NUMBER.fullmatch(number):
            return value
        written = f"{Decimal(number):.{places}f}"
        return written if Decimal(written) == Decimal(number) else value

    return rewrite


def _iso_date(value: str) -> str:
    return _BR_DATE.sub(r"\3-\2-\1", value.strip())


_OF_TEXTS: tuple[Rewriting, ...] = (
    (str.strip, "sem espaços nem quebras de linha no início e no fim"),
    (_one_line, "sem quebras de linha, tabulações ou espaços repetidos"),
    (str.upper, "com letras maiúsculas"),
    (lambda value: value.translate(_TYPOGRAPHY), "com aspas, hífens e reticências simples"),
)
_OF_CODES: tuple[Rewriting, ...] = (
    (_unmasked, "sem pontuação"),
    (lambda value: _unmasked(value).upper(), "sem pontuação e com letras maiúsculas"),
)
_OF_NUMBERS: tuple[Rewriting, ...] = ((lambda value: value.lstrip("0"), "sem zeros à esquerda"),)
_OF_DECIMALS: tuple[Rewriting, ...] = (
    (_decimal_point, "com ponto como separador decimal e sem separador de milhar"),
    *((_with_places(n), f"com ponto decimal e {n} casas") for n in (2, 3, 4, 6, 8)),
)
_OF_DATES: tuple[Rewriting, ...] = (
    (_iso_date, "no formato AAAA-MM-DD"),
    (lambda value: f"{value}-03:00", "com o fuso horário do emitente (-03:00 é o de Brasília)"),
    (lambda value: re.sub(r"Z$", "+00:00", value), "com o fuso horário por extenso no lugar de Z"),
    (lambda value: re.sub(r"\.\d+", "", value), "sem frações de segundo"),
    (lambda value: re.sub(r"\.\d+$", "", value) + "-03:00", "sem frações e com o fuso horário"),
    (lambda value: value.replace(" ", "T", 1), "com a letra T entre a data e a hora"),
    (
        lambda value: value.replace(" ", "T", 1) + "-03:00",
        "com T e fuso horário (-03:00, Brasília)",
    ),
    (lambda value: re.sub(r"[+-]\d\d:\d\d$", "", value), "sem o fuso horário"),
    (lambda value: value[:10], "somente com a data"),
)
