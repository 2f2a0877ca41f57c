"""The protocol beside a document: is it of this document, and what does it say?"""

from datetime import UTC, datetime

import pytest

from factory import KINDS, build
from factory.protocols import _AUTORIZADO
from fiscalxml import Report, validate

OUTRA_CHAVE = "35261112345678000195550010000099991417293569"
DIGEST = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
_WITH_PROTOCOL = [kind for kind, row in KINDS.items() if row.prot in _AUTORIZADO]


def _with(kind: str = "nfe", **fields: str) -> Report:
    return validate(build(kind, protocol=fields or True))


def _codes(report: Report) -> list[str]:
    return [
        f"{achado.codigo}:{achado.severidade}"
        for achado in report.achados
        if achado.camada == "protocolo"
    ]


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.proc])
def test_a_protocol_that_matches_is_declared_authorisation(kind: str) -> None:
    report = _with(kind)
    assert _codes(report) == []
    assert report.camadas["protocolo"] == "ok"
    assert report.autorizacao == "declarada"
    assert (report.perfil, report.referencia.origem) == ("autorizado", "protocolo")


def test_the_reference_date_is_when_it_was_received() -> None:
    assert _with(dhRecbto="2026-11-10T11:00:00-03:00").referencia.data == (
        "2026-11-10T11:00:00-03:00"
    )


@pytest.mark.parametrize("kind", _WITH_PROTOCOL)
def test_a_protocol_of_another_chave_is_an_error(kind: str) -> None:
    report = _with(kind, **{KINDS[kind].prot.replace("prot", "ch"): OUTRA_CHAVE})
    assert _codes(report) == ["PRT-001:erro"]
    (achado,) = [a for a in report.achados if a.camada == "protocolo"]
    assert achado.encontrado == OUTRA_CHAVE
    assert achado.esperado == report.documento.chave
    assert achado.caminho.endswith(KINDS[kind].prot.replace("prot", "ch"))


def test_a_protocol_of_another_ambiente_is_an_error() -> None:
    assert _codes(_with(tpAmb="2")) == ["PRT-002:erro"]


def test_a_protocol_of_other_content_is_an_error() -> None:
    report = _with(digVal=DIGEST)
    assert _codes(report) == ["PRT-003:erro"]
    assert report.veredito == "invalido"


def test_a_protocol_without_digest_is_taken_as_it_is() -> None:
    report = _with(digVal="")
    assert _codes(report) == []
    assert report.autorizacao == "declarada"


@pytest.mark.parametrize("field", [{"tpAmb": "2"}, {"digVal": DIGEST}, {"chNFe": OUTRA_CHAVE}])
def test_a_protocol_that_does_not_match_dates_nothing_and_authorises_nothing(
    field: dict[str, str],
) -> None:
    report = _with(**field)
    assert report.referencia.origem == "emissao"
    assert report.autorizacao == "ausente"
    assert report.perfil == "autorizado"


@pytest.mark.parametrize("cstat", ["110", "301", "302", "303"])
def test_denegada_is_told_and_is_no_error(cstat: str) -> None:
    report = _with(cStat=cstat, xMotivo="Uso Denegado")
    assert _codes(report) == ["PRT-004:info"]
    assert report.veredito == "valido"
    assert report.referencia.origem == "protocolo"


@pytest.mark.parametrize("cstat", ["101", "151", "155"])
def test_cancelada_is_told_and_is_no_error(cstat: str) -> None:
    assert _codes(_with(cStat=cstat, xMotivo="Cancelamento homologado")) == ["PRT-005:info"]


@pytest.mark.parametrize("cstat", ["204", "225", "539", "999"])
def test_a_rejection_is_an_error_that_repeats_what_sefaz_said(cstat: str) -> None:
    report = _with(cStat=cstat, xMotivo="Rejeicao: duplicidade")
    assert _codes(report) == ["PRT-006:erro"]
    (achado,) = [a for a in report.achados if a.camada == "protocolo"]
    assert achado.encontrado == cstat
    assert "Rejeicao: duplicidade" in achado.mensagem
    assert report.autorizacao == "ausente"


def test_authorised_out_of_time_is_authorised() -> None:
    report = _with(cStat="150", xMotivo="Autorizado o uso da NF-e, autorizacao fora de prazo")
    assert _codes(report) == []
    assert report.autorizacao == "declarada"


@pytest.mark.parametrize("cstat", ["135", "136", "155"])
def test_an_event_is_registered_by_its_own_codes(cstat: str) -> None:
    assert _codes(_with("cancelamento", cStat=cstat)) == []


def test_an_event_is_not_registered_by_the_code_of_a_note() -> None:
    assert _codes(_with("cancelamento", cStat="100")) == ["PRT-006:erro"]


def test_an_event_answered_for_another_note_is_an_error() -> None:
    assert _codes(_with("cancelamento", chNFe=OUTRA_CHAVE)) == ["PRT-001:erro"]


def test_an_inutilizacao_is_accepted_by_its_own_code() -> None:
    assert _codes(_with("inutilizacao", cStat="102")) == []
    assert _codes(_with("inutilizacao", cStat="563")) == ["PRT-006:erro"]


def test_without_a_protocol_the_layer_was_not_run() -> None:
    report = validate(build("nfe"))
    assert report.camadas["protocolo"] == "nao_executada"
    assert report.autorizacao == "ausente"
    assert report.motivos is not None
    assert report.motivos["protocolo"]


def test_a_note_changed_after_it_was_authorised_differs_from_its_protocol_too() -> None:
    data = build("nfe", protocol=True).replace(b"IMAGINARIA SA", b"IMAGINARIA SB")
    assert _codes(validate(data)) == ["PRT-003:erro"]


def test_a_protocol_without_a_chave_is_of_no_document() -> None:
    report = _with(chNFe="")
    assert _codes(report) == ["PRT-001:erro"]
    assert report.autorizacao == "ausente"


@pytest.mark.parametrize(("cstat", "autorizacao"), [("301", "ausente"), ("101", "declarada")])
def test_a_denied_note_is_not_authorised_and_a_cancelled_one_was(
    cstat: str, autorizacao: str
) -> None:
    assert _with(cStat=cstat).autorizacao == autorizacao


@pytest.mark.parametrize("missing", [{"chNFe": ""}, {"digVal": ""}])
def test_only_a_protocol_of_this_very_content_excuses_an_older_layout(
    missing: dict[str, str],
) -> None:
    changes = {"ide/dhEmi": "2026-03-14T09:30:00-03:00"}
    received = {"dhRecbto": "2026-03-14T09:31:00-03:00"}
    old = build("nfe", changes=changes, remove=["transp"], protocol={**received})
    assert validate(old).veredito == "valido"
    bare = build("nfe", changes=changes, remove=["transp"], protocol={**received, **missing})
    assert validate(bare).veredito == "invalido"


def test_the_protocol_itself_is_held_to_the_layout_whatever_its_date() -> None:
    changes = {"ide/dhEmi": "2026-03-14T09:30:00-03:00"}
    report = validate(
        build("nfe", changes=changes, protocol={"dhRecbto": "2026-03-14T09:31:00-03:00"}).replace(
            b"<verAplic>", b"<verAplic>um texto longo demais para este campo ", 1
        )
    )
    assert any(a.codigo == "XSD-014" and a.severidade == "erro" for a in report.achados)


def test_unreadable_bytes_keep_the_chosen_date_and_profile() -> None:
    em = datetime(2020, 1, 1, tzinfo=UTC)
    report = validate(b"<NFe>", em=em, perfil="transmissao")
    assert (report.perfil, report.referencia.origem) == ("transmissao", "opcao")
    assert report.referencia.data == em.isoformat()


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("cancelamento", "tpEvento", "210210"),
        ("cce", "nSeqEvento", "9"),
        ("inutilizacao", "nNFIni", "777"),
        ("inutilizacao", "CNPJ", "22333444000181"),
    ],
)
def test_an_answer_to_another_request_is_an_error(kind: str, field: str, value: str) -> None:
    report = _with(kind, **{field: value})
    assert _codes(report) == ["PRT-007:erro"]
    assert report.autorizacao == "ausente"


def test_an_event_linked_with_an_alert_is_registered() -> None:
    assert _codes(_with("cte_cancelamento", cStat="134")) == []


@pytest.mark.parametrize("field", ["digVal", "cStat", "chNFe"])
def test_of_what_a_protocol_says_twice_the_first_that_says_something_counts(field: str) -> None:
    nota = build("nfe", protocol=True)
    head, protocol, tail = nota.partition(b"<infProt")
    tag, empty = f"<{field}>".encode(), f"<{field}></{field}>".encode()
    assert tag in tail
    right = head + protocol + tail.replace(tag, empty + tag)
    wrong = head + protocol + tail.replace(tag, empty + tag + b"9")
    assert validate(right).autorizacao == "declarada"
    assert validate(wrong).autorizacao == "ausente"
    assert any(code.startswith("PRT") for code in _codes(validate(wrong)))
