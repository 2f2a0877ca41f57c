"""Files from the service: whole under their name, or not there at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from fiscalxml.client import Cliente, FalhaDeRede, Politica, RespostaInesperada
from fiscalxml.client.problems import ExportacaoSemArquivo, SincroniaPerdida
from services.lotes.sending import note
from services.servico import Servico

from .scripted import Fala, Roteiro, problem, scripted

_ID = UUID("0192f0c1-0000-7000-8000-000000000001")
_DATA = b"chave;valor\r\n" * 1000
_TAG = {"ETag": '"um"'}


@pytest.fixture
def roteiro() -> Iterator[Roteiro]:
    with scripted() as roteiro:
        yield roteiro


@pytest.fixture
def cliente(roteiro: Roteiro) -> Iterator[Cliente]:
    with Cliente(roteiro.address, politica=Politica(tentativas=2, pausa=0.01)) as cliente:
        yield cliente


def test_a_download_that_breaks_is_taken_up_where_it_broke(
    cliente: Cliente, roteiro: Roteiro, tmp_path: Path
) -> None:
    rest = {**_TAG, "Content-Range": f"bytes 5000-12999/{len(_DATA)}"}
    roteiro.falas = [
        _export(sha256=hashlib.sha256(_DATA).hexdigest()),
        Fala(200, _DATA[:5000], _TAG, fim=False),
        Fala(206, _DATA[5000:], rest),
    ]
    cliente.baixar_exportacao(_ID, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == _DATA
    assert roteiro.perguntas[-1].cabecalhos["range"] == "bytes=5000-"
    assert roteiro.perguntas[-1].cabecalhos["if-range"] == '"um"'


def test_a_file_that_is_another_by_then_is_taken_from_its_beginning(
    cliente: Cliente, roteiro: Roteiro, tmp_path: Path
) -> None:
    roteiro.falas = [
        _export(sha256=hashlib.sha256(_DATA).hexdigest()),
        Fala(200, b"outro" * 100, _TAG, fim=False),
        Fala(200, _DATA, {"ETag": '"dois"'}),
    ]
    cliente.baixar_exportacao(_ID, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == _DATA


def test_bytes_that_are_not_those_of_the_export_leave_no_file(
    cliente: Cliente, roteiro: Roteiro, tmp_path: Path
) -> None:
    roteiro.falas = [_export(sha256="0" * 64), Fala(200, _DATA, _TAG)]
    with pytest.raises(RespostaInesperada, match="diferente"):
        cliente.baixar_exportacao(_ID, tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_brings_nothing_again_and_again_leaves_no_file(
    cliente: Cliente, roteiro: Roteiro, tmp_path: Path
) -> None:
    roteiro.falas = [_export(), Fala(200, b"", _TAG, fim=False)]
    with pytest.raises(FalhaDeRede):
        cliente.baixar_exportacao(_ID, tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_direct_export_that_breaks_leaves_the_file_that_was_there(
    cliente: Cliente, roteiro: Roteiro, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(b"de ontem")
    roteiro.falas = [Fala(200, _DATA[:5000], fim=False)]
    with pytest.raises(FalhaDeRede):
        cliente.exportar(tmp_path / "a.csv", "csv", veredito=["invalido", "nao_avaliado"])
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"de ontem"]
    assert "veredito=invalido%2Cnao_avaliado" in roteiro.perguntas[0].caminho


def test_an_export_that_is_too_large_to_come_at_once_is_waited_for(
    cliente: Cliente, roteiro: Roteiro, tmp_path: Path
) -> None:
    accepted = _export("recebida")
    roteiro.falas = [
        Fala(202, accepted.corpo),
        _export("processando"),
        _export(sha256=hashlib.sha256(_DATA).hexdigest()),
        Fala(200, _DATA, _TAG),
    ]
    ready = cliente.exportar(tmp_path / "a.csv", "csv", tabela="itens", lote=_ID)
    assert ready is not None
    assert (ready.id, ready.situacao) == (_ID, "pronta")
    assert (tmp_path / "a.csv").read_bytes() == _DATA
    assert roteiro.perguntas[0].caminho.startswith(f"/v1/lotes/{_ID}/exportacao?formato=csv")


def test_an_export_that_failed_says_why(cliente: Cliente, roteiro: Roteiro, tmp_path: Path) -> None:
    roteiro.falas = [_export("falhou", motivo="O arquivo passou do tamanho.")]
    with pytest.raises(ExportacaoSemArquivo, match=r"O arquivo passou do tamanho\."):
        cliente.baixar_exportacao(_ID, tmp_path / "a.csv")


def test_an_address_of_another_place_never_gets_the_credential(
    roteiro: Roteiro, tmp_path: Path
) -> None:
    """An archive goes to the object store by an address that is signed already."""
    (tmp_path / "a.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    envio = {
        "id": str(_ID),
        "metodo": "PUT",
        "url": f"{roteiro.address}/bucket/objeto?X-Amz-Signature=1",
        "expira_em": "2026-11-28T10:00:00Z",
    }
    roteiro.falas = [
        Fala(201, json.dumps(envio).encode()),
        Fala(200, b""),
        problem(422, "envio_ausente"),
    ]
    with (
        Cliente(roteiro.address, "fx_secreta") as cliente,
        pytest.raises(Exception, match="Título"),
    ):
        cliente.enviar_direto(tmp_path / "a.zip")
    prepare, put, adopt = roteiro.perguntas
    assert (put.metodo, put.caminho) == ("PUT", "/bucket/objeto?X-Amz-Signature=1")
    assert put.corpo == (tmp_path / "a.zip").read_bytes()
    assert "authorization" not in put.cabecalhos
    assert prepare.cabecalhos["authorization"] == adopt.cabecalhos["authorization"]


def test_changes_go_on_where_the_last_time_ended(servico: Servico, endereco: str) -> None:
    with Cliente(endereco, servico.chave) as cliente:
        cliente.guardar(note(11_000))
        first = list(cliente.mudancas(por_pagina=1))
        cliente.guardar(note(11_001))
        later = list(cliente.mudancas(desde=first[-1].versao))
        assert [d.numero for page in later for d in page.itens] == [11_001]
        with pytest.raises(SincroniaPerdida):
            list(cliente.mudancas(desde=2**52))


def _export(situacao: str = "pronta", **members: str) -> Fala:
    body = {
        "id": str(_ID),
        "formato": "csv",
        "situacao": situacao,
        "documentos": 1,
        "linhas": 1,
        "contagens": {},
        "bytes": len(_DATA),
        "criado_em": "2026-11-28T10:00:00Z",
        **members,
    }
    return Fala(200, json.dumps(body).encode())
