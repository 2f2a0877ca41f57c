"""A cause in words: its sentence, its impact, what else is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from rich.text import Text

from fiscalxml.causes import Causa, Emitente
from fiscalxml.cli.block import SEVERIDADES
from fiscalxml.cli.names import TIPOS
from fiscalxml.cli.terminal import safe
from fiscalxml.identifiers.cnpj import format_cnpj
from fiscalxml.identifiers.cpf import format_cpf
from fiscalxml.xml import milhar

_CNPJ: Final = 14
_CPF: Final = 11


def heading(causa: Causa) -> Text:
    """'✖ erro 629 Valor do Produto difere …'."""
    severidade, style = SEVERIDADES[causa.severidade]
    return Text.assemble((severidade, style), " ", (causa.codigo, "bold"), " ", safe(causa.causa))


def impact(causa: Causa) -> str:
    """'812 documentos, 2.431 ocorrências, 3 emitentes'."""
    parts = [plural(causa.documentos, "documento", "documentos")]
    if causa.ocorrencias > causa.documentos:
        parts.append(f"{milhar(causa.ocorrencias)} ocorrências")
    if causa.so_do_emitente:
        parts.append(f"só do emitente {inscricao(causa.so_do_emitente)}")
    elif causa.emitentes > 1:
        least = "ao menos " if causa.emitentes_ou_mais else ""
        parts.append(f"{least}{milhar(causa.emitentes)} emitentes")
    return ", ".join(parts)


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


def period(first: str, last: str) -> str:
    """'de 01/11/2026 a 20/11/2026', of two ISO dates."""
    if first == last:
        return f"em {day(first)}"
    return f"de {day(first)} a {day(last)}"


def day(iso: str) -> str:
    """'2026-11-01' -> '01/11/2026'; what is no date, as it is."""
    try:
        return f"{date.fromisoformat(iso[:10]):%d/%m/%Y}"
    except ValueError:
        return iso


def inscricao(emitente: Emitente) -> str:
    """Their CNPJ or CPF as people write it."""
    return cnpj_or_cpf(emitente.cnpj or emitente.cpf or "")


def cnpj_or_cpf(text: str) -> str:
    """With its mask; what has the length of neither, as it is."""
    if len(text) == _CNPJ:
        return format_cnpj(text)
    return format_cpf(text) if len(text) == _CPF else text


def plural(count: int, one: str, many: str) -> str:
    """'1 documento', '1.234 documentos'."""
    return f"{milhar(count)} {one if count == 1 else many}"
