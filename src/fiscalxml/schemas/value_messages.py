"""Errors of a value: facets, simple types and fixed values."""

from __future__ import annotations

from re import Match

from fiscalxml.schemas.corrections import (
    correct_option,
    correct_pattern,
    correct_type,
    remove_empty,
)
from fiscalxml.schemas.datatypes import explain_datatype
from fiscalxml.schemas.deterministic import published
from fiscalxml.schemas.patterns import explain_pattern
from fiscalxml.schemas.translation import Place, Traducao, shown

_MAX_OPTIONS = 40


def pattern(place: Place, found: Match[str]) -> Traducao:
    """[facet 'pattern']: a value of the wrong shape."""
    value, expression = found["value"], published(found["expected"])
    return Traducao(
        codigo="XSD-010",
        mensagem=_about(place, value, "fora do formato do leiaute"),
        campo=place.campo,
        encontrado=shown(value),
        esperado=explain_pattern(expression),
        correcao=correct_pattern(place, value, expression),
    )


def enumeration(place: Place, found: Match[str]) -> Traducao:
    """[facet 'enumeration']: a value outside the list of the layout."""
    value = found["value"]
    options = found["expected"].removeprefix("'").removesuffix("'").split("', '")
    listed = ", ".join(options[:_MAX_OPTIONS])
    more = len(options) - _MAX_OPTIONS
    rest = f" e outros {more} valores" if more > 0 else ""
    return Traducao(
        codigo="XSD-011",
        mensagem=_about(place, value, "fora da lista de valores do leiaute"),
        campo=place.campo,
        encontrado=shown(value),
        esperado=listed if len(options) == 1 else f"um destes valores: {listed}{rest}",
        correcao=correct_option(place, value, options),
    )


def length(place: Place, found: Match[str]) -> Traducao:
    """[facet 'length']: libxml2 tells the value only for attributes."""
    return _size(place, found, "XSD-012", "com tamanho diferente do leiaute", "exatamente")


def min_length(place: Place, found: Match[str]) -> Traducao:
    """[facet 'minLength'], which is also how an empty field shows."""
    return _size(place, found, "XSD-013", "mais curto que o mínimo do leiaute", "no mínimo")


def max_length(place: Place, found: Match[str]) -> Traducao:
    """[facet 'maxLength']."""
    return _size(place, found, "XSD-014", "mais longo que o máximo do leiaute", "no máximo")


def min_value(place: Place, found: Match[str]) -> Traducao:
    """[facet 'minInclusive']."""
    return _limit(place, found, "XSD-015", "abaixo do mínimo", "maior ou igual a")


def above(place: Place, found: Match[str]) -> Traducao:
    """[facet 'minExclusive']."""
    return _limit(place, found, "XSD-015", "abaixo do mínimo", "maior que")


def max_value(place: Place, found: Match[str]) -> Traducao:
    """[facet 'maxInclusive']."""
    return _limit(place, found, "XSD-016", "acima do máximo", "menor ou igual a")


def below(place: Place, found: Match[str]) -> Traducao:
    """[facet 'maxExclusive']."""
    return _limit(place, found, "XSD-016", "acima do máximo", "menor que")


def total_digits(place: Place, found: Match[str]) -> Traducao:
    """[facet 'totalDigits']."""
    return _digits(place, found, "XSD-017", "dígitos", "no total")


def fraction_digits(place: Place, found: Match[str]) -> Traducao:
    """[facet 'fractionDigits']."""
    return _digits(place, found, "XSD-018", "casas decimais", "depois do ponto")


def other_facet(place: Place, found: Match[str]) -> Traducao:
    """A facet that libxml2 does not explain."""
    value = found["value"]
    return Traducao(
        codigo="XSD-019",
        mensagem=_about(place, value or "?", "recusado pelo leiaute"),
        campo=place.campo,
        encontrado=None if value is None else shown(value),
        correcao=f"Confira o conteúdo {place.de_nome} no leiaute.",
    )


def datatype(place: Place, found: Match[str]) -> Traducao:
    """'… is not a valid value of the … type': the value does not even have the right type."""
    value = found["value"]
    codigo = {"atomic": "XSD-020", "list": "XSD-021", "union": "XSD-022"}[found["kind"]]
    expected = explain_datatype(found["type"] or "")
    return Traducao(
        codigo=codigo,
        mensagem=_about(
            place, "?" if value is None else value, "fora do tipo que o leiaute define"
        ),
        campo=place.campo,
        encontrado=None if value is None else shown(value),
        esperado=expected,
        correcao=correct_type(place, value, expected),
    )


def fixed_value(place: Place, found: Match[str]) -> Traducao:
    """A field or attribute that the layout fixes."""
    expected = found["expected"]
    return Traducao(
        codigo="XSD-007",
        mensagem=f"O valor {place.de_nome} é diferente do valor fixo do leiaute.",
        campo=place.campo,
        encontrado=shown(found["value"]),
        esperado=expected,
        correcao=f"Informe {place.o_nome} como “{expected}”.",
    )


def not_an_id(place: Place, found: Match[str]) -> Traducao:
    """An xs:ID that is no NCName."""
    return Traducao(
        codigo="XSD-020",
        mensagem=_about(place, found["value"], "fora do tipo que o leiaute define"),
        campo=place.campo,
        encontrado=shown(found["value"]),
        esperado=explain_datatype("xs:ID"),
        correcao=correct_type(place, found["value"], explain_datatype("xs:ID")),
    )


def _about(place: Place, value: str, problem: str) -> str:
    if not value:
        return f"O {place.nome} está vazio." if place.attribute else f"{place.nome} está vazio."
    return f"Valor {place.de_nome} {problem}."


def _size(place: Place, found: Match[str], codigo: str, problem: str, limit: str) -> Traducao:
    actual, expected = found["length"], found["expected"]
    empty = actual == "0"
    value = found["value"]
    return Traducao(
        codigo=codigo,
        mensagem=_about(place, "" if empty else "?", problem),
        campo=place.campo,
        encontrado=_found_size(value, actual),
        esperado=f"{limit} {_characters(expected)}",
        correcao=remove_empty(place)
        if empty
        else f"Ajuste {place.o_nome} para {limit} {_characters(expected)}; hoje tem {actual}.",
    )


def _found_size(value: str | None, actual: str) -> str:
    if actual == "0":
        return shown("")
    return _characters(actual) if value is None else shown(value)


def _characters(count: str) -> str:
    return f"{count} caractere" if count == "1" else f"{count} caracteres"


def _limit(place: Place, found: Match[str], codigo: str, problem: str, limit: str) -> Traducao:
    expected = f"valor {limit} {found['expected']}"
    return Traducao(
        codigo=codigo,
        mensagem=_about(place, found["value"], f"{problem} do leiaute"),
        campo=place.campo,
        encontrado=shown(found["value"]),
        esperado=expected,
        correcao=f"Corrija {place.o_nome}: o leiaute pede {expected}.",
    )


def _digits(place: Place, found: Match[str], codigo: str, what: str, where: str) -> Traducao:
    most = found["expected"]
    return Traducao(
        codigo=codigo,
        mensagem=_about(place, found["value"], f"com mais {what} do que o leiaute aceita"),
        campo=place.campo,
        encontrado=shown(found["value"]),
        esperado=f"no máximo {most} {what} {where}",
        correcao=f"Ajuste {place.o_nome} para no máximo {most} {what} {where}.",
    )
