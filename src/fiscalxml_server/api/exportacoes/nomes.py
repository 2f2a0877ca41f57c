"""Names of files in the ZIP: of letters, digits, hyphens and one folder, whatever a document says.

`nfe/<chave>.xml` for the document that holds its chave; `evento/<chave>-<tpEvento>-<id>.xml`;
`<tipo>/<id>.xml` for all else. No two documents have the same.
"""

from __future__ import annotations

import re
from typing import Final

from fiscalxml_server.api.exportacoes.linhas import Documento

_CHAVE: Final = re.compile(r"[0-9A-Z]{44}(?:[0-9A-Z]{6})?")
_EVENTO: Final = re.compile(r"[0-9]{6}")
_WITHOUT_CHAVE: Final = ("evento", "inutilizacao", "mensagem")
"""kinds that speak of a chave and hold none"""


def entry_name(row: Documento) -> str:
    """The name of a document's file: `tipo`, `id`, `chave`, `vigente`, `evento_chave`,
    `evento_tipo`."""
    tipo, chave = row["tipo"], row["chave"]
    if row["vigente"] and tipo not in _WITHOUT_CHAVE and chave and _CHAVE.fullmatch(chave):
        return f"{tipo}/{chave}.xml"
    about, event = row["evento_chave"], row["evento_tipo"]
    if (
        tipo == "evento"
        and about
        and event
        and _CHAVE.fullmatch(about)
        and _EVENTO.fullmatch(event)
    ):
        return f"{tipo}/{about}-{event}-{row['id']}.xml"
    return f"{tipo}/{row['id']}.xml"
