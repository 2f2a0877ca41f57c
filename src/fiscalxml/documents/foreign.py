"""What else arrives in fiscal folders: documents that are known by name only."""

from __future__ import annotations

import re
from itertools import islice

from fiscalxml.xml import Element, namespace

_MAX_NAME = 80  # of a root that is looked up by patterns

_OUTROS = (  # (namespace pattern, root pattern, words)
    (r"", r"CFe", "CF-e SAT"),
    (r"", r"CFeCanc", "cancelamento de CF-e SAT"),
    (r"esocial\.gov\.br/schema/", r".*", "eSocial"),
    (r"reinf\.esocial\.gov\.br", r".*", "EFD-Reinf"),
    (r"prefeitura\.sp\.gov\.br", r".*", "NFS-e municipal de São Paulo"),
    (r"abrasf|ginfes|betha|issnet|publica|nfse", r".*", "NFS-e municipal"),
    (
        r"",
        r"CompNfse|Nfse|.*(?:Nfse|Rps|NFSe)\w*(?:Envio|Resposta)|Recepcionar\w*Dps\w*",
        "NFS-e municipal",
    ),
    (r"portalfiscal\.inf\.br/nfag", r".*", "NFAg"),
    (r"portalfiscal\.inf\.br/cfe", r".*", "CF-e SAT"),
    (r"portalfiscal\.inf\.br/", r".*", "mensagem de um projeto da SEFAZ sem leiaute aqui"),
    (r"soap", r"Envelope", "envelope SOAP"),
)


def looks_like(element: Element, name: str) -> str | None:
    """What an unknown document seems to be, in the words of its users."""
    if len(name) > _MAX_NAME:
        return None
    spaces = {namespace(element)} | {namespace(item) for item in islice(element.iter("{*}*"), 50)}
    for space_pattern, name_pattern, words in _OUTROS:
        if re.fullmatch(name_pattern, name) and any(
            re.search(space_pattern, space) for space in spaces
        ):
            return words
    return None
