"""What `webhooks listen` tells: a line for each notificação, and the receiver's answer."""

from __future__ import annotations

from datetime import datetime
from typing import IO, Final

import click

from fiscalxml.cli.forwarding import Resposta
from fiscalxml.cli.terminal import console, safe
from fiscalxml.client import FalhaDoCliente
from fiscalxml.client.shapes import NotificacaoLida

_SHOWN: Final = 200  # characters of an answer that is an error


def answer(resposta: Resposta) -> str:
    """What a receiver answered, in one line."""
    if resposta.status is None:
        return resposta.texto
    said = f"{resposta.status} em {resposta.milissegundos} ms"
    text = " ".join(resposta.texto.split())[:_SHOWN]
    return said if resposta.aceitou or not text else f"{said}: {text}"


class RelatoDeEscuta:
    """Standard output: what was delivered. Standard error: what is waited for, once."""

    def __init__(self, stdout: IO[str]) -> None:
        self._out = console(stdout)
        self._waiting: str | None = None

    def begin(self, receptor: str, servico: str, segredo: str, *, shown: bool) -> None:
        if shown:
            self._print(f"Segredo desta execução: {segredo}")
        self._print(f"De {safe(servico)} para {safe(receptor)}. Ctrl-C para parar.")

    def delivered(self, lida: NotificacaoLida, resposta: Resposta) -> None:
        self._waiting = None
        notificacao = lida.notificacao
        mark = "✔" if resposta.aceitou else "✖"
        self._print(
            f"{datetime.now():%H:%M:%S} {mark} {safe(notificacao.tipo)} {notificacao.id} → "
            f"{safe(answer(resposta))}"
        )

    def receiver_away(self, why: str) -> None:
        self._wait(f"O receptor não atende ({safe(why)}); espero por ele.")

    def service_away(self, error: FalhaDoCliente) -> None:
        self._wait(f"{safe(str(error))} Espero por ele; nada se perde.")

    def service_back(self) -> None:
        self._waiting = None

    def lost(self) -> None:
        self._wait("O serviço fechou o fluxo depois de uma hora sem leitura; abro outro.")

    def refused(self, error: FalhaDoCliente) -> None:
        click.secho(f"Erro: {safe(str(error))}", fg="red", err=True)

    def ended(self) -> None:
        self._print("Terminado.")

    def _wait(self, text: str) -> None:
        if text != self._waiting:
            self._waiting = text
            click.echo(f"{datetime.now():%H:%M:%S} {text}", err=True)

    def _print(self, text: str) -> None:
        self._out.print(text, soft_wrap=True, markup=False, highlight=False)
        self._out.file.flush()
