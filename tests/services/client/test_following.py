"""A lote followed while it is processed, whatever becomes of the connection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import pytest

from fiscalxml.client import Cliente, EsperaEsgotada, Lote, Politica
from services.lotes.sending import note
from services.servico import Servico

from .passage import Passagem
from .scripted import Fala, Roteiro, scripted

_ID = UUID("0192f0c1-0000-7000-8000-000000000001")
_QUICK = Politica(tentativas=8, pausa=0.01, teto=0.1)


@pytest.fixture
def cliente(servico: Servico, passagem: Passagem) -> Iterator[Cliente]:
    with Cliente(passagem.address, servico.chave, politica=_QUICK) as cliente:
        yield cliente


@pytest.fixture
def roteiro() -> Iterator[Roteiro]:
    with scripted() as roteiro:
        yield roteiro


def test_each_change_is_handed_over_once_until_the_end(servico: Servico, cliente: Cliente) -> None:
    lote = cliente.enviar_documentos({"a.xml": note(7000)})
    changes = cliente.acompanhar(lote.id)
    seen = [next(changes)]
    servico.work()
    seen += changes
    assert [seen[0].situacao, seen[-1].situacao] == ["recebido", "concluido"]
    versions = [each.versao for each in seen]
    assert versions == sorted(set(versions))


def test_a_connection_that_breaks_is_taken_up_where_it_was(
    servico: Servico, cliente: Cliente, passagem: Passagem
) -> None:
    lote = cliente.enviar_documentos({"a.xml": note(7001)})
    changes = cliente.acompanhar(lote.id)
    first = next(changes)
    servico.work()
    passagem.cut()
    rest = list(changes)
    assert rest[-1] == cliente.lote(lote.id)
    assert all(each.versao > first.versao for each in rest)


def test_what_was_seen_before_is_not_told_again(servico: Servico, cliente: Cliente) -> None:
    lote = cliente.enviar_documentos({"a.xml": note(7002)})
    servico.work()
    ended = cliente.esperar(lote.id)
    assert list(cliente.acompanhar(lote.id, visto=ended.versao)) == []


def test_who_stops_listening_ends_the_connection(cliente: Cliente, servico: Servico) -> None:
    lote = cliente.enviar_documentos({"a.xml": note(7003)})
    for _ in cliente.acompanhar(lote.id):
        break
    assert cliente.lote(lote.id).situacao == "recebido"
    servico.work()


def test_where_events_do_not_come_through_the_lote_is_asked_for(roteiro: Roteiro) -> None:
    empty = Fala(200, b"", {"Content-Type": "text/event-stream"})
    roteiro.falas = [empty, empty, _lote(1, "abrindo"), _lote(1, "abrindo"), _lote(2, "concluido")]
    with Cliente(roteiro.address, politica=_QUICK) as cliente:
        seen = [each.versao for each in cliente.acompanhar(_ID)]
    assert seen == [1, 2]
    paths = [each.caminho.rpartition("/")[2] for each in roteiro.perguntas]
    assert paths == ["progresso", "progresso", str(_ID), str(_ID), str(_ID)]


def test_an_answer_that_is_no_stream_is_not_asked_for_twice(roteiro: Roteiro) -> None:
    roteiro.falas = [_lote(1, "recebido"), _lote(1, "concluido")]
    with Cliente(roteiro.address, politica=_QUICK) as cliente:
        assert [each.situacao for each in cliente.acompanhar(_ID)] == ["concluido"]


def test_waiting_gives_the_lote_as_it_ended_and_tells_of_changes(
    servico: Servico, cliente: Cliente
) -> None:
    lote = cliente.enviar_documentos({"a.xml": note(7004), "b.pdf": b"%PDF-1.7"})
    servico.work()
    told: list[Lote] = []
    ended = cliente.esperar(lote.id, prazo=30, ao_mudar=told.append)
    assert (ended.situacao, ended.contagens.aceito, ended.contagens.ignorado) == ("concluido", 1, 1)
    assert told == [ended]


def test_waiting_ends_when_its_time_is_over(servico: Servico, cliente: Cliente) -> None:
    lote = cliente.enviar_documentos({"a.xml": note(7005)})
    with pytest.raises(EsperaEsgotada, match="continua no serviço"):
        cliente.esperar(lote.id, prazo=0.1)
    servico.work()


def _lote(versao: int, situacao: str) -> Fala:
    lote = {
        "id": str(_ID),
        "nome": "lote",
        "situacao": situacao,
        "arquivos": 1,
        "contagens": {},
        "bytes": 1,
        "criado_em": "2026-11-28T10:00:00Z",
        "versao": versao,
    }
    return Fala(200, json.dumps(lote).encode(), {"Content-Type": "application/json"})
