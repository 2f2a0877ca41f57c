"""What is asked again, how often and when; and what every failure is to who called."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from pathlib import Path

import pytest

from fiscalxml.client import (
    Cliente,
    ConfiguracaoInvalida,
    ErroDoServico,
    FalhaDeRede,
    FalhaDoCliente,
    Politica,
    RespostaInesperada,
)
from fiscalxml.client.problems import (
    ArquivoRecusado,
    FilaCheia,
    Indisponivel,
    NaoAutenticado,
    ParametrosInvalidos,
)
from fiscalxml.client.retries import retry_after
from fiscalxml.client.steps import Resposta
from services.servico import Servico

from .scripted import Fala, Roteiro, problem, scripted

_OK = Fala(200, b'{"situacao": "ok"}')
_LOTE = Fala(
    202,
    json.dumps(
        {
            "id": "0192f0c1-0000-7000-8000-000000000001",
            "nome": "lote",
            "situacao": "recebido",
            "arquivos": 0,
            "total": None,
            "contagens": {},
            "bytes": 1,
            "criado_em": "2026-11-28T10:00:00Z",
            "concluido_em": None,
            "versao": 1,
            "novidade": "de uma versão mais nova",
        }
    ).encode(),
)


@pytest.fixture
def roteiro() -> Iterator[Roteiro]:
    with scripted() as roteiro:
        yield roteiro


@pytest.fixture
def cliente(roteiro: Roteiro) -> Iterator[Cliente]:
    with Cliente(roteiro.address, "fx", politica=Politica(tentativas=3, pausa=0.01)) as cliente:
        yield cliente


@pytest.fixture
def verdadeiro(servico: Servico, endereco: str) -> Iterator[Cliente]:
    """A client of the service itself."""
    with Cliente(endereco, servico.chave) as cliente:
        yield cliente


@pytest.mark.parametrize(
    "failure",
    [
        problem(503, "indisponivel"),
        problem(500, "erro_interno"),
        Fala(502, b"<html>Bad Gateway</html>"),
        Fala(200, b'{"situa', fim=False),
    ],
    ids=["indisponivel", "erro_interno", "gateway", "broken off"],
)
def test_a_reading_that_fails_is_asked_again(
    cliente: Cliente, roteiro: Roteiro, failure: Fala
) -> None:
    roteiro.falas = [failure, failure, _OK]
    assert cliente.saude() == "ok"
    assert len(roteiro.perguntas) == 3


def test_a_sending_is_repeated_with_the_same_key_and_the_same_bytes(
    cliente: Cliente, roteiro: Roteiro, tmp_path: Path
) -> None:
    (tmp_path / "a.xml").write_bytes(b"<a/>")
    roteiro.falas = [problem(503, "indisponivel"), Fala(202, b"{", fim=False), _LOTE]
    cliente.enviar(tmp_path)
    keys = {each.cabecalhos["idempotency-key"] for each in roteiro.perguntas}
    bodies = {each.corpo for each in roteiro.perguntas}
    assert (len(roteiro.perguntas), len(keys), len(bodies)) == (3, 1, 1)


def test_two_calls_never_share_a_key(cliente: Cliente, roteiro: Roteiro) -> None:
    roteiro.falas = [_LOTE]
    cliente.enviar_documentos({"a.xml": b"<a/>"})
    cliente.enviar_documentos({"a.xml": b"<a/>"})
    one, other = (each.cabecalhos["idempotency-key"] for each in roteiro.perguntas)
    assert one != other


def test_a_stream_that_cannot_seek_is_sent_once(cliente: Cliente, roteiro: Roteiro) -> None:
    roteiro.falas = [problem(503, "indisponivel"), _LOTE]
    with pytest.raises(Indisponivel):
        cliente.enviar_fluxo(_Pipe(b"PK"))
    assert len(roteiro.perguntas) == 1


def test_a_stream_that_can_seek_is_begun_again_where_it_stood(
    cliente: Cliente, roteiro: Roteiro
) -> None:
    roteiro.falas = [problem(503, "indisponivel"), _LOTE]
    stream = BytesIO(b"xxPK")
    stream.seek(2)
    cliente.enviar_fluxo(stream)
    assert [each.corpo for each in roteiro.perguntas] == [b"PK", b"PK"]
    assert roteiro.perguntas[0].cabecalhos["content-length"] == "2"


def test_a_refusal_is_not_asked_again(cliente: Cliente, roteiro: Roteiro) -> None:
    roteiro.falas = [problem(422, "arquivo_recusado"), _OK]
    with pytest.raises(ArquivoRecusado) as refusal:
        cliente.enviar_documentos({"a.xml": b"<a/>"})
    assert (refusal.value.status, refusal.value.titulo) == (422, "Título")
    assert str(refusal.value) == "Título: Detalhe."
    assert len(roteiro.perguntas) == 1


def test_it_gives_up_with_the_last_failure(cliente: Cliente, roteiro: Roteiro) -> None:
    roteiro.falas = [problem(429, "fila_cheia", Retry_After="0")]
    with pytest.raises(FilaCheia):
        cliente.saude()
    assert len(roteiro.perguntas) == 3


def test_a_retry_after_that_is_too_long_is_for_the_caller(roteiro: Roteiro) -> None:
    roteiro.falas = [problem(503, "indisponivel", Retry_After="3600")]
    with (
        Cliente(roteiro.address, politica=Politica(espera=10)) as cliente,
        pytest.raises(Indisponivel) as failure,
    ):
        cliente.saude()
    assert failure.value.espera == 3600
    assert len(roteiro.perguntas) == 1


def test_pauses_grow_to_their_limit_and_never_undercut_retry_after() -> None:
    politica = Politica(tentativas=9, pausa=1, teto=8)
    longest = [1, 2, 4, 8, 8, 8, 8, 8]
    for tried, most in enumerate(longest, 1):
        pause = politica.pause(tried, None)
        assert pause is not None
        assert most / 2 <= pause <= most
    assert politica.pause(1, 7.0) == 7.0
    assert politica.pause(9, None) is None


def test_retry_after_may_be_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=100)
    seconds = retry_after(Resposta(503, {"retry-after": format_datetime(moment, usegmt=True)}))
    assert seconds is not None
    assert 90 < seconds <= 100
    assert retry_after(Resposta(503, {"retry-after": "logo"})) is None


def test_an_address_where_nobody_is_is_a_failure_of_the_network() -> None:
    politica = Politica(tentativas=2, pausa=0.01)
    with (
        Cliente("http://127.0.0.1:1", politica=politica) as cliente,
        pytest.raises(
            FalhaDeRede, match=r"O serviço em http://127.0.0.1:1 não responde\."
        ) as failure,
    ):
        cliente.saude()
    assert failure.value.antes_do_envio


def test_an_answer_of_somebody_else_is_told_as_such(cliente: Cliente, roteiro: Roteiro) -> None:
    roteiro.falas = [Fala(200, b"<html>", {"Content-Type": "text/html"})]
    with pytest.raises(RespostaInesperada, match="Confira o endereço"):
        cliente.validar(b"<a/>")


def test_a_refusal_that_a_gateway_wrote_is_an_error_of_the_service(
    cliente: Cliente, roteiro: Roteiro
) -> None:
    roteiro.falas = [Fala(403, b"<html>Forbidden</html>")]
    with pytest.raises(ErroDoServico, match="Acesso negado: HTTP 403") as refusal:
        cliente.saude()
    assert refusal.value.problema.codigo == ""


def test_the_service_s_members_come_with_the_error(verdadeiro: Cliente) -> None:
    with pytest.raises(ParametrosInvalidos) as refusal:
        list(verdadeiro.lotes(por_pagina=0))
    assert [campo.campo for campo in refusal.value.problema.campos] == ["limite"]
    again = pickle.loads(pickle.dumps(refusal.value))  # noqa: S301 - our own
    assert again.problema == refusal.value.problema


def test_a_document_that_cannot_be_read_says_how_to_mend_it(verdadeiro: Cliente) -> None:
    with pytest.raises(FalhaDoCliente) as refusal:
        verdadeiro.guardar(b"<!DOCTYPE a><a/>")
    assert isinstance(refusal.value, ErroDoServico)
    assert refusal.value.correcao


def test_url_and_token_come_from_the_environment(
    roteiro: Roteiro, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FISCALXML_URL", roteiro.address)
    monkeypatch.setenv("FISCALXML_TOKEN", " fx_dev_1\n")
    roteiro.falas = [_OK]
    with Cliente() as cliente:
        cliente.saude()
    assert roteiro.perguntas[0].cabecalhos["authorization"] == "Bearer fx_dev_1"
    assert roteiro.perguntas[0].cabecalhos["user-agent"].startswith("fiscalxml/")


def test_without_an_address_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FISCALXML_URL", raising=False)
    with pytest.raises(ConfiguracaoInvalida, match="FISCALXML_URL"):
        Cliente()


@pytest.mark.parametrize("url", ["ftp://x", "127.0.0.1:8000", "http://[::1"])
def test_an_address_that_is_none_is_told_as_such(url: str) -> None:
    with pytest.raises(ConfiguracaoInvalida), Cliente(url) as cliente:
        cliente.saude()


def test_a_credential_that_can_be_none_is_refused_at_once() -> None:
    with pytest.raises(ConfiguracaoInvalida, match="credencial"):
        Cliente("http://127.0.0.1:1", "chave com espaço")


def test_without_a_credential_the_service_says_so(endereco: str) -> None:
    with Cliente(endereco, "") as cliente, pytest.raises(NaoAutenticado):
        list(cliente.lotes())


class _Pipe(BytesIO):
    def seekable(self) -> bool:
        return False
