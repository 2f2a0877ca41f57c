"""Errors of structure: elements, attributes and content in the wrong place."""

from __future__ import annotations

from re import Match

from fiscalxml.schemas.translation import Place, Traducao, join, local_name

# libxml2 lists no more than ten expected elements, so ten may mean more.
_MAX_LISTED = 10


def unexpected(place: Place, found: Match[str]) -> Traducao:
    """'This element is not expected': out of order, repeated, misspelt or of another layout."""
    expected = _names(found["expected"])
    if place.element in expected:
        return _wrong_namespace(place, found["expected"])
    return Traducao(
        codigo="XSD-001",
        mensagem=f"Campo {place.element} fora de ordem ou não previsto neste ponto"
        + (f": o leiaute espera {_listed(expected)}." if expected else "."),
        campo=place.element,
        encontrado=place.element,
        esperado=_listed(expected) or f"nenhum outro campo no lugar de {place.element}",
        correcao=_reorder(place.element, expected),
    )


def missing_children(place: Place, found: Match[str]) -> Traducao:
    """'Missing child element(s)': a group ends before its mandatory fields."""
    expected = _names(found["expected"])
    listed = _listed(expected)
    return Traducao(
        codigo="XSD-002",
        mensagem=f"Grupo {place.element} incompleto" + _what_is_missing(expected),
        campo=place.element,
        esperado=listed or None,
        correcao=_complete(place.element, expected),
    )


def unknown_root(place: Place, _: Match[str]) -> Traducao:
    """'No matching global declaration available for the validation root'."""
    problem = "não pertence a este leiaute" if place.namespace else "está sem namespace (xmlns)"
    return Traducao(
        codigo="XSD-003",
        mensagem=f"A raiz {place.element} {problem}.",
        campo=place.element,
        encontrado=place.namespace or place.element,
        esperado="raiz com o nome e o namespace (xmlns) do leiaute",
        correcao=f"Confira o nome da raiz {place.element} e o atributo xmlns: "
        "o leiaute diferencia maiúsculas de minúsculas.",
    )


def undeclared_element(place: Place, _: Match[str]) -> Traducao:
    """An element under a strict wildcard that no schema declares."""
    return Traducao(
        codigo="XSD-004",
        mensagem=f"O leiaute não define o elemento {place.element}.",
        campo=place.element,
        encontrado=place.element,
        esperado="elemento definido em um leiaute oficial",
        correcao=f"Confira o nome e o namespace de {place.element}, ou remova o elemento.",
    )


def missing_attribute(place: Place, found: Match[str]) -> Traducao:
    """'The attribute … is required but missing'."""
    name = local_name(found["name"])
    return Traducao(
        codigo="XSD-005",
        mensagem=f"Falta o atributo obrigatório {name} em {place.element}.",
        campo=f"@{name}",
        esperado=f"atributo {name} em {place.element}",
        correcao=f"Inclua o atributo {name} na tag {place.element}.",
    )


def unknown_attribute(place: Place, _: Match[str]) -> Traducao:
    """'The attribute … is not allowed', or is declared nowhere."""
    return Traducao(
        codigo="XSD-006",
        mensagem=f"O leiaute não prevê o atributo {place.attribute} em {place.element}.",
        campo=place.campo,
        encontrado=place.attribute,
        esperado=f"{place.element} sem o atributo {place.attribute}",
        correcao=f"Remova o atributo {place.attribute} da tag {place.element}.",
    )


def text_in_group(place: Place, _: Match[str]) -> Traducao:
    """Text between the fields of a group."""
    return Traducao(
        codigo="XSD-030",
        mensagem=f"Há texto solto dentro do grupo {place.element}.",
        campo=place.campo,
        encontrado="texto fora das tags",
        esperado=f"somente campos dentro de {place.element}",
        correcao=f"Remova o texto que está entre as tags de {place.element}.",
    )


def children_in_field(place: Place, _: Match[str]) -> Traducao:
    """Elements inside a field that holds a value."""
    return Traducao(
        codigo="XSD-031",
        mensagem=f"{place.element} recebe um valor, mas há outras tags dentro dele.",
        campo=place.campo,
        encontrado="outras tags",
        esperado="somente o valor, sem tags",
        correcao=f"Deixe em {place.element} apenas o valor, sem tags internas.",
    )


def must_be_empty(place: Place, _: Match[str]) -> Traducao:
    """Content in an element that has none by definition."""
    return Traducao(
        codigo="XSD-032",
        mensagem=f"{place.element} deve ficar vazio pelo leiaute.",
        campo=place.campo,
        encontrado="conteúdo",
        esperado="tag vazia",
        correcao=f"Remova o conteúdo de {place.element}.",
    )


def _names(listing: str | None) -> list[str]:
    """'{ns}a, {ns}b' -> ['a', 'b']; wildcards in words."""
    names = [item.strip() for item in (listing or "").split(", ") if item.strip()]
    return list(
        dict.fromkeys(
            "elemento de outro namespace" if "##other" in n or n.endswith("*") else local_name(n)
            for n in names
        )
    )


def _listed(names: list[str]) -> str:
    if len(names) >= _MAX_LISTED:
        return f"{', '.join(names)} ou outro campo do grupo"
    return join(names)


def _reorder(element: str, expected: list[str]) -> str:
    if not expected:
        return (
            f"Remova {element}: neste ponto o grupo já está completo, "
            "ou o nome do campo não existe no leiaute."
        )
    if expected == ["Signature"]:
        return f"Assine o documento antes de transmitir: a tag Signature vem antes de {element}."
    if len(expected) == 1:
        return (
            f"Informe {expected[0]} antes de {element}; "
            f"se {element} não pertence a este grupo, remova-o ou mude-o de lugar."
        )
    return (
        f"Ponha {element} na posição que o leiaute define, ou remova o campo se não existir nele."
    )


def _what_is_missing(expected: list[str]) -> str:
    """With several names, libxml2 lists what may come next; not all of it is mandatory."""
    if not expected:
        return ": falta campo obrigatório."
    if len(expected) == 1:
        return f": falta {expected[0]}."
    return f": depois do último campo, o leiaute espera {_listed(expected)}."


def _complete(group: str, expected: list[str]) -> str:
    if "Signature" in expected:
        return "Assine o documento antes de transmitir."
    if len(expected) == 1 and expected[0].startswith("inf") and expected[0].endswith("Supl"):
        return f"Gere o grupo {expected[0]}, com o QR Code, antes de assinar e transmitir."
    if not expected:
        return f"Complete o grupo {group} com os campos obrigatórios do leiaute."
    return f"Inclua em {group}, depois do último campo informado: {_listed(expected)}."


def _wrong_namespace(place: Place, listing: str) -> Traducao:
    wanted = next(item for item in listing.split(", ") if local_name(item) == place.element)
    namespace = wanted.removesuffix(place.element).strip("{}")
    return Traducao(
        codigo="XSD-001",
        mensagem=f"{place.element} está no namespace (xmlns) errado.",
        campo=place.element,
        encontrado=place.namespace or "sem namespace",
        esperado=namespace or "sem namespace",
        correcao=f"Corrija o xmlns de {place.element}"
        + (f" para {namespace}." if namespace else ": o leiaute não usa namespace aqui."),
    )
