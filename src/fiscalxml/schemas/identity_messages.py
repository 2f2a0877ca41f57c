"""Errors of identity (keys and ids) and of the xsi attributes."""

from __future__ import annotations

from re import Match

from fiscalxml.schemas.translation import Place, Traducao, shown


def nil(place: Place, _: Match[str]) -> Traducao:
    """xsi:nil where it may not stand, or on an element with content."""
    return Traducao(
        codigo="XSD-033",
        mensagem=f"Uso indevido de xsi:nil em {place.element}.",
        campo=place.campo,
        esperado=f"{place.element} sem o atributo xsi:nil",
        correcao=f"Remova o atributo xsi:nil de {place.element} e informe o valor.",
    )


def duplicate_key(place: Place, found: Match[str]) -> Traducao:
    """'Duplicate key-sequence': a numbering that must not repeat, such as det/@nItem."""
    value = _key(found["key"])
    return Traducao(
        codigo="XSD-040",
        mensagem=f"Valor repetido em {place.element}: o leiaute exige valor único.",
        campo=place.campo,
        encontrado=shown(value),
        esperado="valor que não se repete no documento",
        correcao=f"Renumere {place.element}: o valor {value} aparece mais de uma vez."
        if value.isdigit()
        else f"Remova o {place.element} repetido.",
    )


def incomplete_key(place: Place, _: Match[str]) -> Traducao:
    """'Not all fields of … evaluate to a node'."""
    return Traducao(
        codigo="XSD-041",
        mensagem=f"Falta em {place.element} o campo que o identifica.",
        campo=place.campo,
        esperado=f"campo identificador de {place.element} preenchido",
        correcao=f"Preencha o campo ou atributo que identifica {place.element}.",
    )


def broken_reference(place: Place, found: Match[str]) -> Traducao:
    """A keyref that points to nothing, or to several."""
    value = _key(found["key"])
    return Traducao(
        codigo="XSD-042",
        mensagem=f"{place.element} faz referência a um item que não foi identificado no documento.",
        campo=place.campo,
        encontrado=shown(value),
        esperado="referência a um item que existe uma única vez no documento",
        correcao=f"Corrija a referência “{value}” em {place.element}.",
    )


def odd_key(place: Place, _: Match[str]) -> Traducao:
    """A key field that repeats or is a group."""
    return Traducao(
        codigo="XSD-043",
        mensagem=f"O campo que identifica {place.element} está repetido ou não tem valor simples.",
        campo=place.campo,
        esperado=f"um único valor para identificar {place.element}",
        correcao=f"Deixe um único identificador em {place.element}.",
    )


def key_not_computed(place: Place, _: Match[str]) -> Traducao:
    """libxml2 could not use an invalid value as a key: an echo of the value's own error."""
    return Traducao(
        codigo="XSD-044",
        mensagem=f"Não foi possível conferir repetições {place.de_nome}: o valor é inválido.",
        campo=place.campo,
        correcao=f"Corrija o valor {place.de_nome}.",
        redundante=True,
    )


def wrong_type(place: Place, _: Match[str]) -> Traducao:
    """xsi:type that does not resolve or does not fit."""
    return Traducao(
        codigo="XSD-050",
        mensagem=f"Uso indevido de xsi:type em {place.element}.",
        campo=place.campo,
        esperado=f"{place.element} sem o atributo xsi:type",
        correcao=f"Remova o atributo xsi:type de {place.element}.",
    )


def abstract(place: Place, _: Match[str]) -> Traducao:
    """An abstract element or type used directly."""
    return Traducao(
        codigo="XSD-051",
        mensagem=f"{place.element} não pode ser informado diretamente neste leiaute.",
        campo=place.campo,
        encontrado=place.element,
        esperado=f"um dos campos que o leiaute define no lugar de {place.element}",
        correcao=f"Troque {place.element} pelo campo específico do leiaute.",
    )


def undeclared_prefix(place: Place, found: Match[str]) -> Traducao:
    """A QName value whose prefix has no declaration."""
    return Traducao(
        codigo="XSD-052",
        mensagem=f"O valor {place.de_nome} usa um prefixo de namespace não declarado.",
        campo=place.campo,
        encontrado=shown(found["value"]),
        esperado="nome com prefixo declarado (xmlns:prefixo)",
        correcao="Declare o prefixo com xmlns ou remova-o.",
    )


def duplicate_id(place: Place, found: Match[str]) -> Traducao:
    """Two xs:ID with one value."""
    value = found["value"]
    return Traducao(
        codigo="XSD-053",
        mensagem=f"O identificador {place.de_nome} está repetido no documento.",
        campo=place.campo,
        encontrado=shown(value),
        esperado="identificador único no documento",
        correcao=f"Use o identificador “{shown(value)}” em um único elemento.",
    )


def _key(sequence: str) -> str:
    """ "['1', '2']" -> '1, 2'."""
    return sequence.strip("[]").removeprefix("'").removesuffix("'").replace("', '", ", ")
