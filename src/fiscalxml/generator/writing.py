"""XML as text. What is written is its own canonical form, so that it can be signed as it stands."""

from __future__ import annotations

from html import escape
from typing import Final

DECLARACAO: Final = '<?xml version="1.0" encoding="UTF-8"?>'


def campos(**textos: str | None) -> str:
    """The fields of these names, in this order, without those that are None."""
    return "".join(
        [
            f"<{nome}>{escape(texto, quote=False)}</{nome}>"
            for nome, texto in textos.items()
            if texto is not None
        ]
    )


def grupo(nome: str, *partes: str | None, **atributos: str) -> str:
    """A group around fields and groups. Attributes in the order of C14N: by name."""
    inner = "".join([parte for parte in partes if parte])
    if not atributos:
        return f"<{nome}>{inner}</{nome}>"
    attributes = "".join([f' {key}="{_escaped(value)}"' for key, value in atributos.items()])
    return f"<{nome}{attributes}>{inner}</{nome}>"


def _escaped(texto: str) -> str:
    return escape(texto, quote=False)
