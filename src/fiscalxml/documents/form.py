"""The xml layer: what the bytes and the names of a document break of the official form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.kind import FaltaDeForma, Oficial
from fiscalxml.report import Achado, Severidade
from fiscalxml.xml import DSIG, Element, child, local_name, milhar

_OWN: dict[FaltaDeForma, Oficial] = {
    "edicao": Oficial("XML-024", "Caracteres de edição no início da mensagem"),
    "prefixo": Oficial("XML-025", "Uso de prefixo de namespace"),
    "codificacao": Oficial("XML-014", "Codificação diferente de UTF-8"),
}
_FACULTATIVAS = frozenset({"587", "588"})
_MAX_MENSAGEM = 500 * 1024
_GARBLED = re.compile("\u00c3[\u0080-\u009f\u00a1-\u00bf]|\ufffd")
"""`Ã` and half a character: UTF-8 that was encoded twice. Or a character that was lost."""


def judge_form(found: Encontrado, a_enviar: bytes = b"") -> Iterator[Achado]:
    """Findings on encoding, editing characters, prefixes and garbled text.

    `a_enviar`: the C14N of what is still to be sent to a SEFAZ.
    """
    xml = found.xml
    if xml.bytes_invalidos:
        yield _official(
            found,
            "codificacao",
            "erro",
            f"O arquivo se diz UTF-8, mas tem {xml.bytes_invalidos}, que não é UTF-8. Foi lido "
            "como Windows-1252 para que o resto pudesse ser conferido.",
            "Grave o arquivo em UTF-8 de fato, ou peça o original a quem o emitiu.",
            xml.bytes_invalidos,
        )
    elif xml.codificacao != "utf-8":
        yield _official(
            found,
            "codificacao",
            "erro",
            f"O arquivo está em {xml.codificacao.upper()}.",
            "Gere o XML em UTF-8, a única codificação que a SEFAZ aceita.",
            xml.codificacao.upper(),
        )
    if xml.espacos_iniciais:
        yield _official(
            found,
            "edicao",
            "aviso",
            "Há espaços ou linhas em branco antes do início do XML.",
            "Remova o que vem antes do primeiro '<'.",
        )
    elif b"\n" in a_enviar or b"\t" in a_enviar:
        yield from _between_tags(found)
    yield from _prefixes(found)
    yield from _namespaces(found)
    yield from _size(found, len(a_enviar))
    yield from _marks(found)


def _between_tags(found: Encontrado) -> Iterator[Achado]:
    """Where the manual says so: what was laid out for reading must not be signed and sent so.

    Asked where there is a line break or a tab, which no field may have and which is found fast.
    (Who lays out with spaces breaks lines as well.)
    """
    familia, top = found.familia, found.assinado
    if top is None or familia is None or not familia.oficial(found.kind, "edicao"):
        return
    if found.documento is None or child(found.documento, "Signature") is None:
        return
    for node in top.iter("{*}*"):
        if (len(node) and _is_blank(node.text)) or (node is not top and _is_blank(node.tail)):
            yield _official(
                found,
                "edicao",
                "aviso",
                "Há espaços, tabulações ou quebras de linha entre as tags.",
                "Gere o XML sem nada entre as tags e assine-o assim; não o formate.",
                element=node,
            )
            return


def _is_blank(text: str | None) -> bool:
    return bool(text) and not (text or "").strip()


def _prefixes(found: Encontrado) -> Iterator[Achado]:
    if not found.xml.prefixos:
        return
    top = found.envelope if found.documento is None else found.documento
    node = next((node for node in top.iter("{*}*") if node.prefix), None)
    if node is None or (found.kind is None and not found.mensagem):
        return
    # Where the manual at hand has no such rule, a prefix is only advised against.
    ruled = found.familia is not None and found.familia.oficial(found.kind, "prefixo")
    yield _official(
        found,
        "prefixo",
        "erro" if ruled else "aviso",
        f'O elemento {local_name(node)} usa o prefixo de namespace "{node.prefix}:".',
        "Declare o namespace sem prefixo (xmlns=…) e retire o prefixo das tags; assine de novo.",
        f"{node.prefix}:{local_name(node)}",
        element=node,
    )


def _namespaces(found: Encontrado) -> Iterator[Achado]:
    """Namespaces that the document declares and its manual does not know, used or not."""
    familia = found.familia
    if not found.xml.prefixos or found.documento is None or familia is None:
        return
    if familia.oficial(found.kind, "namespace") is None:
        return
    top = found.documento
    around = top.getparent()
    inherited = {} if around is None else around.nsmap
    for element in (top, found.assinado):
        for prefix, uri in ({} if element is None else element.nsmap).items():
            if prefix and uri not in (familia.namespace, DSIG) and inherited.get(prefix) != uri:
                yield _official(
                    found,
                    "namespace",
                    "aviso",
                    f'O documento declara o namespace xmlns:{prefix}="{uri}".',
                    "Retire a declaração antes de assinar; em geral é o serializador que a põe.",
                    uri,
                    element=element,
                )
                return


def _size(found: Encontrado, tamanho: int) -> Iterator[Achado]:
    if tamanho <= _MAX_MENSAGEM or found.familia is None:
        return
    if found.familia.oficial(found.kind, "tamanho"):
        yield _official(
            found,
            "tamanho",
            "aviso",
            f"O documento tem {milhar(tamanho // 1024)} KB; a mensagem que o leva à SEFAZ pode ter "
            "500 KB.",
            "Divida a operação em mais de uma nota, ou encurte textos livres (infAdProd, infCpl).",
            f"{milhar(tamanho // 1024)} KB",
        )


def _marks(found: Encontrado) -> Iterator[Achado]:
    """Signs of how the file was made, which change nothing in the document."""
    xml = found.xml
    if xml.bom:
        yield _achado(
            "XML-026",
            "aviso",
            "O arquivo começa com a marca BOM, que a SEFAZ não espera.",
            "Grave em UTF-8 sem BOM.",
        )
    if not xml.declaracao and found.inteiro:
        yield _achado(
            "XML-027",
            "aviso",
            "O arquivo não tem a declaração XML; foi lido como UTF-8.",
            'Comece o arquivo por <?xml version="1.0" encoding="UTF-8"?>.',
        )
    if found.estranho:
        yield _achado(
            "XML-029",
            "aviso",
            f"O documento está dentro de {found.estranho}, que não é um envelope do seu leiaute.",
            "Guarde o documento no envelope oficial, ou sozinho.",
        )
    if xml.corrompido:
        node = _garbled(found.envelope)
        if node is not None:
            yield _achado(
                "XML-028",
                "aviso",
                "Há texto com acentuação corrompida (codificado duas vezes ou com caracteres "
                "perdidos).",
                "Corrija a conversão de codificação no sistema emissor.",
                found.caminho(node),
                found.xml.line(node),
                (node.text or "").strip()[:120],
            )


def _garbled(top: Element) -> Element | None:
    return next((node for node in top.iter("{*}*") if _GARBLED.search(node.text or "")), None)


def _official(
    found: Encontrado,
    situacao: FaltaDeForma,
    severidade: Severidade,
    explicacao: str,
    correcao: str,
    encontrado: str | None = None,
    element: Element | None = None,
) -> Achado:
    oficial = found.familia and found.familia.oficial(found.kind, situacao)
    oficial = oficial or _OWN[situacao]
    return Achado(
        codigo=oficial.codigo,
        regra=oficial.regra,
        camada="xml",
        severidade=severidade,
        facultativa=True if oficial.codigo in _FACULTATIVAS else None,
        mensagem=oficial.mensagem,
        explicacao=explicacao,
        correcao=correcao,
        caminho="" if element is None else found.caminho(element),
        linha=None if element is None else found.xml.line(element),
        encontrado=encontrado,
        fonte=oficial.fonte,
    )


def _achado(
    codigo: str,
    severidade: Severidade,
    mensagem: str,
    correcao: str,
    caminho: str = "",
    linha: int | None = None,
    encontrado: str | None = None,
) -> Achado:
    return Achado(
        codigo=codigo,
        camada="xml",
        severidade=severidade,
        mensagem=mensagem,
        correcao=correcao,
        caminho=caminho,
        linha=linha,
        encontrado=encontrado,
    )
