"""A cause on the terminal: its heading and what else is known of it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from fiscalxml.causes import Causa
from fiscalxml.cli.block import SEVERIDADES
from fiscalxml.cli.terminal import safe
from fiscalxml.pages.names import TIPOS
from fiscalxml.pages.words import period
from fiscalxml.xml import milhar


def heading(causa: Causa) -> Text:
    """'✖ erro 629 Valor do Produto difere …'."""
    severidade, style = SEVERIDADES[causa.severidade]
    return Text.assemble((severidade, style), " ", (causa.codigo, "bold"), " ", safe(causa.causa))


def details(causa: Causa) -> Iterator[str]:
    """Where, of which kinds and when, and by which rule: one text each."""
    if causa.caminho:
        yield f"em {causa.caminho}"
    yield ", ".join(f"{TIPOS[tipo]} {milhar(count)}" for tipo, count in causa.tipos.items())
    if causa.emissao_de and causa.emissao_ate:
        yield f"emissão {period(causa.emissao_de, causa.emissao_ate)}"
    if causa.regra:
        yield f"regra {causa.regra}" + (" (facultativa)" if causa.facultativa else "")
    if causa.tambem:
        yield f"dela decorre também {', '.join(causa.tambem)}"
    if causa.fonte:
        yield f"fonte: {causa.fonte}"
