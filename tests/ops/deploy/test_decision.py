"""Whether green may have more."""

from __future__ import annotations

import pytest

from fiscalxml_ops.deploy.decision import (
    Contagem,
    Limites,
    Medida,
    Trabalho,
    Veredito,
    decide,
    fault_of_work,
    settle,
)

_LIMITES = Limites()
_AZUL = Medida(10_000, 2, 0.040)


@pytest.mark.parametrize(
    ("verde", "expected"),
    [
        (Medida(1000, 0, 0.050), Veredito.SEGUIR),
        (Medida(49, 0, 0.050), Veredito.ESPERAR),
        (Medida(0, 0, None), Veredito.ESPERAR),
        (Medida(10, 2, 0.050), Veredito.ESPERAR),  # two errors are chance
        (Medida(10, 3, 0.050), Veredito.VOLTAR),
        (Medida(3, 3, None), Veredito.VOLTAR),  # nothing was answered at all
        (Medida(1000, 14, 0.050), Veredito.SEGUIR),  # 1.4 %: below what pages somebody
        (Medida(1000, 15, 0.050), Veredito.VOLTAR),
        (Medida(1000, 0, 0.101), Veredito.VOLTAR),
        (Medida(49, 0, 9.0), Veredito.ESPERAR),  # slow, and too few to say so
    ],
)
def test_errors_and_times_speak_against_it_as_soon_as_there_are_enough(
    verde: Medida, expected: Veredito
) -> None:
    assert decide(verde, _AZUL, _LIMITES).veredito is expected


def test_a_machine_that_is_slow_for_both_is_no_reason_to_go_back() -> None:
    slow = Medida(1000, 0, 0.300)
    assert decide(slow, Medida(1000, 0, 0.200), _LIMITES).veredito is Veredito.SEGUIR
    assert decide(slow, Medida(1000, 0, 0.140), _LIMITES).veredito is Veredito.VOLTAR


def test_without_users_of_the_old_version_the_objective_alone_counts() -> None:
    assert decide(Medida(1000, 0, 0.101), Medida(), _LIMITES).veredito is Veredito.VOLTAR


def test_the_reason_is_told_with_both_rates() -> None:
    motivo = decide(Medida(200, 50, 0.05), Medida(1000, 1, 0.05), _LIMITES).motivo
    assert motivo == (
        "50 erros em 200 requisições (25,00 %); o limite é 1,44 %, e a versão anterior teve 0,10 %"
    )


@pytest.mark.parametrize(
    ("balanceador", "medidas", "expected"),
    [
        (0, 0, Veredito.SEGUIR),  # a night
        (12, 12, Veredito.SEGUIR),
        (3, 0, Veredito.SEGUIR),  # they may be on their way
        (4, 0, Veredito.VOLTAR),
        (5000, 0, Veredito.VOLTAR),
        (400, 370, Veredito.SEGUIR),  # datagrams may be lost
        (400, 350, Veredito.VOLTAR),
        (2, 40, Veredito.VOLTAR),  # the balancer began again, and gives green nothing
    ],
)
def test_too_little_is_enough_where_the_balancer_says_that_little_came(
    balanceador: int, medidas: int, expected: Veredito
) -> None:
    assert settle(Contagem(balanceador, medidas), _LIMITES).veredito is expected


@pytest.mark.parametrize(
    ("verde", "azul", "well"),
    [
        (Trabalho(100, 10), Trabalho(), True),  # as much as TrabalhosFalhando lets pass
        (Trabalho(100, 11), Trabalho(), False),
        (Trabalho(2, 2), Trabalho(), True),  # two are chance
        (Trabalho(3, 3), Trabalho(), False),
        (Trabalho(100, 30), Trabalho(100, 20), True),  # the database is away for both
        (Trabalho(100, 50), Trabalho(100, 20), False),
        (Trabalho(), Trabalho(100, 90), True),
        (Trabalho(100, 0, ("relay",)), Trabalho(), False),
    ],
)
def test_jobs_that_fail_and_roles_that_die_speak_against_it(
    verde: Trabalho, azul: Trabalho, *, well: bool
) -> None:
    assert (fault_of_work(verde, azul, _LIMITES) is None) is well


def test_work_is_counted_from_a_moment_on_and_counts_that_began_anew_are_whole() -> None:
    assert Trabalho(120, 7, ("relay",)).since(Trabalho(100, 5)) == Trabalho(20, 2, ("relay",))
    assert Trabalho(20, 2).since(Trabalho(100, 1)) == Trabalho(20, 2)
