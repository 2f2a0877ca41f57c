"""What a document is called."""

from __future__ import annotations

from fiscalxml.identifiers.chave import parse_chave
from fiscalxml.identifiers.chave_invalida import ChaveInvalida
from fiscalxml.identifiers.chave_nfse import TAMANHO as TAMANHO_NFSE
from fiscalxml.identifiers.chave_nfse import parse_chave_nfse
from fiscalxml.pages.names import TIPOS
from fiscalxml.report import Documento


def title(documento: Documento) -> str:
    """'NF-e 4.00 nº 1001 série 1', with what is known of it."""
    return " ".join(filter(None, [kind(documento), numbers(documento)]))


def kind(documento: Documento) -> str:
    """'NF-e 4.00', or which event, or what it looks like."""
    tipo, versao = TIPOS[documento.tipo], documento.versao or ""
    if documento.tipo == "desconhecido":
        words = [tipo, f"(parece {documento.parece})" if documento.parece else ""]
    elif documento.tipo == "mensagem":
        words = [tipo, documento.raiz or "", versao]
    elif documento.evento:
        sequence = documento.evento.sequencia
        words = [tipo, documento.evento.tipo or "", f"sequência {sequence}" if sequence else ""]
    else:
        words = [tipo, versao]
    return " ".join(filter(None, words))


def numbers(documento: Documento) -> str:
    """'nº 1001 série 1', by a valid chave of its own."""
    try:
        if len(documento.chave or "") == TAMANHO_NFSE:
            return f"nº {int(parse_chave_nfse(documento.chave or '').numero)}"
        chave = parse_chave(documento.chave or "")
    except ChaveInvalida:
        return ""
    return f"nº {int(chave.numero)} série {int(chave.serie)}"
