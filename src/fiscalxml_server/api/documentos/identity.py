"""Which version of a document holds its identity (contract: "Identity in an organisation").

The same content in other bytes is *duplicado*, and a protocol that it brings is attached. Other
content under the same identity is *conflito*: both are kept, and a version whose schema, chave or
signature failed never holds the identity against one that is intact; nor does a draft without a
signature against a signed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

from fiscalxml_server.api.documentos.schemas import Novo, Versao

_TOLD: Final = {"sem_protocolo": 0, "rejeitado": 1, "autorizado": 2, "denegado": 3, "cancelado": 4}
"""how late a state each situação of a file is"""


class Passo(Enum):
    """What is to be written for a document whose identity is at hand already."""

    NADA = "its content is there"
    TROCAR_COPIA = "its content is there, in a copy that is worth less"
    TOMAR = "it takes the identity from a version that is broken, or a draft"
    CONFLITAR = "it is kept beside the version that holds the identity"


def decide(novo: Novo, versoes: Sequence[Versao]) -> tuple[Passo, Versao]:
    """What to do with `novo`, and the version concerned. One of `versoes` is vigente."""
    same = next((each for each in versoes if each.conteudo == novo.conteudo), None)
    holder = next(each for each in versoes if each.vigente)
    if same is not None:
        return (Passo.TROCAR_COPIA if _worth(novo) > _worth(same) else Passo.NADA), same
    return (Passo.TOMAR if outranks(novo, holder) else Passo.CONFLITAR), holder


def outranks(version: Novo | Versao, holder: Versao) -> bool:
    """Whether a version takes the identity from the one that holds it."""
    return (version.intacta, version.assinada) > (holder.intacta, holder.assinada)


def _worth(copy: Novo | Versao) -> tuple[bool, bool, bool, int]:
    """Of two copies of one content: intact, then signed, then with its protocol.

    Of two protocols the one that tells the later state: that the document was cancelled.
    """
    told = _TOLD.get(copy.situacao_propria or "", 0)
    return copy.intacta, copy.assinada, copy.com_protocolo, told
