"""The identity of a document in an organisation, and the fields that it is searched by."""

from __future__ import annotations

from datetime import datetime

import pytest

from acceptance.inputs import without_declaration
from corpus.manifest import needs_corpus, rows
from factory import build, chave_of, cnpj_with_dv, envi_nfe, soap
from factory.kinds import KINDS
from fiscalxml.documents.facts import BRASILIA
from fiscalxml.identity import Identidade, centavos
from fiscalxml.process import process_all

CHAVE = "35261112345678000195550010000010011417293560"
CHAVE_NFSE = "35095022212345678000195000000000120126114172935687"
EMITENTE, COMPRADORA = "12345678000195", "11222333000181"
NAMESPACE = b"http://www.portalfiscal.inf.br/nfe"


def identity(data: bytes) -> Identidade:
    """Of the one document in the bytes."""
    (processado,) = process_all(data)
    assert processado.identidade is not None
    return processado.identidade


def key(data: bytes) -> str:
    return identity(data).chave_identidade


EXPECTED = {
    "nfe": f"nfe:{CHAVE}",
    "cancelamento": f"evento:{CHAVE}:110111:1:{EMITENTE}",
    "manifestacao": f"evento:{CHAVE}:210200:1:{COMPRADORA}",
    "nfse_cancelamento": f"pedRegEvento:{CHAVE_NFSE}:101101::{EMITENTE}",
    "dps": f"dps:DPS35095022{EMITENTE}00001000000000001301",
    "inutilizacao": f"inutilizacao:35:26:{EMITENTE}:55:1:1002:1005",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_an_identity_of_its_own_fields(kind: str) -> None:
    data = build(kind)
    found = identity(data)
    if found.chave:
        tipo = "nfce" if kind.startswith("nfce") else kind
        assert found.chave_identidade == f"{tipo}:{chave_of(data)}"
    else:
        assert kind == "dps" or kind in EXPECTED or found.tipo_evento
    assert found.intacta


@pytest.mark.parametrize("kind", EXPECTED)
def test_identities_read_as_the_contract_says(kind: str) -> None:
    assert key(build(kind)) == EXPECTED[kind]


def test_kinds_do_not_share_an_identity() -> None:
    assert len({key(build(kind)) for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.proc])
def test_a_protocol_does_not_change_the_identity_but_is_told(kind: str) -> None:
    alone, registered = identity(build(kind)), identity(build(kind, protocol=True))
    assert alone.chave_identidade == registered.chave_identidade
    assert (alone.com_protocolo, registered.com_protocolo) == (False, True)
    assert (alone.situacao, registered.situacao) == ("sem_protocolo", "autorizado")


def test_other_bytes_of_a_document_have_the_same_identity() -> None:
    nota = build("nfe")
    for data in (b"\xef\xbb\xbf" + nota, envi_nfe([nota]), soap(nota), without_declaration(nota)):
        assert key(data) == key(nota)


class TestIntegrity:
    """Who may hold an identity against others."""

    def test_a_broken_signature_does_not(self) -> None:
        broken = build("nfe").replace(b"COMPRADORA", b"COMPRADOR_")
        assert key(broken) == key(build("nfe"))
        assert not identity(broken).intacta

    def test_a_broken_chave_does_not(self) -> None:
        assert not identity(build("nfe", changes={"ide/nNF": "7"}, keep_id=True)).intacta

    def test_a_broken_layout_does_not(self) -> None:
        assert not identity(build("nfe", remove=["dest/xNome", "ide/natOp"])).intacta

    def test_bytes_that_are_not_those_that_were_signed_do_not(self) -> None:
        nota = build("nfe", changes={"dest/xNome": "COMPRADORA É"})
        assert not identity(nota.decode().encode("latin-1")).intacta

    def test_a_broken_rule_or_protocol_does_not_matter(self) -> None:
        assert identity(build("nfe", changes={"total/ICMSTot/vNF": "1100.00"})).intacta
        other = identity(build("nfe", protocol={"digVal": "AAAA"}))
        assert (other.intacta, other.com_protocolo) == (True, False)

    def test_a_draft_that_is_not_signed_yet_is_intact(self) -> None:
        draft = identity(build("nfe", sign=False))
        assert (draft.intacta, draft.assinada) == (True, False)
        assert identity(build("nfe")).assinada


class TestProtocol:
    """A protocol is brought when it registers this very document."""

    @pytest.mark.parametrize(
        ("cstat", "situacao"), [("302", "denegado"), ("101", "cancelado"), ("150", "autorizado")]
    )
    def test_a_registered_document_brings_its_protocol(self, cstat: str, situacao: str) -> None:
        found = identity(build("nfe", protocol={"cStat": cstat}))
        assert (found.com_protocolo, found.situacao) == (True, situacao)

    @pytest.mark.parametrize("wrong", [{"cStat": "539"}, {"chNFe": "1" * 44}, {"tpAmb": "2"}])
    def test_a_rejection_or_another_documents_protocol_is_none(self, wrong: dict[str, str]) -> None:
        assert not identity(build("nfe", protocol=wrong)).com_protocolo


class TestWithoutChave:
    """What identifies a document that has no usable chave."""

    def test_an_odd_id_is_the_identity(self) -> None:
        assert key(build("nfe").replace(b'Id="NFe35', b'Id="NFe99X35')).startswith("nfe:NFe99X35")

    @pytest.mark.parametrize("id_", [b"", b'Id="' + b"1" * 5000 + b'"'], ids=["none", "endless"])
    def test_without_an_id_the_content_is(self, id_: bytes) -> None:
        nota = build("nfe", sign=False).replace(f'Id="NFe{CHAVE}"'.encode(), id_)
        other = nota.replace(b"COMPRADORA", b"COMPRADOR_")
        assert key(nota).startswith("nfe:sha256:")
        assert key(nota) == key(envi_nfe([nota])) != key(other)

    def test_of_a_message_the_content_is(self) -> None:
        message = b'<consSitNFe xmlns="%s" versao="4.00"><tpAmb>1</tpAmb></consSitNFe>' % NAMESPACE
        assert key(message).startswith("mensagem:sha256:")
        assert key(message) == key(b"\xef\xbb\xbf" + message)
        assert key(message) != key(message.replace(b">1<", b">2<"))

    def test_an_event_without_its_parts_is_told_by_its_id(self) -> None:
        assert key(build("cancelamento", remove=["tpEvento"], keep_id=True)).startswith("evento:ID")

    def test_an_inutilizacao_without_its_parts_too(self) -> None:
        broken = build("inutilizacao", remove=["serie"], keep_id=True)
        assert key(broken).startswith("inutilizacao:ID")


class TestEvents:
    """Each part of an event's identity counts."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"nSeqEvento": "2"},
            {"tpEvento": "110112"},
            {"CNPJ": cnpj_with_dv("987654320001")},
            {"chNFe": CHAVE[:-1] + "7"},
        ],
        ids=lambda changes: next(iter(changes)),
    )
    def test_another_part_is_another_event(self, changes: dict[str, str]) -> None:
        assert key(build("cancelamento", changes=changes)) != key(build("cancelamento"))

    def test_zeros_before_the_sequence_do_not_count(self) -> None:
        assert key(build("cce", changes={"nSeqEvento": "01"})) == key(build("cce"))

    def test_it_tells_what_it_is_about(self) -> None:
        found = identity(build("manifestacao"))
        assert found.chave is None
        assert (found.chave_referida, found.tipo_evento, found.sequencia) == (CHAVE, "210200", 1)
        assert found.emitente == COMPRADORA
        assert found.emissao == datetime(2026, 11, 12, 9, tzinfo=BRASILIA)

    def test_the_event_of_an_nfse_is_not_its_request(self) -> None:
        request = build("nfse_cancelamento", sign=False)
        body = request[request.index(b"<pedRegEvento") :]
        event = (
            b'<evento xmlns="http://www.sped.fazenda.gov.br/nfse" versao="1.01"><infEvento>'
            b"<nSeqEvento>3</nSeqEvento>" + body + b"</infEvento></evento>"
        )
        assert key(event) == f"evento:{CHAVE_NFSE}:101101:3:{EMITENTE}"
        assert key(request) == EXPECTED["nfse_cancelamento"]


class TestSearchFields:
    """Every kind is searched by the same fields."""

    def test_of_a_note(self) -> None:
        found = identity(build("nfe", itens=3, protocol=True))
        assert (found.emitente, found.destinatario) == (EMITENTE, COMPRADORA)
        assert (found.modelo, found.serie, found.numero) == ("55", 1, 1001)
        assert (found.valor, found.ambiente) == (300000, "producao")
        assert found.chave == CHAVE
        assert found.emissao is not None
        assert found.emissao.utcoffset() is not None

    @pytest.mark.parametrize("kind", ["dps", "nfse"])
    def test_of_a_service_the_tomador_is_the_receiver(self, kind: str) -> None:
        found = identity(build(kind))
        assert (found.emitente, found.destinatario) == (EMITENTE, COMPRADORA)
        assert (found.valor, found.modelo) == (100000, None)

    def test_a_dps_may_be_issued_by_its_tomador(self) -> None:
        assert identity(build("dps", changes={"tpEmit": "2"}, sign=False)).emitente == COMPRADORA

    def test_of_an_inutilizacao(self) -> None:
        found = identity(build("inutilizacao"))
        assert (found.emitente, found.modelo, found.serie) == (EMITENTE, "55", None)
        assert found.situacao == "sem_protocolo"

    def test_what_reads_as_none_of_its_kind_is_left_out(self) -> None:
        changes = {
            "emit/CNPJ": "1234567800019x",
            "dest/CNPJ": "1" * 5000,
            "ide/serie": "9" * 12,
            "ide/nNF": "x",
            "ide/mod": "555",
            "total/ICMSTot/vNF": "1e5",
        }
        found = identity(build("nfe", changes=changes, keep_id=True, sign=False))
        assert (found.emitente, found.destinatario, found.modelo) == (None, None, None)
        assert (found.serie, found.numero, found.valor) == (None, None, None)


@pytest.mark.parametrize(
    ("texto", "valor"),
    [
        ("0.00", 0),
        ("1000.5", 100050),
        ("1000", 100000),
        ("0.1000000000", 10),
        ("999999999999999.99", 99999999999999999),
        ("0.001", None),
        ("-1.00", None),
        ("1,00", None),
        ("1e3", None),
        ("1" * 16, None),
        ("", None),
        (None, None),
    ],
)
def test_an_amount_is_exact_or_none(texto: str | None, valor: int | None) -> None:
    assert centavos(texto) == valor


@needs_corpus
def test_the_corpus_has_the_identities_of_its_manifest() -> None:
    compared = 0
    for row in rows():
        processados = list(process_all(row.data))
        for report, _, _, found, _ in processados:
            kind_without_tipo = report.documento.raiz in ("NFGas", "nfgasProc")
            unknown = report.documento.tipo == "desconhecido" and not kind_without_tipo
            assert (found is None) == unknown, row.file
            assert found is None or len(found.chave_identidade) <= 140
        if len(processados) == 1 and found is not None and found.chave and row.access_key:
            assert found.chave_identidade.endswith(f":{row.access_key}"), row.file
            compared += 1
    assert compared > 100
