"""A sliding window: never more than the limit in any minute that it can tell apart."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fiscalxml_server.kit.limits.policies import WINDOW, Classe, class_of, defaults
from fiscalxml_server.kit.limits.window import Janela
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.kit.settings import Settings


def _admits(janela: Janela, seconds: float, processes: int = 0) -> bool:
    numero, gone = divmod(seconds / WINDOW, 1)
    janela.turn(int(numero))
    if janela.left(gone, processes) < 1:
        return False
    janela.take()
    return True


@given(
    limit=st.integers(1, 50),
    steps=st.lists(st.floats(0, 20), min_size=1, max_size=300),
    processes=st.sampled_from([0, 1, 3]),
)
def test_a_window_of_the_clock_never_has_more_than_the_limit(
    limit: int, steps: list[float], processes: int
) -> None:
    janela = Janela("ler", "ler", limit)
    now, admitted = 1_000_000.0, Counter[float]()
    for step in steps:
        now += step
        if _admits(janela, now, processes):
            admitted[now // WINDOW] += 1
    assert max(admitted.values()) <= (max(1, limit // processes) if processes else limit)


@given(
    limit=st.integers(1, 30),
    before=st.integers(0, 30),
    processes=st.sampled_from([0, 3]),
    gone=st.floats(0, 0.999),
)
def test_who_waits_as_told_is_let_in_and_not_much_earlier(
    limit: int, before: int, processes: int, gone: float
) -> None:
    janela = Janela("ler", "ler", limit)
    for _ in range(before):
        _admits(janela, 60.0, processes)
    now = 120 + gone * 60
    while _admits(janela, now, processes):
        pass
    numero, part = divmod(now / WINDOW, 1)
    assert int(numero) == 2
    wait = janela.wait(part, processes)
    assert 1 <= wait <= 2 * WINDOW
    if wait > 2:
        assert not _admits(janela, now + wait - 2, processes)
    assert _admits(janela, now + wait, processes)


def test_a_burst_at_the_end_of_a_minute_counts_in_the_next_one() -> None:
    janela = Janela("ler", "ler", 10)
    assert sum(_admits(janela, 119.0) for _ in range(20)) == 10
    assert not _admits(janela, 121.0)
    assert sum(_admits(janela, 150.0) for _ in range(20)) == 5  # half of the minute before is over
    assert sum(_admits(janela, 600.0) for _ in range(20)) == 10


@pytest.mark.parametrize("escopo", Escopo)
def test_every_scope_is_of_a_class_that_has_a_limit(escopo: Escopo) -> None:
    assert defaults(Settings())[class_of(escopo)] > 0


def test_programs_and_people_who_manage_do_not_share_a_limit() -> None:
    assert class_of(Escopo.RESUMIR) is Classe.VALIDAR
    assert class_of(Escopo.WEBHOOKS_LER) is Classe.LER
    assert class_of(Escopo.WEBHOOKS_ESCREVER) is Classe.GERIR
    assert class_of(Escopo.MEMBROS_ESCREVER) is Classe.GERIR
