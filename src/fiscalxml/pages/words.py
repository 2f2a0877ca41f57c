"""Numbers, dates, codes and names of fields as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from fiscalxml.causes import Causa, Emitente
from fiscalxml.identifiers.cnpj import format_cnpj
from fiscalxml.identifiers.cpf import format_cpf
from fiscalxml.xml import milhar

_DECIMAL: Final = re.compile(r"(-?)(\d{1,15})(?:\.(\d{1,10}))?", re.ASCII)
_CNPJ: Final = 14
_CPF: Final = 11
# Names of the JSON are ASCII; on a page they are read as they are written.
_ACENTOS: Final = {
    "agencia": "agência",
    "codigo": "código",
    "correcao": "correção",
    "deducoes": "deduções",
    "descricao": "descrição",
    "destinatario": "destinatário",
    "intermediario": "intermediário",
    "monofasico": "monofásico",
    "municipio": "município",
    "numero": "número",
    "orgao": "órgão",
    "previdencia": "previdência",
    "responsavel": "responsável",
    "retencoes": "retenções",
    "sequencia": "sequência",
    "servicos": "serviços",
    "tecnico": "técnico",
    "tributaria": "tributária",
}
_SIGLAS: Final = {
    *("cbs", "cofins", "csll", "fcp", "ibs", "icms", "ii", "ipi", "irrf", "is", "iss", "pis", "st"),
    *("cnpj", "cpf", "dps", "funttel", "fust", "inss", "ir", "rntrc", "uf"),
}


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


def data_hora(iso: str) -> str:
    """'2026-11-10T09:30:00-03:00' -> '10/11/2026 09:30'; what is no date, as it is."""
    try:
        return f"{datetime.fromisoformat(iso):%d/%m/%Y %H:%M}"
    except ValueError:
        return iso


def grouped(chave: str) -> str:
    """In groups of four characters, as a DANFE prints it."""
    return " ".join(chave[start : start + 4] for start in range(0, len(chave), 4))


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


def field_name(nome: str) -> str:
    """A name of the JSON as it is written: icms_uf_destino is ICMS UF destino."""
    words = (
        word.upper() if word in _SIGLAS else _ACENTOS.get(word, word) for word in nome.split("_")
    )
    return " ".join(words)


def decimal(text: str) -> str:
    """'1234.5600' -> '1.234,56': at least two decimals; what is no number, as it is."""
    found = _DECIMAL.fullmatch(text)
    if found is None:
        return text
    whole, places = found[2], (found[3] or "").rstrip("0").ljust(2, "0")
    return f"{found[1]}{milhar(int(whole))},{places}"
