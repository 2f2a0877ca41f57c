"""What the library's pages have no room for, taken out of the copy that it draws.

DACTE and DAMDFE are one page of boxes there; what does not fit a box is lost or runs into the
next. It goes to pages of our own instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from fiscalxml.danfe.wire import Auxiliar, Bloco
from fiscalxml.xml import Element, child, descend, local_name, namespace, text_of

_VER_ANEXO: Final = "VER ANEXO NA FOLHA SEGUINTE"
_MAX_CTE: Final = 23  # from 24 originating documents on, the library begins a page of its own
_MAX_OBS: Final = 300  # characters; the box has three lines
_MAX_MDFE: Final = 10
_MAX_TEXT: Final = 1500  # characters; the boxes of a DAMDFE hold some 2,000
_AQUAV: Final = (
    ("Terminal de carregamento", "infTermCarreg", "cTermCarreg", "xTermCarreg"),
    ("Terminal de descarregamento", "infTermDescarreg", "cTermDescarreg", "xTermDescarreg"),
    ("Embarcação do comboio", "infEmbComb", "cEmbComb", "xBalsa"),
    ("Unidade de carga vazia", "infUnidCargaVazia", "idUnidCargaVazia", "tpUnidCargaVazia"),
    ("Unidade de transporte vazia", "infUnidTranspVazia", "idUnidTranspVazia", "tpUnidTranspVazia"),
)
_MAX_VAGOES: Final = 4
_MAX_CONDUTORES: Final = 4
_MAX_CIOT: Final = 3
_MAX_VALES: Final = 1
_MAX_SEGUROS: Final = 3
_MDFE_DOCS: Final = (
    ("NF-e", "infNFe", "chNFe"),
    ("CT-e", "infCTe", "chCTe"),
    ("MDF-e", "infMDFeTransp", "chMDFe"),
)


def take_annex(auxiliar: Auxiliar, assinado: Element) -> tuple[Bloco, ...]:
    """The blocks of the annex; `assinado`, a copy, is left with what fits."""
    match auxiliar:
        case "dacte":
            blocks = _of_cte(assinado)
        case "damdfe":
            blocks = _of_mdfe(assinado)
        case _:
            return ()
    return tuple(Bloco(titulo, tuple(linhas)) for titulo, linhas in blocks if linhas)


def _of_cte(cte: Element) -> Iterator[tuple[str, list[str]]]:
    yield "OBSERVAÇÕES", list(_observacoes(cte))
    norm = child(cte, "infCTeNorm")
    docs = [] if norm is None else list(_elements(child(norm, "infDoc")))
    fits = [doc for doc in docs if local_name(doc) == "infNFe"][:_MAX_CTE]
    rest = [doc for doc in docs if doc not in fits]
    yield "DOCUMENTOS ORIGINÁRIOS (CONTINUAÇÃO)", [_originario(doc) for doc in rest]
    _remove(rest)
    yield "DOCUMENTOS DE TRANSPORTE ANTERIORES", list(_anteriores(_child(norm, "docAnt")))
    complementados = cte.iterchildren("{*}infCteComp")
    yield "CT-E COMPLEMENTADOS", [f"CT-e {text_of(each, 'chCTe') or ''}" for each in complementados]
    substituido = text_of(_child(norm, "infCteSub"), "chCte")
    yield "CT-E SUBSTITUÍDO", [f"CT-e {substituido}"] if substituido else []


def _observacoes(cte: Element) -> Iterator[str]:
    """The library shows the texts of ObsCont and ObsFisco, and neither xObs nor infAdFisco."""
    compl, fisco = child(cte, "compl"), text_of(cte, "imp", "infAdFisco")
    shown = [] if compl is None else [text_of(item, "xTexto") for item in _elements(compl)]
    texts = [text_of(compl, "xObs") if compl is not None else None, fisco, *shown]
    whole = [text for text in texts if text]
    if compl is None and whole:
        compl = etree.SubElement(cte, f"{{{namespace(cte)}}}compl")
    if compl is None:
        return
    fits = sum(map(len, whole)) <= _MAX_OBS
    _remove(item for item in _elements(compl) if text_of(item, "xTexto"))
    for text in whole if fits else [_VER_ANEXO]:
        item = etree.SubElement(compl, f"{{{namespace(cte)}}}ObsCont")
        etree.SubElement(item, f"{{{namespace(cte)}}}xTexto").text = text
    if not fits:
        yield from whole


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else child(element, name)


def _elements(group: Element | None) -> Iterator[Element]:
    return iter(()) if group is None else group.iterchildren("{*}*")


def _originario(doc: Element) -> str:
    match local_name(doc):
        case "infNFe":
            return f"NF-e {text_of(doc, 'chave') or ''}"
        case "infDCe":
            return f"DC-e {text_of(doc, 'chave') or ''}"
        case "infNF":
            return _joined(
                ("NF modelo", text_of(doc, "mod")),
                ("série", text_of(doc, "serie")),
                ("nº", text_of(doc, "nDoc")),
                ("emissão", text_of(doc, "dEmi")),
                ("valor", text_of(doc, "vNF")),
            )
        case _:
            return _joined(
                ("", text_of(doc, "descOutros") or f"Documento tipo {text_of(doc, 'tpDoc')}"),
                ("nº", text_of(doc, "nDoc")),
                ("emissão", text_of(doc, "dEmi")),
                ("valor", text_of(doc, "vDocFisc")),
            )


def _anteriores(group: Element | None) -> Iterator[str]:
    for emissor in () if group is None else group.iterchildren("{*}emiDocAnt"):
        who = _joined(
            ("de", text_of(emissor, "xNome")),
            ("CNPJ", text_of(emissor, "CNPJ")),
            ("CPF", text_of(emissor, "CPF")),
        )
        for doc in emissor.iter("{*}idDocAntEle"):
            yield f"CT-e {text_of(doc, 'chCTe') or ''} {who}"
        for doc in emissor.iter("{*}idDocAntPap"):
            number = _joined(
                ("tipo", text_of(doc, "tpDoc")),
                ("série", text_of(doc, "serie")),
                ("nº", text_of(doc, "nDoc")),
                ("emissão", text_of(doc, "dEmi")),
            )
            yield f"Papel {number} {who}"


def _joined(*parts: tuple[str, str | None]) -> str:
    return " ".join(f"{label} {text}".strip() for label, text in parts if text)


def _of_mdfe(mdfe: Element) -> Iterator[tuple[str, list[str]]]:
    yield "DOCUMENTOS VINCULADOS (CONTINUAÇÃO)", list(_vinculados(mdfe))
    rodo = descend(mdfe, "infModal", "rodo")
    if rodo is not None:
        yield "REBOQUES", [_veiculo(each) for each in rodo.iterchildren("{*}veicReboque")]
        yield "CONDUTORES (CONTINUAÇÃO)", list(_condutores(rodo))
        yield "CIOT (CONTINUAÇÃO)", list(_ciots(rodo))
        yield "VALE-PEDÁGIO (CONTINUAÇÃO)", list(_vales(rodo))
    ferrov, aquav = (descend(mdfe, "infModal", modal) for modal in ("ferrov", "aquav"))
    if ferrov is not None:
        yield "VAGÕES (CONTINUAÇÃO)", list(_vagoes(ferrov))
    if aquav is not None:
        yield "EMBARCAÇÃO", list(_embarcacao(aquav))
    yield "SEGUROS", list(_seguros(mdfe))
    infos = child(mdfe, "infAdic")
    yield "INFORMAÇÕES COMPLEMENTARES", list(_long_text(infos, "infCpl"))
    yield "INFORMAÇÕES DE INTERESSE DO FISCO", list(_long_text(infos, "infAdFisco"))


def _vinculados(mdfe: Element) -> Iterator[str]:
    """The library lists the first documents, and those of one kind only."""
    kept: str | None = None
    count = 0
    removed = []
    for nome, tag, chave in _MDFE_DOCS:
        for municipio in _municipios(mdfe):
            for doc in municipio.iterchildren(f"{{*}}{tag}"):
                kept = kept or tag
                count += 1
                if tag == kept and tag != "infMDFeTransp" and count <= _MAX_MDFE:
                    continue
                removed.append(doc)
                yield _joined((nome, text_of(doc, chave)), ("", text_of(municipio, "xMunDescarga")))
    _remove(removed)


def _municipios(mdfe: Element) -> Iterable[Element]:
    group = child(mdfe, "infDoc")
    return () if group is None else group.iterchildren("{*}infMunDescarga")


def _veiculo(reboque: Element) -> str:
    return _joined(
        ("Placa", text_of(reboque, "placa")),
        ("UF", text_of(reboque, "UF")),
        ("RENAVAM", text_of(reboque, "RENAVAM")),
        ("tara (kg)", text_of(reboque, "tara")),
        ("capacidade (kg)", text_of(reboque, "capKG")),
    )


def _condutores(rodo: Element) -> Iterator[str]:
    group = child(rodo, "veicTracao")
    todos = [] if group is None else list(group.iterchildren("{*}condutor"))
    for condutor in todos[_MAX_CONDUTORES:]:
        yield _joined(("", text_of(condutor, "xNome")), ("CPF", text_of(condutor, "CPF")))
    _remove(todos[_MAX_CONDUTORES:])


def _ciots(rodo: Element) -> Iterator[str]:
    for ciot in list(rodo.iter("{*}infCIOT"))[_MAX_CIOT:]:
        yield _joined(
            ("CIOT", text_of(ciot, "CIOT")),
            ("CNPJ", text_of(ciot, "CNPJ")),
            ("CPF", text_of(ciot, "CPF")),
        )


def _vales(rodo: Element) -> Iterator[str]:
    for vale in list(rodo.iter("{*}disp"))[_MAX_VALES:]:
        yield _joined(
            ("Fornecedora CNPJ", text_of(vale, "CNPJForn")),
            ("responsável CNPJ", text_of(vale, "CNPJPg")),
            ("CPF", text_of(vale, "CPFPg")),
            ("comprovante", text_of(vale, "nCompra")),
            ("valor", text_of(vale, "vValePed")),
        )


def _vagoes(ferrov: Element) -> Iterator[str]:
    rest = list(ferrov.iterchildren("{*}vag"))[_MAX_VAGOES:]
    for vagao in rest:
        yield _joined(
            ("Série", text_of(vagao, "serie")),
            ("nº", text_of(vagao, "nVag")),
            ("sequência", text_of(vagao, "nSeq")),
            ("tonelada útil", text_of(vagao, "TU")),
        )
    _remove(rest)


def _embarcacao(aquav: Element) -> Iterator[str]:
    """The library shows terminals and empty units, in boxes for very few of them."""
    yield _joined(
        ("Embarcação", text_of(aquav, "cEmbar")),
        ("", text_of(aquav, "xEmbar")),
        ("viagem", text_of(aquav, "nViag")),
        ("porto de embarque", text_of(aquav, "cPrtEmb")),
        ("porto de destino", text_of(aquav, "cPrtDest")),
    )
    moved = []
    for words, tag, codigo, nome in _AQUAV:
        for group in aquav.iterchildren(f"{{*}}{tag}"):
            yield _joined((words, text_of(group, codigo)), ("", text_of(group, nome)))
            moved.append(group)
    _remove(moved)


def _seguros(mdfe: Element) -> Iterator[str]:
    groups = list(mdfe.iterchildren("{*}seg"))
    lines = sum(1 + len(list(group.iterchildren("{*}nAver"))) // 3 for group in groups)
    if lines <= 2 * _MAX_SEGUROS:
        return
    for group in groups:
        yield _joined(
            ("Seguradora", text_of(group, "infSeg", "xSeg")),
            ("CNPJ", text_of(group, "infSeg", "CNPJ")),
            ("apólice", text_of(group, "nApol")),
            ("averbações", ", ".join(item.text or "" for item in group.iterchildren("{*}nAver"))),
        )
    _remove(groups)
    notice = etree.SubElement(mdfe, f"{{{namespace(mdfe)}}}seg")
    info = etree.SubElement(notice, f"{{{namespace(mdfe)}}}infSeg")
    etree.SubElement(info, f"{{{namespace(mdfe)}}}xSeg").text = _VER_ANEXO


def _long_text(infos: Element | None, name: str) -> Iterator[str]:
    field = _child(infos, name)
    if field is not None and len(text := field.text or "") > _MAX_TEXT:
        yield text
        field.text = _VER_ANEXO


def _remove(elements: Iterable[Element]) -> None:
    for element in list(elements):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
