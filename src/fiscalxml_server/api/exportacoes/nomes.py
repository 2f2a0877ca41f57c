"""Names of files in the ZIP: of letters, digits, hyphens and one folder, whatever a document says.

`nfe/<chave>.xml` for the document that holds its chave; `evento/<chave>-<tpEvento>-<id>.xml`;
`<tipo>/<id>.xml` for all else. No two documents have the same.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from fiscalxml_server.api.exportacoes.linhas import Lidos

_CHAVE: Final = re.compile(r"[0-9A-Z]{44}(?:[0-9A-Z]{6})?")
_EVENTO: Final = re.compile(r"[0-9]{6}")
_WITHOUT_CHAVE: Final = ("evento", "inutilizacao", "mensagem")
"""kinds that speak of a chave and hold none"""


def entry_names(lidos: Lidos) -> list[str]:
    """The names of documents' files: `tipo`, `id`, `chave`, `vigente`, `evento_chave`,
    `evento_tipo`."""
    of = ("tipo", "id", "chave", "vigente", "evento_chave", "evento_tipo")
    return [_name(*values) for values in zip(*(lidos[campo] for campo in of), strict=True)]


def _name(
    tipo: str,
    ident: UUID,
    chave: str | None,
    vigente: bool,
    about: str | None,
    event: str | None,
) -> str:
    if vigente and tipo not in _WITHOUT_CHAVE and chave and _CHAVE.fullmatch(chave):
        return f"{tipo}/{chave}.xml"
    if (
        tipo == "evento"
        and about
        and event
        and _CHAVE.fullmatch(about)
        and _EVENTO.fullmatch(event)
    ):
        return f"{tipo}/{about}-{event}-{ident}.xml"
    return f"{tipo}/{ident}.xml"
