"""The list of attacks: each is refused, by the edge or where it says so by the service."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from .ataques import Ataque, listed
from .conversa import Resposta, exchange
from .frente import Frente


def faults(frente: Frente) -> list[str]:
    """The attacks that were not refused, or not by who is said to refuse them."""
    ataques = listed(frente.servico.chave)
    with ThreadPoolExecutor(4) as pool:
        sent = partial(exchange, frente.borda)
        answers = list(pool.map(sent, (each.bytes_ for each in ataques)))
    return [
        f"{ataque.titulo}: {fault} ({answer.status}) {answer.corpo[:120]!r}"
        for ataque, answer in zip(ataques, answers, strict=True)
        if (fault := _fault(ataque, answer))
    ]


def test_every_attack_is_refused_by_who_is_said_to_refuse_it(frente: Frente) -> None:
    wrong = faults(frente)
    assert not wrong, "\n".join([str(len(wrong)), *wrong])


def _fault(ataque: Ataque, answer: Resposta) -> str:
    if not 400 <= answer.status < 500:
        return "not refused"
    if not answer.problema:
        return "no problem document"
    by = "borda" if answer.da_borda else "servico"
    return "" if by == ataque.recusa else f"refused by {by}"


def test_the_list_is_long_and_says_where_each_attack_is_from() -> None:
    ataques = listed("")
    places = Counter(each.lugar for each in ataques)
    assert len(ataques) >= 200
    assert min(places.values()) >= 15, places
    assert all(each.fonte and each.recusa in ("borda", "servico") for each in ataques)
    assert len({each.titulo for each in ataques}) == len(ataques)
