"""The protocol beside a document: does it speak of this document, and what does it say?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from fiscalxml.documents.campos import Campos
from fiscalxml.documents.facts import CHAVES, fields
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.kind import CANCELADO, DENEGADO, Kind
from fiscalxml.documents.ramos import Ramo
from fiscalxml.report import Achado, Severidade
from fiscalxml.xml import Element, caminho, child, descend, leaves, short

# What the answer to an event (tpEvento, nSeqEvento) or an inutilização repeats.
_REPEATED = (
    "tpEvento",
    "nSeqEvento",
    "ano",
    "CNPJ",
    "mod",
    "serie",
    "nNFIni",
    "nNFFin",
    "nCTIni",
    "nCTFin",
)


class Protocolo(msgspec.Struct, frozen=True):
    """What a protocol states, and what is wrong with it."""

    achados: tuple[Achado, ...]
    registra: bool
    """SEFAZ registered this very document, authorised or denied; nothing differs"""
    autoriza: bool
    """registered, and authorised (it may have been cancelled afterwards)"""
    confere_digest: bool
    """it carries the digest of this very content"""
    recebido: str | None
    """dhRecbto or dhRegEvento, as written"""


def find_protocol(found: Encontrado) -> Element | None:
    """The infProt (or infEvento, infInut) of the answer inside the envelope."""
    if found.kind is None or found.kind.protocolo is None or found.envelope is found.documento:
        return None
    return descend(found.envelope, *found.kind.protocolo)


def read_protocol(found: Encontrado) -> Campos | None:
    """The same, to be read."""
    if found.plano is not None:
        return found.plano.protocolo
    element = find_protocol(found)
    return None if element is None else Ramo(element)


def read_fields(found: Encontrado) -> Mapping[str, str] | None:
    """What it states: of each name the first text, whatever else stands there."""
    plano = found.plano
    if plano is not None and (plano.protocolo is None or not plano.protocolo.repete):
        return None if plano.protocolo is None else fields(plano.protocolo)
    element = find_protocol(found)
    return None if element is None else leaves(element)


def judge_protocol(
    found: Encontrado,
    campos: Mapping[str, str],
    *,
    chave: str | None,
    ambiente: str | None,
    digest: str | None,
    ide: Mapping[str, str],
) -> Protocolo:
    """Compare the protocol with the document: chave, ambiente, digest, and read its cStat.

    `campos`: what it states. `digest` is the DigestValue computed over the document, Base64; None
    when it has none.
    """
    assert found.kind is not None  # noqa: S101 - only a kind has a protocol
    achados = [
        *_compare_chave(found, campos, chave),
        *_compare_ambiente(found, campos, ambiente),
        *_compare_digest(found, campos, digest),
        *_compare_request(found, campos, ide),
    ]
    matches = not achados
    cstat = campos.get("cStat", "")
    aceito = cstat in found.kind.aceitos
    if not aceito:
        achados += _read_cstat(found, found.kind, campos)
    autoriza = matches and (aceito or cstat in CANCELADO)
    return Protocolo(
        achados=tuple(achados),
        registra=autoriza or (matches and cstat in DENEGADO),
        autoriza=autoriza,
        confere_digest=matches and digest is not None and "digVal" in campos,
        recebido=campos.get("dhRecbto") or campos.get("dhRegEvento"),
    )


def _compare_chave(found: Encontrado, campos: Mapping[str, str], chave: str | None) -> list[Achado]:
    name = next((name for name in CHAVES if name in campos), "")
    # The answer to an event may leave the chave out; a document's protocol may not.
    optional = found.kind is not None and found.kind.tipo == "evento"
    stated = campos.get(name)
    if chave is None or (stated is None and optional) or stated == chave:
        return []
    return [
        _achado(
            found,
            name,
            "PRT-001",
            "erro",
            "O protocolo não é deste documento: a chave difere ou falta.",
            "Junte ao documento o protocolo que a SEFAZ devolveu para ele.",
            stated or "sem chave",
            chave,
        )
    ]


def _compare_ambiente(
    found: Encontrado, campos: Mapping[str, str], ambiente: str | None
) -> list[Achado]:
    stated = campos.get("tpAmb")
    if stated is None or ambiente is None or stated == ambiente:
        return []
    return [
        _achado(
            found,
            "tpAmb",
            "PRT-002",
            "erro",
            "O protocolo é de outro ambiente (produção ou homologação) que o documento.",
            "Junte o protocolo do mesmo ambiente.",
            stated,
            ambiente,
        )
    ]


def _compare_digest(
    found: Encontrado, campos: Mapping[str, str], digest: str | None
) -> list[Achado]:
    stated = "".join(campos.get("digVal", "").split())
    if not stated or digest is None or stated == digest or found.xml.bytes_invalidos:
        return []
    return [
        _achado(
            found,
            "digVal",
            "PRT-003",
            "erro",
            "O documento não é o que a SEFAZ autorizou: o digVal do protocolo difere do resumo "
            "calculado sobre ele.",
            "Recupere o XML original que foi autorizado; este foi alterado depois.",
            stated,
            digest,
        )
    ]


def _compare_request(
    found: Encontrado, campos: Mapping[str, str], ide: Mapping[str, str]
) -> Iterator[Achado]:
    """The answer to an event or an inutilização repeats what was asked."""
    if found.kind is None or found.kind.chave is not None:
        return
    for name in _REPEATED:
        stated, asked = campos.get(name), ide.get(name)
        if stated and asked and stated.lstrip("0") != asked.lstrip("0"):
            yield _achado(
                found,
                name,
                "PRT-007",
                "erro",
                f"O retorno é de outro pedido: {name} difere.",
                "Junte ao pedido o retorno que a SEFAZ devolveu para ele.",
                stated,
                short(asked),
            )


def _read_cstat(found: Encontrado, kind: Kind, campos: Mapping[str, str]) -> list[Achado]:
    """What a cStat says that does not simply authorise."""
    cstat = campos.get("cStat")
    if cstat is None:
        return []
    resposta = short(f"{cstat} - {campos.get('xMotivo', 'sem motivo')}")
    if cstat in DENEGADO:
        words = f"Uso denegado pela SEFAZ (denegada): {resposta}."
        fix = "Não há operação acobertada por este documento; guarde-o como denegado."
        return [_achado(found, "cStat", "PRT-004", "info", words, fix, cstat)]
    if cstat in CANCELADO:
        words = f"Documento cancelado segundo o protocolo: {resposta}."
        return [_achado(found, "cStat", "PRT-005", "info", words, None, cstat)]
    words = f"O protocolo não autoriza o documento: {resposta}."
    fix = "Corrija o que a SEFAZ rejeitou e transmita de novo; este protocolo não serve."
    expected = " ou ".join(sorted(kind.aceitos))
    return [_achado(found, "cStat", "PRT-006", "erro", words, fix, cstat, expected)]


def _achado(
    found: Encontrado,
    campo: str,
    codigo: str,
    severidade: Severidade,
    mensagem: str,
    correcao: str | None,
    encontrado: str | None = None,
    esperado: str | None = None,
) -> Achado:
    """`campo`: where it stands; the protocol itself where that has no such field."""
    protocolo = find_protocol(found)
    assert protocolo is not None  # noqa: S101 - its fields were read
    field = child(protocolo, campo) if campo else None
    node = protocolo if field is None else field
    return Achado(
        codigo=codigo,
        camada="protocolo",
        severidade=severidade,
        mensagem=mensagem,
        correcao=correcao,
        caminho=caminho(node, found.envelope),
        linha=found.xml.line(node),
        encontrado=None if encontrado is None else short(encontrado),
        esperado=esperado,
    )
