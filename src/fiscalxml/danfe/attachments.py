"""What comes with a document to be drawn: a logo, the note behind a letter of correction."""

from __future__ import annotations

from typing import Final

import msgspec

from fiscalxml.danfe.content import printable
from fiscalxml.danfe.refusals import AnexoInvalido
from fiscalxml.danfe.wire import Emitente, Pedido
from fiscalxml.documents.detect import read_documents
from fiscalxml.documents.found import Encontrado
from fiscalxml.xml import Element, Limits, child, text_of

MAX_LOGO: Final = 1 << 20
"""bytes"""
_IMAGES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def with_logo(pedido: Pedido, logo: bytes | None) -> Pedido:
    """The request with the emitente's logo, a PNG or JPEG. A DANFSe has no place for one.

    Raises `AnexoInvalido`.
    """
    check_logo(logo)
    return pedido if logo is None else msgspec.structs.replace(pedido, logo=logo)


def check_logo(logo: bytes | None) -> None:
    """Raises `AnexoInvalido` for what cannot be a logo; whether it is whole shows when drawn."""
    if logo is None:
        return
    if len(logo) > MAX_LOGO:
        raise AnexoInvalido("O logotipo passa de 1 MB; reduza a imagem.")
    if not logo.startswith(_IMAGES):
        raise AnexoInvalido("O logotipo não é uma imagem PNG ou JPEG.")


def with_nota(pedido: Pedido, nota: bytes | None) -> Pedido:
    """The request for a letter of correction with who issued the note that it corrects.

    Raises `AnexoInvalido` when `nota` is not the NF-e with that chave.
    """
    if nota is None:
        return pedido
    if pedido.auxiliar != "dacce":
        raise AnexoInvalido("Só a impressão de uma carta de correção usa a nota.")
    chave = pedido.nome[:44]
    for found in read_documents(nota, Limits()):
        if isinstance(found, Encontrado) and found.assinado is not None:
            emit = child(found.assinado, "emit")
            if emit is not None and found.assinado.get("Id") == f"NFe{chave}":
                return msgspec.structs.replace(pedido, emitente=_emitente(emit))
    raise AnexoInvalido("A nota não é a NF-e que a carta de correção corrige.")


def _emitente(emit: Element) -> Emitente:
    def text(*path: str) -> str:
        return printable(text_of(emit, *path) or "")

    street = (text("enderEmit", name) for name in ("xLgr", "nro", "xCpl"))
    cep = text("enderEmit", "CEP")
    return Emitente(
        nome=text("xNome"),
        end=", ".join(filter(None, street)),
        bairro=text("enderEmit", "xBairro"),
        cep=f"{cep[:5]}-{cep[5:]}" if cep else "",
        cidade=text("enderEmit", "xMun"),
        uf=text("enderEmit", "UF"),
        fone=text("enderEmit", "fone"),
        ie=text("IE"),
    )
