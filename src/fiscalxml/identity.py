"""What makes a document the same document, and the fields that it is searched by.

The contract's identity in an organisation: documents (tipo, chave); events (chave, tpEvento,
nSeqEvento, author); inutilizações (UF, year, CNPJ, model, series, range); kinds without a chave,
their Id. What has none of these (a message, a note without Id) is its own content: the same
content is the same document, and no other content ever stands against it.

Every text here has a bounded length and a known alphabet, whatever the document says: a field
that does not read as one of its kind is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from fiscalxml.documents import nfse
from fiscalxml.documents.facts import Fatos, parse_datetime, parse_number
from fiscalxml.documents.found import Encontrado
from fiscalxml.report import Ambiente, Camada, Evento, Report, Tipo
from fiscalxml.summaries.parts import Pessoa
from fiscalxml.summaries.resumo import Resumo, Situacao

MAX_ID: Final = 120
"""characters of an Id that identifies; the longest of a layout has 59"""
MAX_SERIE: Final = 99_999
MAX_NUMERO: Final = 10**15 - 1
MAX_SEQUENCIA: Final = 999

_CNPJ_OU_CPF: Final = re.compile(r"[0-9A-Z]{12}[0-9]{2}|[0-9]{11}")
_CHAVE: Final = re.compile(r"[0-9A-Za-z]{44}(?:[0-9A-Za-z]{6})?")
_TIPO_EVENTO: Final = re.compile(r"[0-9]{6}")
_MODELO: Final = re.compile(r"[0-9]{2}")
_PROTOCOLO: Final = re.compile(r"[0-9]{1,20}")
_ALVO: Final = re.compile(r"[0-9A-Z]{1,59}")
_VALOR: Final = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2})0*)?")
_INUTILIZACAO: Final = ("cUF", "ano", "mod", "serie")
_FAIXAS: Final = (("nNFIni", "nNFFin"), ("nCTIni", "nCTFin"))
_DE_IDENTIDADE: Final[tuple[Camada, ...]] = ("schema", "chave", "assinatura")
_DESTINATARIOS: Final = ("destinatario", "tomador", "comprador")
_DESTINATARIOS_NFSE: Final = ("tomador", "destinatario")
_PAPEIS_DPS: Final = {"prest": "prestador", "toma": "tomador", "interm": "intermediario"}


class Vinculo(msgspec.Struct, frozen=True, order=True):
    """Another document that this one names."""

    papel: str
    """what the other is to this one: transportado, substituido, devolvido …"""
    chave: str
    """44 or 50 characters"""


class Identidade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document's identity in an organisation, and the fields that it is searched by."""

    chave_identidade: str
    """at most 140 characters; ASCII, but for what a faulty document has as its Id"""
    intacta: bool
    """schema, chave and signature did not fail: it may hold the identity against others"""
    assinada: bool
    """it brings a signature, which did not fail: a draft is intact, and has none"""
    com_protocolo: bool
    """it brings the protocol that registers it, authorised or denied"""
    chave: str | None = None
    """its own: 44 characters, 50 of an NFS-e"""
    emitente: str | None = None
    """CNPJ or CPF of who issued it: of an event, its author"""
    destinatario: str | None = None
    """CNPJ or CPF of whom it is for: the tomador of a service, the comprador of a BP-e"""
    valor: int | None = None
    """of the whole document, in centavos"""
    serie: int | None = None
    """at most `MAX_SERIE`"""
    numero: int | None = None
    """at most `MAX_NUMERO`"""
    emissao: datetime | None = None
    """with an offset; of an event, when it happened"""
    modelo: str | None = None
    ambiente: Ambiente | None = None
    situacao: Situacao | None = None
    """by the protocol in the file"""
    chave_referida: str | None = None
    """of an event: the chave of the document it is about"""
    tipo_evento: str | None = None
    """tpEvento, 6 digits"""
    sequencia: int | None = None
    """of an event, at most `MAX_SEQUENCIA`"""
    protocolo: str | None = None
    """nProt of the protocol in the file"""
    registrado_em: datetime | None = None
    """when SEFAZ (of an NFS-e, the Sefin) registered it, by the file"""
    evento_alvo: str | None = None
    """of an event that cancels another: the other's protocol, or its Id (NFS-e)"""
    vinculos: tuple[Vinculo, ...] = ()
    """each once, in order"""


def identify(
    found: Encontrado,
    fatos: Fatos,
    report: Report,
    resumo: Resumo | None,
    *,
    registrado: bool,
) -> Identidade | None:
    """The identity of what was found; None when it is no fiscal document.

    `registrado`: whether it brings the protocol that registers it.
    """
    if found.kind is None and not found.mensagem:
        return None
    documento = fatos.documento
    autor = None if resumo is None else _issuer(found, fatos, resumo)
    bare = Identidade(
        chave_identidade=_key(found, fatos, report, autor),
        intacta=_intact(found, report),
        assinada=report.camadas["assinatura"] in ("ok", "aviso"),
        com_protocolo=registrado,
        chave=documento.chave,
        ambiente=documento.ambiente,
    )
    if resumo is None:
        return bare
    evento = documento.evento or Evento()
    return msgspec.structs.replace(
        bare,
        emitente=autor,
        destinatario=_party(resumo, _receivers(found)),
        valor=centavos(resumo.totais.get("documento")),
        serie=_number(resumo.serie, MAX_SERIE),
        numero=_number(resumo.numero, MAX_NUMERO),
        emissao=fatos.emissao,
        modelo=_matching(_MODELO, documento.modelo),
        situacao=resumo.situacao,
        chave_referida=_matching(_CHAVE, evento.chave),
        tipo_evento=_matching(_TIPO_EVENTO, evento.tipo),
        sequencia=_at_most(_sequence(fatos), MAX_SEQUENCIA),
        protocolo=_matching(_PROTOCOLO, resumo.protocolo.numero if resumo.protocolo else None),
        registrado_em=_registered(found, fatos, resumo),
        evento_alvo=_matching(_ALVO, resumo.evento.evento_cancelado if resumo.evento else None),
        vinculos=tuple(sorted(set(_named(resumo)))),
    )


def centavos(valor: str | None) -> int | None:
    """An amount of a layout in centavos, exactly; None when it is none or has parts of a centavo.

    >>> centavos("1234.5")
    123450
    """
    match = _VALOR.fullmatch(valor.strip()) if valor else None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else None


def _key(found: Encontrado, fatos: Fatos, report: Report, autor: str | None) -> str:
    """The best that tells the document from others, after what kind it is."""
    own = _event(fatos, autor) or _inutilizacao(fatos) or _own(fatos) or _by_content(report)
    return f"{_prefix(found, fatos.documento.tipo)}:{own}"


def _prefix(found: Encontrado, tipo: Tipo) -> str:
    """The tipo, as the contract names kinds; the root's name of a kind that has no tipo.

    The request for an event of the NFS-e is not the event that is made from it.
    """
    kind = found.kind
    if kind is not None and (kind is nfse.PEDIDO or tipo == "desconhecido"):
        return kind.raiz
    return tipo


def _own(fatos: Fatos) -> str | None:
    """The chave, or the Id of a kind without one."""
    if fatos.documento.chave:
        return fatos.documento.chave
    return fatos.id if fatos.id and len(fatos.id) <= MAX_ID else None


def _by_content(report: Report) -> str:
    """What has no canonical form is told by the bytes that it came in."""
    own = report.documento.conteudo_sha256
    return f"sha256:{own}" if own else f"sha256:{report.sha256}:{report.indice}"


def _event(fatos: Fatos, autor: str | None) -> str | None:
    """Chave, tpEvento, nSeqEvento, author."""
    evento = fatos.documento.evento
    if evento is None:
        return None
    chave, tipo = _matching(_CHAVE, evento.chave), _matching(_TIPO_EVENTO, evento.tipo)
    sequencia = _sequence(fatos)
    ordem = "" if sequencia is None else sequencia
    return f"{chave}:{tipo}:{ordem}:{autor or ''}" if chave and tipo else None


def _sequence(fatos: Fatos) -> int | None:
    """Of an event; that of the NFS-e has it around the request that it repeats."""
    evento = fatos.documento.evento
    if evento is None:
        return None
    if evento.sequencia is not None:
        return evento.sequencia
    return parse_number(fatos.ide.get("nSeqEvento"))


def _inutilizacao(fatos: Fatos) -> str | None:
    """UF, year, CNPJ, model, series and range, as numbers without zeros before them."""
    ide = fatos.ide
    cnpj = _matching(_CNPJ_OU_CPF, ide.get("CNPJ"))
    faixa = next((faixa for faixa in _FAIXAS if faixa[0] in ide), None)
    if fatos.documento.tipo != "inutilizacao" or faixa is None or cnpj is None:
        return None
    uf, ano, *rest = (parse_number(ide.get(campo)) for campo in (*_INUTILIZACAO, *faixa))
    if uf is None or ano is None or None in rest:
        return None
    return ":".join(map(str, (uf, ano, cnpj, *rest)))


def _intact(found: Encontrado, report: Report) -> bool:
    failed = any(report.camadas[camada] == "falha" for camada in _DE_IDENTIDADE)
    # Of bytes that are not those that were signed, the signature cannot be told.
    return not failed and not found.xml.bytes_invalidos


def _issuer(found: Encontrado, fatos: Fatos, resumo: Resumo) -> str | None:
    if resumo.evento is not None:
        return _cnpj_or_cpf(resumo.evento.autor_cnpj) or _cnpj_or_cpf(resumo.evento.autor_cpf)
    if found.kind is nfse.DPS:
        lugar = nfse.EMITENTES.get(fatos.ide.get("tpEmit", ""), "prest")
        return _party(resumo, (_PAPEIS_DPS[lugar],))
    return _party(resumo, ("emitente",))


def _receivers(found: Encontrado) -> tuple[str, ...]:
    """The roles of whom a document is for; the first that it has counts."""
    is_nfse = found.kind is nfse.NFSE or found.kind is nfse.DPS
    return _DESTINATARIOS_NFSE if is_nfse else _DESTINATARIOS


def _party(resumo: Resumo, papeis: tuple[str, ...]) -> str | None:
    """CNPJ or CPF of the first of these roles that the document has."""
    pessoa = next((resumo.participantes[p] for p in papeis if p in resumo.participantes), Pessoa())
    return _cnpj_or_cpf(pessoa.cnpj) or _cnpj_or_cpf(pessoa.cpf)


def _cnpj_or_cpf(text: str | None) -> str | None:
    return _matching(_CNPJ_OU_CPF, text and text.strip())


def _matching(pattern: re.Pattern[str], text: str | None) -> str | None:
    return text if text and pattern.fullmatch(text) else None


def _registered(found: Encontrado, fatos: Fatos, resumo: Resumo) -> datetime | None:
    """By the protocol; what the Sefin makes says it itself."""
    if found.kind is nfse.NFSE or found.kind is nfse.EVENTO:
        return parse_datetime(fatos.ide.get("dhProc"))
    return parse_datetime(resumo.protocolo.recebido) if resumo.protocolo else None


def _named(resumo: Resumo) -> Iterator[Vinculo]:
    """The documents with a chave that it names; paper has none."""
    for each in resumo.referencias:
        chave = _matching(_CHAVE, each.chave and each.chave.strip())
        if chave:
            yield Vinculo(each.papel or "referenciado", chave)


def _number(text: str | None, most: int) -> int | None:
    return _at_most(parse_number(text and text.strip()), most)


def _at_most(number: int | None, most: int) -> int | None:
    return number if number is not None and number <= most else None
