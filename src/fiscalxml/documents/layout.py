"""The schema layer of a document: which XSDs judge it, and what they find.

A modal and the detail of an event are `processContents="skip"` in the schema of what carries
them, so they are judged a second time, alone. A lote's own fields are judged once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import islice

import msgspec
from lxml import etree

from fiscalxml.documents import nfe
from fiscalxml.documents.campos import is_there
from fiscalxml.documents.facts import Fatos
from fiscalxml.documents.found import Encontrado
from fiscalxml.documents.kind import Familia
from fiscalxml.report import Achado
from fiscalxml.schemas.catalogue import (
    EVENTOS_NFE,
    SCHEMAS_DIR,
    Esquema,
    current_version,
    find_schema,
)
from fiscalxml.schemas.judge import word_errors
from fiscalxml.schemas.messages import LogEntry
from fiscalxml.xml import Element, caminho, descend, local_name, namespace, short

_LAYOUT_VERSION = re.compile(r"[0-9]+\.[0-9]{2}")
_MAX_LOTE_FIELDS = 20
_EPEC = "110140"
_NFCE = "65"
"""in the chave"""

# `ide/modal` as the layouts of CT-e (two digits) and MDF-e (one) document it.
_MODAIS = {
    "rodo": frozenset({"01", "1"}),
    "rodoOS": frozenset({"01"}),
    "aereo": frozenset({"02", "2"}),
    "aquav": frozenset({"03", "3"}),
    "ferrov": frozenset({"04", "4"}),
    "duto": frozenset({"05"}),
    "multimodal": frozenset({"06"}),
}


class LeiauteJulgado(msgspec.Struct, frozen=True):
    """What the schemas found. `motivo` says what could not be judged, and why."""

    achados: list[Achado]
    esquema: Esquema | None = None
    motivo: str | None = None

    @property
    def faltosa(self) -> bool:
        """Whether the document itself (not only its lote) breaks its schema."""
        return any(achado.severidade == "erro" for achado in self.achados)


class LeiauteAplicado(msgspec.Struct, frozen=True):
    """A schema that was run over an element, before its errors are worded."""

    esquema: Esquema | None
    elemento: Element | None = None
    """where it has errors"""
    erros: Sequence[LogEntry] = ()


def apply_layout(found: Encontrado, familia: Familia) -> LeiauteAplicado:
    """Run the schema of a document. It is the largest cost, and cheapest right after parsing."""
    raiz, esquema = _schema_of(found, familia)
    if esquema is None:
        return LeiauteAplicado(None)
    validator, whole = esquema.validator, raiz == found.raiz
    # Of most documents their bytes say enough.
    if whole and found.plano is not None and validator.accepts(found.xml.data):
        return LeiauteAplicado(esquema)
    element = found.envelope if whole or found.documento is None else found.documento
    return LeiauteAplicado(esquema, element, validator.errors(element))


def judge_layout(
    found: Encontrado,
    familia: Familia,
    fatos: Fatos,
    aplicado: LeiauteAplicado,
    *,
    draft: bool,
    todas: bool,
) -> LeiauteJulgado:
    """Word what the schemas found. In a `draft` a missing signature is no fault."""
    esquema = aplicado.esquema
    if esquema is None:
        motivo = _no_schema(found, familia, fatos)
        achados = [_not_judged(found, found.envelope, motivo)]
        if not namespace(found.envelope):
            achados.append(_no_namespace(found, familia))
        return LeiauteJulgado(achados, None, motivo)
    achados = []
    if aplicado.elemento is not None and aplicado.erros:
        achados += word_errors(
            found.xml,
            aplicado.elemento,
            esquema,
            aplicado.erros,
            found.caminho,
            unsigned=found.documento if draft else None,
            todas=todas,
        )
    if found.lote is not None:
        achados += _judge_lote(found, found.lote, achados, draft=draft)
    if _accepts_detail(found, familia, fatos):
        return LeiauteJulgado(achados, esquema)
    detail = _detail(found)
    if detail is None:
        return LeiauteJulgado(achados, esquema)
    inner, versao = detail
    own = find_schema(familia.namespace, short(local_name(inner)), versao, _nfe_event(found))
    if own is None:
        nome = f"{short(local_name(inner))} {versao or ''} ({fatos.documento.raiz})"
        motivo = f"não há esquema à mão para {nome}"
        return LeiauteJulgado([*achados, _not_judged(found, inner, motivo)], esquema, motivo)
    if not _is_declared(local_name(inner), own, fatos):
        achados.append(_other_detail(found, inner, fatos))
    if errors := own.validator.errors(inner):
        achados += word_errors(found.xml, inner, own, errors, found.caminho, todas=todas)
    return LeiauteJulgado(achados, esquema)


def _schema_of(found: Encontrado, familia: Familia) -> tuple[str, Esquema | None]:
    """The name of the element to judge and its schema: the envelope's, else the document's own."""
    event, declared = _nfe_event(found), found.versao
    names = [found.raiz]
    if found.kind is not None and found.kind.raiz != found.raiz and found.em_volta is not None:
        names.append(found.kind.raiz)
    for name in names:
        versao = declared
        if versao is None or not _LAYOUT_VERSION.fullmatch(versao):
            versao = current_version(familia.namespace, short(name))
        if esquema := find_schema(familia.namespace, short(name), versao, event):
            return name, esquema
    return found.raiz, None


def _nfe_event(found: Encontrado) -> str | None:
    """The tpEvento of an NF-e event, which chooses its schema.

    The EPEC of an NFC-e (of São Paulo only) has a layout of its own, whose schema is not at hand.
    """
    if found.kind is not nfe.EVENTO or found.campos is None:
        return None
    tipo = short(found.campos["tpEvento"].strip())
    if tipo == _EPEC and found.campos["chNFe"].strip()[20:22] == _NFCE:
        return f"{tipo} da NFC-e"
    return tipo


def _detail(found: Encontrado) -> tuple[Element, str | None] | None:
    """The element that its carrier's schema skips, and the version of its own schema."""
    paths = () if found.kind is None else found.kind.detalhes
    tipo = _nfe_event(found)
    if tipo in EVENTOS_NFE:  # a package types the detail of the events that it has
        return None
    if found.campos is None or not any(is_there(found.campos, *path) for path in paths):
        return None
    carriers = (descend(found.assinado, *path) for path in paths)
    carrier = next((element for element in carriers if element is not None), None)
    if carrier is None:
        return None
    if tipo is not None:
        return carrier, carrier.get("versao")
    inner = next(carrier.iterchildren("{*}*"), None)
    return None if inner is None else (inner, _detail_version(carrier.get))


def _accepts_detail(found: Encontrado, familia: Familia, fatos: Fatos) -> bool:
    """Whether the bytes of that element satisfy its own schema, and it is the declared one."""
    plano = found.plano
    if plano is None or _nfe_event(found) is not None:
        return False
    ways = (plano.descend(*path) for path in plano.kind.detalhes)
    way = next((way for way in ways if way is not None), None)
    if way is None or len(way[-1].grupos) != 1 or len(way[-1]):
        return False
    ((nome, (inner, *others)),) = way[-1].grupos.items()
    own = find_schema(familia.namespace, short(nome), _detail_version(way[-1].atributo), None)
    if own is None or others or not _is_declared(nome, own, fatos):
        return False
    content = plano.canonical(*way, inner)
    return content is not None and own.validator.accepts(content)


def _detail_version(of_carrier: Callable[[str], str | None]) -> str:
    """As an attribute of the element around it says."""
    return short(of_carrier("versaoModal") or of_carrier("versaoEvento") or "")


def _is_declared(nome: str, esquema: Esquema, fatos: Fatos) -> bool:
    """Whether a modal or the detail of an event is the one that the document declares."""
    if fatos.documento.evento is not None:
        declared, named = fatos.documento.evento.tipo, esquema.numbers_named
    else:
        declared, named = fatos.ide.get("modal"), _MODAIS.get(nome, frozenset())
    return declared is None or not named or declared in named


def _other_detail(found: Encontrado, inner: Element, fatos: Fatos) -> Achado:
    evento = fatos.documento.evento
    declared = f"tpEvento {evento.tipo}" if evento else f"modal {fatos.ide.get('modal', '')}"
    return Achado(
        codigo="XSD-903",
        camada="schema",
        severidade="erro",
        mensagem=f"O documento declara {short(declared)}, mas traz o grupo {local_name(inner)}.",
        correcao="Informe o grupo que corresponde ao tipo declarado, ou corrija o tipo.",
        caminho=found.caminho(inner),
        linha=found.xml.line(inner),
        encontrado=local_name(inner),
        esperado=f"o grupo do {short(declared)}",
    )


def _judge_lote(
    found: Encontrado, lote: Element, own: list[Achado], *, draft: bool
) -> Iterator[Achado]:
    """The lote's own fields, judged with its first document: an `aviso`, for SEFAZ rejects the
    lote as a whole but its documents are not at fault."""
    nome, versao = local_name(lote), lote.get("versao")
    esquema = find_schema(
        namespace(lote), nome, versao or current_version(namespace(lote), nome), ""
    )
    if esquema is None:
        return
    oficial = found.familia and found.familia.oficial(found.kind, "lote_sem_versao")
    skeleton, first = _skeleton(lote, found.envelope)
    known = {(achado.codigo, achado.mensagem) for achado in own}
    for achado in word_errors(
        found.xml,
        skeleton,
        esquema,
        esquema.validator.errors(skeleton),
        lambda node: caminho(node, skeleton),
        unsigned=first if draft else None,
    ):
        if (achado.codigo, achado.mensagem) in known:
            continue
        in_lote = msgspec.structs.replace(
            achado,
            severidade="aviso",
            mensagem=f"No lote que traz este documento: {achado.mensagem}",
            linha=found.xml.line(lote),
        )
        if oficial and versao is None and achado.caminho == f"{nome}/@versao":
            in_lote = msgspec.structs.replace(
                in_lote,
                codigo=oficial.codigo,
                regra=oficial.regra,
                facultativa=True,
                mensagem=oficial.mensagem,
                explicacao=achado.mensagem,
                fonte=oficial.fonte,
            )
        yield in_lote


def _skeleton(lote: Element, document: Element) -> tuple[Element, Element]:
    """The lote with its own fields and one of its documents, and that document's copy."""
    skeleton = etree.Element(lote.tag, dict(lote.attrib))
    first = deepcopy(document)
    fields = (
        node for node in lote.iterchildren("{*}*") if node is document or node.tag != document.tag
    )
    for node in islice(fields, _MAX_LOTE_FIELDS):
        if node is document:
            skeleton.append(first)
        else:
            etree.SubElement(skeleton, node.tag, dict(node.attrib)).text = node.text
    return skeleton, first


def _no_schema(found: Encontrado, familia: Familia, fatos: Fatos) -> str:
    if newest := current_version(familia.namespace, found.raiz):
        leiaute = f"o leiaute {fatos.versao} de {familia.nome}"
        return f"não há esquema à mão para {leiaute} (há para o {newest})"
    return f"não há esquema à mão para {short(found.raiz)} ({familia.nome})"


def _no_namespace(found: Encontrado, familia: Familia) -> Achado:
    return Achado(
        codigo="XSD-901",
        camada="schema",
        severidade="erro",
        mensagem=f"O documento não declara o namespace de {familia.nome}.",
        correcao=f'Declare xmlns="{familia.namespace}" no elemento raiz.',
        caminho=found.caminho(found.envelope),
        linha=found.xml.line(found.envelope),
        esperado=familia.namespace,
    )


def _not_judged(found: Encontrado, node: Element, motivo: str) -> Achado:
    return Achado(
        codigo="XSD-900",
        camada="schema",
        severidade="info",
        mensagem=f"Leiaute não conferido: {motivo}.",
        correcao="Para conferir, ponha o pacote oficial de esquemas na pasta indicada por "
        f"{SCHEMAS_DIR}.",
        caminho=found.caminho(node),
        linha=found.xml.line(node),
    )
