"""The effective situação of a document: its own, and what its registered events make of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from factory import build
from fiscalxml.process import process_all
from fiscalxml.situation import (
    Efeito,
    EventoConhecido,
    describe_event,
    effect_of,
    effective,
    in_force,
)

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def chave(modelo: str) -> str:
    """A chave of a document of this model."""
    return f"352611{'1' * 14}{modelo}{'0' * 22}"


NFE, MDFE, CTE, NFSE = chave("55"), chave("58"), chave("57"), "3" * 50


def evento(tipo: str, de: str = NFE, **more: object) -> EventoConhecido:
    """A registered event, at noon unless told otherwise."""
    fields = {"registrado": True, "registrado_em": NOON, **more}
    return EventoConhecido(chave=de, tipo=tipo, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("de", "tipo", "efeito"),
    [
        (NFE, "110111", "cancela"),
        (chave("65"), "110112", "cancela"),
        (MDFE, "110112", "encerra"),
        (MDFE, "310112", "encerra"),
        (CTE, "110111", "cancela"),
        (CTE, "110112", None),
        (CTE, "240140", "substitui"),
        (chave("66"), "240140", "substitui"),
        (chave("62"), "110111", "cancela"),
        (chave("63"), "110115", None),
        (MDFE, "110115", None),
        (NFE, "110110", None),
        (NFE, "210220", None),
        (NFE, "110001", "cancela_evento"),
        (NFSE, "101101", "cancela"),
        (NFSE, "105102", "cancela"),
        (NFSE, "101103", None),
        (NFSE, "305102", None),
        (NFE, "999999", None),
        ("", "110111", "cancela"),
    ],
)
def test_what_an_event_does_depends_on_the_family(de: str, tipo: str, efeito: Efeito) -> None:
    assert effect_of(de, tipo) == efeito


def test_events_have_a_name_by_family() -> None:
    assert describe_event(MDFE, "110112") == "Encerramento"
    assert describe_event(chave("65"), "110112") == "Cancelamento por substituição"
    assert describe_event(NFSE, "110112") is None


@pytest.mark.parametrize(
    ("propria", "tipos", "made"),
    [
        ("autorizado", [], "autorizado"),
        ("autorizado", ["110110", "210200"], "autorizado"),
        ("autorizado", ["110110", "110111"], "cancelado"),
        ("sem_protocolo", ["110111"], "cancelado"),
        ("denegado", ["110111"], "denegado"),
        ("cancelado", [], "cancelado"),
        ("rejeitado", ["210200"], "rejeitado"),
    ],
)
def test_registered_events_decide(propria: str, tipos: list[str], made: str) -> None:
    assert effective(propria, [evento(tipo) for tipo in tipos]) == made  # type: ignore[arg-type]


def test_an_event_that_nobody_registered_does_nothing() -> None:
    assert effective("autorizado", [evento("110111", registrado=False)]) == "autorizado"


def test_a_cancelamento_counts_more_than_the_end_of_a_trip() -> None:
    eventos = [evento("110112", MDFE), evento("110111", MDFE)]
    assert effective("autorizado", eventos) == "cancelado"
    assert effective("autorizado", eventos[:1]) == "encerrado"


class TestAtAnInstant:
    """What SEFAZ knew by then."""

    def test_an_event_counts_from_its_registration(self) -> None:
        for em, made in ((NOON - HOUR, "autorizado"), (NOON, "cancelado")):
            known = effective("autorizado", [evento("110111")], registrado_em=NOON - HOUR, em=em)
            assert known == made

    def test_before_its_protocol_a_document_had_none(self) -> None:
        assert effective("autorizado", [], registrado_em=NOON, em=NOON - HOUR) == "sem_protocolo"

    def test_a_file_that_says_cancelado_learns_from_its_event_since_when(self) -> None:
        cancelled = evento("110111")
        early = NOON - HOUR
        assert effective("cancelado", [cancelled], em=early) == "autorizado"
        assert effective("cancelado", [cancelled], em=NOON) == "cancelado"
        assert effective("cancelado", [], em=early) == "cancelado"


class TestCancelledEvents:
    """Events that cancel other events."""

    def test_by_the_protocol_of_the_other(self) -> None:
        proof = evento("110130", protocolo="1")
        other = evento("110130", protocolo="2")
        undone = evento("110131", protocolo="3", alvo="1")
        assert in_force([proof, other, undone]) == [other, undone]

    def test_by_the_id_of_the_other_in_the_nfse(self) -> None:
        blocked = evento("305102", NFSE, sequencia=2)
        freed = evento("305103", NFSE, alvo=f"{NFSE}305102002")
        assert in_force([blocked, freed]) == [freed]

    def test_not_by_one_that_is_not_registered_or_came_later(self) -> None:
        proof = evento("110130", protocolo="1")
        draft = evento("110131", alvo="1", registrado=False)
        later = evento("110131", alvo="1", registrado_em=NOON + HOUR)
        assert proof in in_force([proof, draft])
        assert proof in in_force([proof, later], NOON)
        assert proof not in in_force([proof, later])

    def test_a_cancelamento_of_the_document_cannot_be_cancelled(self) -> None:
        cancelled = evento("110111", protocolo="1")
        assert cancelled in in_force([cancelled, evento("110001", alvo="1")])


def test_a_protocol_gives_its_number_and_its_instant() -> None:
    (processado,) = process_all(build("nfe", protocol=True))
    assert processado.identidade is not None
    assert processado.identidade.protocolo == "135260000000001"
    assert processado.identidade.registrado_em is not None
    (bare,) = process_all(build("nfe"))
    assert bare.identidade is not None
    assert (bare.identidade.protocolo, bare.identidade.registrado_em) == (None, None)


def test_the_sefin_registers_what_it_signs() -> None:
    (processado,) = process_all(build("nfse"))
    assert processado.identidade is not None
    assert processado.identidade.registrado_em is not None
    assert processado.identidade.protocolo is None
