"""What is in an input: the kind of each document and what it says of itself."""

from collections.abc import Callable

import pytest

from acceptance.inputs import signed, without_declaration
from factory import KINDS, build, chave_of, dist_dfe, env_evento, envi_nfe, soap
from fiscalxml import Report, validate, validate_all
from fiscalxml.report import Documento, Evento

_NOTA = "35261112345678000195550010000010011417293560"
_EM_CONTINGENCIA = "35261112345678000195550010000010014417293564"
_DE_CONSUMIDOR = "35261112345678000195650010000020011417293567"
_CTE = "35261198765432000198570010000003011528394671"
_MDFE = "35261112345678000195580010000007011639472856"
_NFSE = "35095022212345678000195000000000120126114172935687"

# kind: tipo, root, root of the authorised form, modelo, versao, emissao
DOCUMENTS = {
    "nfe": ("nfe", "NFe", "nfeProc", "55", "4.00", "2026-11-10T09:30:00-03:00"),
    "nfce": ("nfce", "NFe", "nfeProc", "65", "4.00", "2026-11-10T09:30:00-03:00"),
    "nfce_contingencia": ("nfce", "NFe", "nfeProc", "65", "4.00", "2026-11-10T09:30:00-03:00"),
    "cte": ("cte", "CTe", "cteProc", "57", "4.00", "2026-11-11T08:00:00-03:00"),
    "cteos": ("cteos", "CTeOS", "cteOSProc", "67", "4.00", "2026-11-11T08:00:00-03:00"),
    "ctesimp": ("ctesimp", "CTeSimp", "cteSimpProc", "57", "4.00", "2026-11-11T08:00:00-03:00"),
    "gtve": ("gtve", "GTVe", "GTVeProc", "64", "4.00", "2026-11-11T08:00:00-03:00"),
    "mdfe": ("mdfe", "MDFe", "mdfeProc", "58", "3.00", "2026-11-11T10:00:00-03:00"),
    "bpe": ("bpe", "BPe", "bpeProc", "63", "1.00", "2026-11-12T07:00:00-03:00"),
    "nf3e": ("nf3e", "NF3e", "nf3eProc", "66", "1.00", "2026-11-12T12:00:00-03:00"),
    "nfcom": ("nfcom", "NFCom", "nfcomProc", "62", "1.00", "2026-11-12T13:00:00-03:00"),
    "dps": ("dps", "DPS", "", None, "1.01", "2026-11-12T14:00:00-03:00"),
    "nfse": ("nfse", "NFSe", "", None, "1.01", "2026-11-12T14:00:00-03:00"),
    "cancelamento": (
        "evento",
        "evento",
        "procEventoNFe",
        None,
        "1.00",
        "2026-11-10T10:00:00-03:00",
    ),
    "cce": ("evento", "evento", "procEventoNFe", None, "1.00", "2026-11-10T11:00:00-03:00"),
    "manifestacao": (
        "evento",
        "evento",
        "procEventoNFe",
        None,
        "1.00",
        "2026-11-12T09:00:00-03:00",
    ),
    "epec": ("evento", "evento", "", None, "1.00", "2026-11-10T09:30:00-03:00"),
    "substituicao": ("evento", "evento", "", None, "1.00", "2026-11-10T10:00:00-03:00"),
    "ator_interessado": ("evento", "evento", "", None, "1.00", "2026-11-10T10:00:00-03:00"),
    "cte_cancelamento": (
        "evento",
        "eventoCTe",
        "procEventoCTe",
        None,
        "4.00",
        "2026-11-11T09:00:00-03:00",
    ),
    "mdfe_encerramento": (
        "evento",
        "eventoMDFe",
        "procEventoMDFe",
        None,
        "3.00",
        "2026-11-11T18:00:00-03:00",
    ),
    "nfse_cancelamento": ("evento", "pedRegEvento", "", None, "1.01", "2026-11-13T09:00:00-03:00"),
    "nfse_evento": ("evento", "evento", "", None, "1.01", "2026-11-13T09:00:05-03:00"),
    "inutilizacao": ("inutilizacao", "inutNFe", "ProcInutNFe", "55", "4.00", None),
}
EVENTS = {
    "cancelamento": Evento(tipo="110111", sequencia=1, chave=_NOTA),
    "cce": Evento(tipo="110110", sequencia=1, chave=_NOTA),
    "manifestacao": Evento(tipo="210200", sequencia=1, chave=_NOTA),
    "epec": Evento(tipo="110140", sequencia=1, chave=_EM_CONTINGENCIA),
    "substituicao": Evento(tipo="110112", sequencia=1, chave=_DE_CONSUMIDOR),
    "ator_interessado": Evento(tipo="110150", sequencia=1, chave=_NOTA),
    "cte_cancelamento": Evento(tipo="110111", sequencia=1, chave=_CTE),
    "mdfe_encerramento": Evento(tipo="110112", sequencia=1, chave=_MDFE),
    "nfse_cancelamento": Evento(tipo="101101", chave=_NFSE),
    "nfse_evento": Evento(tipo="101101", chave=_NFSE),
}
WITHOUT_CHAVE = {
    "dps": "DPS350950221234567800019500001000000000001301",
    "cancelamento": f"ID110111{_NOTA}01",
    "cce": f"ID110110{_NOTA}01",
    "manifestacao": f"ID210200{_NOTA}01",
    "epec": f"ID110140{_EM_CONTINGENCIA}01",
    "substituicao": f"ID110112{_DE_CONSUMIDOR}01",
    "ator_interessado": f"ID110150{_NOTA}01",
    "cte_cancelamento": f"ID110111{_CTE}001",
    "mdfe_encerramento": f"ID110112{_MDFE}001",
    "nfse_cancelamento": f"PRE{_NFSE}101101",
    "nfse_evento": f"EVT{_NFSE}101101001",
    "inutilizacao": "ID35261234567800019555001000001002000001005",
}

each_kind = pytest.mark.parametrize("kind", KINDS)


def _says(document: Documento, kind: str, raiz: str) -> None:
    tipo, _, _, modelo, versao, emissao = DOCUMENTS[kind]
    assert document.tipo == tipo
    assert document.raiz == raiz
    assert document.modelo == modelo
    assert document.versao == versao
    assert document.emissao == emissao
    assert document.ambiente == "producao"
    assert document.evento == EVENTS.get(kind)
    assert document.identificador == WITHOUT_CHAVE.get(kind)
    assert document.chave == (None if kind in WITHOUT_CHAVE else chave_of(build(kind)))
    assert document.parece is None


def _only(data: bytes) -> Documento:
    return validate(data).documento


def _reports(data: bytes) -> list[Report]:
    return list(validate_all(data))


def test_every_kind_of_the_factory_is_in_this_table() -> None:
    assert set(DOCUMENTS) == set(KINDS)


@each_kind
def test_a_document_alone_says_what_it_is(kind: str) -> None:
    _says(_only(build(kind)), kind, DOCUMENTS[kind][1])


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.proc])
def test_in_its_authorised_form_it_is_the_same_kind(kind: str) -> None:
    _says(_only(build(kind, protocol=True)), kind, DOCUMENTS[kind][2])


@each_kind
def test_in_soap_it_is_the_same_document(kind: str) -> None:
    _says(_only(soap(build(kind))), kind, DOCUMENTS[kind][1])


def test_soap_may_carry_the_document_as_text() -> None:
    nota = without_declaration(build("nfe")).decode()
    for text in (f"<![CDATA[{nota}]]>", nota.replace("&", "&amp;").replace("<", "&lt;")):
        envelope = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            f"<retorno>{text}</retorno></s:Body></s:Envelope>"
        )
        _says(_only(envelope.encode()), "nfe", "NFe")


@each_kind
def test_in_a_distribution_answer_it_is_the_same_document(kind: str) -> None:
    _says(_only(dist_dfe([build(kind)], [f"{kind}.xsd"])), kind, DOCUMENTS[kind][1])


def test_a_distribution_answer_gives_its_documents_in_order() -> None:
    kinds = ["nfe", "cancelamento", "cte", "nfe"]
    reports = _reports(dist_dfe([build(kind) for kind in kinds]))
    assert [report.indice for report in reports] == [0, 1, 2, 3]
    for kind, report in zip(kinds, reports, strict=True):
        _says(report.documento, kind, DOCUMENTS[kind][1])


def test_a_broken_payload_does_not_hide_the_others() -> None:
    good = dist_dfe([build("nfe")] * 2)
    start = good.index(b"<docZip")
    broken = good[:start] + b"<docZip>!!!</docZip>" + good[good.index(b"<docZip", start + 1) :]
    first, second = _reports(broken)
    assert first.veredito == "invalido"
    assert [achado.codigo for achado in first.achados] == ["XML-031"]
    _says(second.documento, "nfe", "NFe")


def _lote(raiz: str, espaco: str, documents: list[bytes]) -> bytes:
    body = b"".join(without_declaration(document) for document in documents)
    head = f'<{raiz} xmlns="http://www.portalfiscal.inf.br/{espaco}" versao="4.00">'
    return head.encode() + b"<idLote>1</idLote>" + body + f"</{raiz}>".encode()


LOTES: dict[str, tuple[str, Callable[[list[bytes]], bytes]]] = {
    "enviNFe": ("nfe", envi_nfe),
    "enviNFe of NFC-e": ("nfce", envi_nfe),
    "envEvento": ("cancelamento", env_evento),
    "enviCTe": ("cte", lambda documents: _lote("enviCTe", "cte", documents)),
    "enviMDFe": ("mdfe", lambda documents: _lote("enviMDFe", "mdfe", documents)),
}


@pytest.mark.parametrize(("kind", "lote"), LOTES.values(), ids=LOTES)
def test_a_lote_gives_each_of_its_documents(
    kind: str, lote: Callable[[list[bytes]], bytes]
) -> None:
    reports = _reports(lote([build(kind)] * 3))
    assert [report.indice for report in reports] == [0, 1, 2]
    for report in reports:
        _says(report.documento, kind, DOCUMENTS[kind][1])


def test_a_lote_without_documents_is_a_message() -> None:
    (report,) = _reports(envi_nfe([]))
    assert report.documento.tipo == "mensagem"


def test_the_ambiente_is_read() -> None:
    assert _only(build("nfe", ambiente=2)).ambiente == "homologacao"


def test_the_model_tells_nfce_from_nfe_and_not_the_name_of_the_root() -> None:
    assert _only(build("nfe", changes={"ide/mod": "65"})).tipo == "nfce"


def _as_2010(versao: str) -> bytes:
    """A note of an old layout: dEmi without the hour; in 1.10, a código of nine digits."""
    text = build("nfe", sign=False, changes={"@versao": versao})
    text = text.replace(b"<dhEmi>2026-11-10T09:30:00-03:00</dhEmi>", b"<dEmi>2026-11-10</dEmi>")
    if versao == "1.10":
        text = text.replace(b"<tpEmis>1</tpEmis>", b"")
        text = text.replace(b"<cNF>41729356</cNF>", b"<cNF>141729356</cNF>")
    return signed(text, "infNFe")


OLD_LAYOUTS = {
    "NF-e 1.10": ("nfe", "1.10", _as_2010("1.10")),
    "NF-e 2.00": ("nfe", "2.00", _as_2010("2.00")),
    "NF-e 3.10": ("nfe", "3.10", build("nfe", changes={"@versao": "3.10"})),
    "NFC-e 3.10": ("nfce", "3.10", build("nfce", changes={"@versao": "3.10"})),
    **{
        f"CT-e {versao}": ("cte", versao, build("cte", changes={"@versao": versao}))
        for versao in ("1.04", "2.00", "3.00")
    },
    "CT-e OS 3.00": ("cteos", "3.00", build("cteos", changes={"@versao": "3.00"})),
    "MDF-e 1.00": ("mdfe", "1.00", build("mdfe", changes={"@versao": "1.00"})),
    "nfeProc 3.10": ("nfe", "3.10", build("nfe", changes={"@versao": "3.10"}, protocol=True)),
}


@pytest.mark.parametrize(("tipo", "versao", "data"), OLD_LAYOUTS.values(), ids=OLD_LAYOUTS)
def test_an_old_layout_is_read_and_said_to_be_not_judged(
    tipo: str, versao: str, data: bytes
) -> None:
    report = validate(data)
    found = [achado for achado in report.achados if achado.camada != "assinatura"]
    assert (report.documento.tipo, report.documento.versao) == (tipo, versao)
    assert report.veredito == "nao_avaliado"
    assert [(achado.codigo[:4], achado.severidade) for achado in found] == [("XSD-", "info")]
    assert versao in found[0].mensagem
    assert report.camadas["schema"] == "nao_executada"
    assert report.camadas["chave"] == "ok"


def test_a_date_without_an_hour_is_midnight_in_brasilia() -> None:
    assert _only(_as_2010("2.00")).emissao == "2026-11-10T00:00:00-03:00"
