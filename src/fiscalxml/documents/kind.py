"""What a kind of document is: how it is recognised and where its parts are.

A family shares a namespace and a manual (NF-e, CT-e …); a kind is one root element of it.
Paths are element names without namespace, from the element named in the field's comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fiscalxml.report import Tipo

FaltaDeForma = Literal[
    "edicao",
    "prefixo",
    "codificacao",
    "namespace",
    "tamanho",
    "lote_sem_versao",
    "id_difere",
    "dv",
    "chave_uf",
    "chave_mes",
    "chave_modelo",
    "sem_assinatura",
    "assinatura_padrao",
    "assinatura_difere",
    "certificado_invalido",
    "certificado_validade",
    "certificado_sem_documento",
    "certificado_cadeia",
    "certificado_raiz",
    "titular_cnpj",
    "titular_cpf",
]
"""A fault of form for which the manuals of the families have their own codes."""


@dataclass(frozen=True, slots=True)
class Oficial:
    """An official rejection: code, message verbatim, id of the rule and where it was published."""

    codigo: str
    mensagem: str
    regra: str | None = None
    fonte: str | None = None


@dataclass(frozen=True, slots=True)
class CamposChave:
    """Where the parts of the chave that differ by kind stand under `ide`."""

    numero: str
    codigo: str
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document, as the official layouts define it."""

    tipo: Tipo
    raiz: str
    """the document's own root element: NFe, evento, inutNFe …"""
    assinado: str
    """the signed child of the root: infNFe, infEvento …"""
    envelopes: tuple[str, ...] = ()
    """the roots that join the document and its protocol: nfeProc …"""
    protocolo: tuple[str, str] | None = None
    """from the envelope: protNFe, infProt"""
    modelos: Mapping[str, Tipo] = field(default_factory=dict)
    """`ide/mod` values that make it another tipo"""
    chave: CamposChave | None = None
    prefixo_id: str = ""
    autor: str | None = "emit"
    """the child of the signed element with the CNPJ or CPF of who must sign, empty for itself;
    None when the signer is not a party of the document"""
    detalhes: tuple[tuple[str, ...], ...] = ()
    """from the signed element to what its schema skips, which has a schema of its own"""
    modelos_alvo: frozenset[str] = frozenset()
    """of an event: models of the documents that it may be about, where that is judged"""
    aceitos: frozenset[str] = frozenset({"100", "150"})
    """cStat of a protocol that authorises"""
    oficiais: Mapping[FaltaDeForma, Oficial] = field(default_factory=dict)
    """codes that differ from the family's"""


@dataclass(frozen=True, slots=True)
class Familia:
    """The kinds that share a namespace and a manual."""

    nome: str
    """as people write it: NF-e, CT-e"""
    namespace: str
    kinds: tuple[Kind, ...]
    lotes: tuple[str, ...] = ()
    """roots that only carry documents, to be judged one by one"""
    oficiais: Mapping[FaltaDeForma, Oficial] = field(default_factory=dict)

    def oficial(self, kind: Kind | None, situacao: FaltaDeForma) -> Oficial | None:
        own = kind.oficiais.get(situacao) if kind else None
        return own or self.oficiais.get(situacao)


EVENTO_ACEITO = frozenset({"134", "135", "136", "155"})
"""registered: linked with an alert (134), linked, not linked yet, cancelled late"""
INUTILIZACAO_ACEITA = frozenset({"102"})
DENEGADO = frozenset({"110", "301", "302", "303"})
"""cStat of a protocol that denies the use: the document exists, the operation may not."""
CANCELADO = frozenset({"101", "151", "155"})
"""cStat of a protocol that tells that the document was cancelled afterwards; 151, 155: late."""


def evento_kind(
    raiz: str,
    envelope: tuple[str, ...],
    ret: str,
    oficiais: Mapping[FaltaDeForma, Oficial] | None = None,
    modelos_alvo: frozenset[str] = frozenset(),
) -> Kind:
    """The event kind that all SEFAZ families share, but for the names of its roots."""
    return Kind(
        tipo="evento",
        raiz=raiz,
        assinado="infEvento",
        envelopes=envelope,
        protocolo=(ret, "infEvento"),
        prefixo_id="ID",
        autor="",
        detalhes=(("detEvento",),),
        modelos_alvo=modelos_alvo,
        aceitos=EVENTO_ACEITO,
        oficiais=oficiais or {},
    )


def inutilizacao_kind(
    raiz: str,
    envelopes: tuple[str, ...],
    ret: str,
    oficiais: Mapping[FaltaDeForma, Oficial] | None = None,
) -> Kind:
    """The inutilização that NF-e and CT-e share, but for the names of its roots."""
    return Kind(
        tipo="inutilizacao",
        raiz=raiz,
        assinado="infInut",
        envelopes=envelopes,
        protocolo=(ret, "infInut"),
        prefixo_id="ID",
        autor="",
        aceitos=INUTILIZACAO_ACEITA,
        oficiais=oficiais or {},
    )
