"""The assinatura layer: a verified signature and its certificate, worded as findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from fiscalxml.documents import nfe
from fiscalxml.documents.facts import CHAVES
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.kind import FaltaDeForma, Kind, Oficial
from fiscalxml.identifiers.cnpj import cnpj_root
from fiscalxml.report import Achado, Certificado
from fiscalxml.signatures.chain import Autoridades, VereditoCadeia
from fiscalxml.signatures.xmldsig import Assinatura, Problema
from fiscalxml.xml import Element, Posicao, short

_OWN: dict[FaltaDeForma, Oficial] = {
    "assinatura_padrao": Oficial("SIG-002", "Assinatura fora do padrão"),
    "assinatura_difere": Oficial("SIG-003", "Assinatura difere do calculado"),
    "certificado_invalido": Oficial("SIG-004", "Certificado da assinatura inválido"),
    "certificado_validade": Oficial("SIG-005", "Certificado da assinatura fora da validade"),
    "certificado_sem_documento": Oficial("SIG-006", "Certificado da assinatura sem CNPJ nem CPF"),
    "certificado_cadeia": Oficial("SIG-007", "Erro na cadeia de certificação da assinatura"),
    "certificado_raiz": Oficial("SIG-007", "Erro na cadeia de certificação da assinatura"),
    "titular_cnpj": Oficial("SIG-008", "Certificado da assinatura de outro CNPJ"),
    "titular_cpf": Oficial("SIG-009", "Certificado da assinatura de outro CPF"),
}
_SITUACOES: dict[Problema, FaltaDeForma] = {
    "padrao": "assinatura_padrao",
    "difere": "assinatura_difere",
    "certificado": "certificado_invalido",
}
_CORRECOES: dict[FaltaDeForma, str] = {
    "assinatura_padrao": "Assine pelo padrão da SEFAZ: uma Signature ao lado do elemento assinado, "
    "Reference para o Id dele, C14N, enveloped-signature, RSA-SHA1.",
    "assinatura_difere": "Não altere o XML depois de assinar (nem espaços, nem acentos): recupere "
    "o original ou assine de novo.",
    "certificado_invalido": "Assine com um certificado ICP-Brasil de assinatura (e-CNPJ ou e-CPF).",
    "certificado_validade": "Assine com um certificado que esteja na validade na data da emissão; "
    "se a data do documento estiver errada, corrija-a.",
    "certificado_sem_documento": "Use um e-CNPJ ou e-CPF da ICP-Brasil.",
    "certificado_cadeia": "Use um certificado emitido por uma autoridade da ICP-Brasil.",
    "certificado_raiz": "Use um certificado emitido por uma autoridade da ICP-Brasil.",
    "titular_cnpj": "Assine com o e-CNPJ do emitente, da matriz ou de uma filial (mesma raiz).",
    "titular_cpf": "Assine com o e-CPF do emitente.",
}
_SERIE = 3
_MODELO_NFE = "55"
_EMITENTE_NO_ID = slice(9, 23)  # NFe + cUF + AAMM come before
_FISCO = {"1", "2"}  # procEmi: issued by the tax authority, signed by it
_NFF = "3"  # tpEmis of the Nota Fiscal Fácil
_TIPOS_NFF = {"nfe", "cte", "mdfe"}
_TP_EMIS = slice(34, 35)  # in a chave
_DO_EMITENTE = "110"  # tpEvento begins so


def missing_signature(found: Encontrado, *, draft: bool) -> Achado:
    """The finding on a document without a signature, which a draft may lack."""
    return Achado(
        codigo="SIG-001",
        camada="assinatura",
        severidade="info" if draft else "erro",
        mensagem="Documento sem assinatura.",
        correcao="Assine com o certificado digital do emitente antes de transmitir.",
        caminho=found.posicao_do_documento.caminho,
        linha=found.posicao_do_documento.linha,
    )


def stray_signature(found: Encontrado, kind: Kind, signature: Element) -> Achado:
    """The finding on a signature out of its place."""
    words = "Há uma Signature fora do lugar: ela deve ficar ao lado do elemento que assina."
    return _achado(found, kind, "assinatura_padrao", signature, words)


def judge_signature(
    found: Encontrado,
    kind: Kind,
    assinatura: Assinatura,
    ide: Mapping[str, str],
    autor: Mapping[str, str] | None,
) -> Iterator[Achado]:
    """Findings on structure, digest, value and on whom the certificate names.

    `autor`: the fields of the party that must sign; None when the signer is no party.
    """
    for falha in assinatura.falhas:
        if falha.problema == "difere" and found.xml.bytes_invalidos:
            continue  # the bytes at hand are not those that were signed
        yield _achado(
            found,
            kind,
            _SITUACOES[falha.problema],
            falha.elemento,
            falha.explicacao,
            falha.encontrado,
            falha.esperado,
        )
    titular = assinatura.titular
    if titular is None:
        return
    node = assinatura.elemento
    if titular.problema:
        yield _achado(
            found, kind, "certificado_invalido", node, f"Certificado: {titular.problema}."
        )
    certificado = titular.certificado
    if autor is None:
        return
    if certificado.cnpj is None and certificado.cpf is None:
        yield _achado(
            found,
            kind,
            "certificado_sem_documento",
            node,
            f"O certificado de {certificado.titular} não traz CNPJ nem CPF da ICP-Brasil.",
        )
    yield from _compare_signer(found, kind, certificado, ide, autor, node)


def judge_certificate(
    found: Encontrado,
    kind: Kind,
    assinatura: Assinatura,
    autoridades: Autoridades,
    referencia: datetime,
) -> tuple[list[Achado], Certificado | None]:
    """Findings on validity and chain at the reference date, and the report's certificate."""
    titular = assinatura.titular
    if titular is None:
        return [], None
    achados = []
    if not titular.inicio <= referencia <= titular.fim:
        achados.append(
            _achado(
                found,
                kind,
                "certificado_validade",
                assinatura.elemento,
                "Na data de referência o certificado "
                + ("ainda não valia." if referencia < titular.inicio else "já tinha vencido."),
                referencia.isoformat(),
                f"de {titular.inicio.isoformat()} a {titular.fim.isoformat()}",
            )
        )
    chain = autoridades.check(titular, assinatura.enviados, referencia)
    achados += _chain(found, kind, assinatura, chain)
    certificado = titular.certificado
    return achados, msgspec.structs.replace(certificado, cadeia=chain.cadeia)


def _chain(
    found: Encontrado, kind: Kind, assinatura: Assinatura, chain: VereditoCadeia
) -> list[Achado]:
    if chain.cadeia == "falha":
        words = f"A cadeia não confere: {chain.motivo}."
        situacao: FaltaDeForma = "certificado_raiz" if chain.propria else "certificado_cadeia"
        return [_achado(found, kind, situacao, assinatura.elemento, words)]
    if chain.cadeia == "ok":
        return []
    onde = found.posicao(assinatura.elemento)
    return [
        Achado(
            codigo="SIG-010",
            camada="assinatura",
            severidade="aviso",
            mensagem="Cadeia de certificação indeterminada",
            explicacao=f"Não foi possível chegar à raiz da ICP-Brasil: {chain.motivo}.",
            correcao="Indique a pasta com os certificados das autoridades: FISCALXML_AC_DIR ou, na "
            "linha de comando, --ac PASTA.",
            caminho=onde.caminho,
            linha=onde.linha,
        )
    ]


def _compare_signer(
    found: Encontrado,
    kind: Kind,
    certificado: Certificado,
    ide: Mapping[str, str],
    autor: Mapping[str, str],
    node: Element | Posicao,
) -> Iterator[Achado]:
    """The certificate must name who issues the document (or the author of the event)."""
    cnpj = autor.get("CNPJ") or autor.get("CNPJAutor")
    cpf = autor.get("CPF") or autor.get("CPFAutor")
    if not cnpj and not cpf:
        return
    substitute = _substitute(found, kind, ide)
    if substitute is not None:
        yield from _judge_substitute(found, certificado, node, cnpj, cpf, substitute)
        return
    if certificado.cnpj:
        if cnpj_root(certificado.cnpj) != cnpj_root(cnpj or ""):
            words = f"CNPJ {certificado.cnpj}; o documento é de {cnpj or 'uma pessoa física'}"
            yield _signer_differs(
                found, kind, "titular_cnpj", certificado, node, words, cnpj or cpf
            )
    elif certificado.cpf and certificado.cpf != cpf:
        words = "pessoa física; o documento é de outra pessoa"
        yield _signer_differs(found, kind, "titular_cpf", certificado, node, words, cpf or cnpj)


def _signer_differs(
    found: Encontrado,
    kind: Kind,
    situacao: FaltaDeForma,
    certificado: Certificado,
    node: Element | Posicao,
    words: str,
    esperado: str | None,
) -> Achado:
    return _achado(
        found,
        kind,
        situacao,
        node,
        f"O certificado é de {certificado.titular}, {short(words)}.",
        certificado.cnpj or certificado.cpf,
        esperado,
    )


class _Substituto(NamedTuple):
    """Who signs in the place of the emitente, where the document says that somebody does."""

    caso: str
    quem: str
    cnpj: str = ""
    """as far as the document tells it"""


def _substitute(found: Encontrado, kind: Kind, ide: Mapping[str, str]) -> _Substituto | None:
    """The tax authority signs an avulsa, SVRS the Nota Fiscal Fácil (NT 2021.002), and a provider
    of signatures what has an infPAA (NT 2026.001); None where the emitente must."""
    paa = None if found.campos is None else found.campos.grupo("infPAA")
    if paa is not None:
        quem = "o provedor de assinatura (infPAA/CNPJPAA)"
        return _Substituto("Provedor de assinatura", quem, paa["CNPJPAA"].strip())
    if _is_nff(kind, ide):
        return _Substituto("Nota Fiscal Fácil", "a SEFAZ Virtual do Rio Grande do Sul")
    if kind is nfe.NFE and ide.get("mod") == _MODELO_NFE and _may_be_avulsa(ide):
        # Of series 890 to 899 the chave has the CNPJ of the authority (MOC rule A03-10).
        return _Substituto("Nota avulsa", "a SEFAZ da UF", (found.id or "")[_EMITENTE_NO_ID])
    return None


def _is_nff(kind: Kind, ide: Mapping[str, str]) -> bool:
    """Whether it is a Nota Fiscal Fácil, or an event of the emitente of one."""
    if kind.tipo in _TIPOS_NFF:
        return ide.get("tpEmis") == _NFF
    if not ide.get("tpEvento", "").startswith(_DO_EMITENTE):
        return False
    return any(ide.get(nome, "")[_TP_EMIS] == _NFF for nome in CHAVES)


def _may_be_avulsa(ide: Mapping[str, str]) -> bool:
    """NF-e avulsa: the tax authority issues and signs in the place of the emitente."""
    serie = ide.get("serie", "")
    return ide.get("procEmi") in _FISCO or (len(serie) == _SERIE and serie.startswith("89"))


def _judge_substitute(
    found: Encontrado,
    certificado: Certificado,
    node: Element | Posicao,
    cnpj: str | None,
    cpf: str | None,
    substituto: _Substituto,
) -> Iterator[Achado]:
    """The signer is the emitente or who signs for him. Others cannot be told from an authority."""
    signer = cnpj_root(certificado.cnpj or "")
    if signer and signer in (cnpj_root(cnpj or ""), cnpj_root(substituto.cnpj)):
        return
    if not certificado.cnpj and certificado.cpf and certificado.cpf == cpf:
        return
    onde = found.posicao(node)
    yield Achado(
        codigo="SIG-011",
        camada="assinatura",
        severidade="aviso",
        mensagem=f"{substituto.caso}: não foi possível conferir quem assinou",
        explicacao=f"O certificado é de {certificado.titular}; quem assina este documento no lugar "
        f"do emitente é {substituto.quem}.",
        correcao=f"Confira se o titular do certificado é {substituto.quem} ou o emitente.",
        caminho=onde.caminho,
        linha=onde.linha,
        encontrado=certificado.cnpj or certificado.cpf,
        esperado=cnpj or cpf,
    )


def _achado(
    found: Encontrado,
    kind: Kind,
    situacao: FaltaDeForma,
    node: Element | Posicao,
    explicacao: str,
    encontrado: str | None = None,
    esperado: str | None = None,
) -> Achado:
    official = found.familia and found.familia.oficial(kind, situacao)
    oficial = official or _OWN[situacao]
    onde = found.posicao(node)
    return Achado(
        codigo=oficial.codigo,
        regra=oficial.regra,
        camada="assinatura",
        severidade="erro",
        mensagem=oficial.mensagem,
        explicacao=explicacao,
        correcao=_CORRECOES[situacao],
        caminho=onde.caminho,
        linha=onde.linha,
        encontrado=None if encontrado is None else short(encontrado),
        esperado=None if esperado is None else short(esperado),
        fonte=oficial.fonte,
    )
