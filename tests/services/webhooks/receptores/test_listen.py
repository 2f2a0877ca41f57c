"""`fiscalxml webhooks listen`: what happens at the service comes to a receiver nearby, signed."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fiscalxml.webhooks import Notificacao, new_secret, verify
from ports import free_port
from services.client.command import Execucao, wait_until
from services.client.passage import Passagem
from services.client.scripted import Fala, Roteiro

from .conftest import Servico

_SECRET = "FISCALXML_WEBHOOK_SECRET"  # noqa: S105 - a name
Listen = Callable[..., Execucao]


@pytest.fixture
def listen(servico: Servico, receptor: Roteiro, tmp_path: Path) -> Iterator[Listen]:
    """Starts `listen` and waits until it has a fluxo; whatever still runs is ended."""
    started: list[Execucao] = []

    def start(
        *args: str,
        url: str = "",
        chave: str = "",
        receiver: str = "",
        ready: bool = True,
        **env: str,
    ) -> Execucao:
        address = receiver or f"{receptor.address}/hook?a=1"
        execucao = Execucao(
            ["webhooks", "listen", "--url", address, *args],
            tmp_path / f"saida-{len(started)}",
            {
                "FISCALXML_WEBHOOKS_URL": url or servico.endereco,
                "FISCALXML_TOKEN": chave or servico.chave,
                **env,
            },
            tmp_path,
        )
        started.append(execucao)
        if ready:
            wait_until(lambda: _listens(servico, execucao), execucao.told)
        return execucao

    yield start
    for each in started:
        if not each.has_ended:
            each.kill()


def _listens(servico: Servico, execucao: Execucao) -> bool:
    assert not execucao.has_ended, execucao.told()
    return servico.fluxos() == 1


@pytest.fixture(autouse=True)
def _no_fluxo(servico: Servico) -> None:
    servico.close_fluxos()


def _received(receptor: Roteiro) -> list[int]:
    return [msgspec.json.decode(each.corpo)["dados"]["arquivos"] for each in receptor.perguntas]


def _wait_for(receptor: Roteiro, execucao: Execucao, *numbers: int) -> None:
    wait_until(lambda: len(receptor.perguntas) >= len(numbers) or execucao.has_ended, execucao.told)
    assert _received(receptor) == list(numbers), execucao.told()


def test_what_happens_is_delivered_signed_by_the_secret_that_it_prints(
    servico: Servico, receptor: Roteiro, listen: Listen
) -> None:
    execucao = listen()
    (segredo,) = re.findall(r"whsec_\S+", execucao.told())
    servico.publish(1)
    _wait_for(receptor, execucao, 1)
    (asked,) = receptor.perguntas
    assert asked.caminho == "/hook?a=1"
    assert asked.cabecalhos["content-type"] == "application/json"
    notificacao: Notificacao = verify(asked.corpo, asked.cabecalhos, segredo)
    assert str(notificacao.id) == asked.cabecalhos["webhook-id"]
    told = f"✔ lote.concluido {notificacao.id} → 204 em "
    wait_until(lambda: told in execucao.told(), execucao.told)
    execucao.signal(signal.SIGINT)
    code, out, err = execucao.end()
    assert (code, err) == (0, "")
    assert out.endswith("Terminado.\n")
    assert servico.fluxos() == 0


def test_an_answer_that_is_an_error_is_shown_and_the_next_is_delivered(
    servico: Servico, receptor: Roteiro, listen: Listen
) -> None:
    receptor.falas = [
        Fala(500, "não\x1b[31m\nsei".encode()),
        Fala(302, b"", {"Location": "http://127.0.0.1:9/"}),
        Fala(204, b""),
    ]
    execucao = listen()
    servico.publish(1, 2, 3)
    _wait_for(receptor, execucao, 1, 2, 3)
    wait_until(lambda: "✔" in execucao.told(), execucao.told)
    told = execucao.told()
    assert re.search(r"✖ .* → 500 em \d+ ms: não.*sei\n", told)
    assert re.search(r"✖ .* → 302 em \d+ ms\n", told)
    assert "\x1b" not in told


def test_only_the_types_that_it_was_asked_for(
    servico: Servico, receptor: Roteiro, listen: Listen
) -> None:
    execucao = listen("--tipos", "lote.falhou, lote.concluido")
    servico.publish(1)
    _wait_for(receptor, execucao, 1)
    execucao.signal(signal.SIGTERM)
    assert execucao.end().code == 0
    other = listen("--tipos", "lote.falhou")
    servico.publish(2)
    other.signal(signal.SIGINT)
    assert other.end().code == 0
    assert _received(receptor) == [1]


def test_a_service_that_goes_and_comes_back_loses_nothing(
    servico: Servico, receptor: Roteiro, passagem: Passagem, listen: Listen
) -> None:
    execucao = listen(url=passagem.address)
    servico.publish(1)
    _wait_for(receptor, execucao, 1)
    passagem.close()
    passagem.cut()
    servico.publish(2)
    wait_until(lambda: "Espero por ele" in execucao.told(), execucao.told)
    servico.publish(3)
    passagem.open()
    wait_until(lambda: {2, 3} <= set(_received(receptor)), execucao.told)
    assert set(_received(receptor)) == {1, 2, 3}


def test_a_receiver_that_is_not_there_yet_is_waited_for(servico: Servico, listen: Listen) -> None:
    port = free_port()
    execucao = listen(receiver=f"http://127.0.0.1:{port}/")
    servico.publish(1)
    wait_until(lambda: "nada escuta nessa porta" in execucao.told(), execucao.told)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", port), Handler) as server:
        server.handle_request()
    wait_until(lambda: "✔" in execucao.told(), execucao.told)
    assert execucao.told().count("nada escuta") == 1


def test_a_fluxo_that_was_closed_is_told_and_opened_again(
    servico: Servico, receptor: Roteiro, listen: Listen
) -> None:
    execucao = listen()
    servico.close_fluxos()
    servico.publish(1)  # wakes nothing: what it read from is closed
    wait_until(lambda: "abro outro" in execucao.told(), execucao.told)
    wait_until(lambda: servico.fluxos() == 1, execucao.told)
    servico.publish(2)
    _wait_for(receptor, execucao, 2)


def test_a_secret_of_one_s_own_is_not_printed(
    servico: Servico, receptor: Roteiro, listen: Listen, tmp_path: Path
) -> None:
    segredo = new_secret()
    (tmp_path / "segredo").write_text(segredo + "\n")
    execucao = listen("--segredo", "segredo")
    servico.publish(1)
    _wait_for(receptor, execucao, 1)
    (asked,) = receptor.perguntas
    verify(asked.corpo, asked.cabecalhos, segredo)
    assert "whsec_" not in execucao.told()


def test_a_credential_that_is_refused_is_2(listen: Listen) -> None:
    code, _, err = listen(chave="fx_dev_ler", ready=False).end()
    assert code == 2
    assert err.startswith("Erro: ")
    assert "Traceback" not in err


def test_a_type_that_is_none_is_2(listen: Listen) -> None:
    code, _, err = listen("--tipos", "nada", ready=False).end()
    assert code == 2
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("receiver", "told"),
    [
        ("127.0.0.1:3000", "deve ser como"),
        ("ftp://127.0.0.1/", "deve ser como"),
        ("http://", "deve ser como"),
        ("http://127.0.0.1:porta/", "deve ser como"),
        ("http://127.0.0.1/a b", "deve ser como"),
        ("http://eu:senha@127.0.0.1/", "nem senha"),
    ],
)
def test_a_receiver_s_address_that_is_none_is_2(listen: Listen, receiver: str, told: str) -> None:
    code, _, err = listen(receiver=receiver, ready=False).end()
    assert code == 2
    assert told in err


def test_a_secret_that_is_none_is_2_and_is_not_shown(listen: Listen) -> None:
    code, _, err = listen(ready=False, **{_SECRET: "whsec_c2VncmVkbw=="}).end()
    assert code == 2
    assert "não é um segredo" in err
    assert "c2VncmVkbw" not in err
