"""How long a service is asked again, and what is taken for a refusal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fiscalxml.client.errors import FalhaDeRede, FalhaDoCliente
from fiscalxml.client.problems import (
    ArquivoRecusado,
    CotaEsgotada,
    ErroDoServico,
    ErroInterno,
    FilaCheia,
    Indisponivel,
    LimiteDeRequisicoes,
    Problema,
)
from fiscalxml.sending import persistence
from fiscalxml.sending.persistence import Desistencia, Persistencia


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistence, "_FIRST", 0.001)
    monkeypatch.setattr(persistence, "_LONGEST", 0.002)


def failing(times: int, failure: FalhaDoCliente) -> Callable[[], str]:
    """Answers after so many failures."""
    left = iter(range(times))

    def ask() -> str:
        if next(left, None) is not None:
            raise failure
        return "resposta"

    return ask


def problem(kind: type[ErroDoServico], status: int) -> ErroDoServico:
    return kind(Problema(status=status, codigo=kind.codigo))


@pytest.mark.parametrize(
    "failure",
    [
        FalhaDeRede("caiu"),
        problem(Indisponivel, 503),
        problem(ErroInterno, 500),
        problem(ErroDoServico, 502),
    ],
    ids=["network", "503", "500", "gateway"],
)
def test_a_service_that_is_away_is_asked_until_it_answers(failure: FalhaDoCliente) -> None:
    told: list[FalhaDoCliente] = []
    persistencia = Persistencia(None, lambda why, _: told.append(why))
    assert persistencia.call(failing(20, failure)) == "resposta"
    assert told == [failure] * 20


def test_out_of_patience_it_says_what_the_last_failure_was() -> None:
    with pytest.raises(Desistencia, match="caiu"):
        Persistencia(0.01, lambda *_: None).call(failing(1000, FalhaDeRede("caiu")))


@pytest.mark.parametrize("busy", [FilaCheia, LimiteDeRequisicoes])
def test_a_service_that_is_busy_takes_no_patience(busy: type[ErroDoServico]) -> None:
    persistencia = Persistencia(0.005, lambda *_: None)
    assert persistencia.call(failing(20, problem(busy, 429))) == "resposta"


def test_a_quota_that_is_used_up_is_not_waited_for() -> None:
    with pytest.raises(CotaEsgotada):
        Persistencia(None, lambda *_: None).call(failing(20, problem(CotaEsgotada, 429)))


def test_what_makes_the_service_fail_each_time_is_refused_in_the_end() -> None:
    persistencia = Persistencia(None, lambda *_: None)
    with pytest.raises(ErroInterno):
        persistencia.call(failing(20, problem(ErroInterno, 500)), may_be_at_fault=True)


def test_a_refusal_is_not_asked_again() -> None:
    told: list[FalhaDoCliente] = []
    with pytest.raises(ArquivoRecusado):
        Persistencia(None, lambda why, _: told.append(why)).call(
            failing(1, problem(ArquivoRecusado, 422))
        )
    assert told == []
