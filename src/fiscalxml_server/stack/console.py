"""What `fiscalxml up` tells people: short lines in Portuguese, on a terminal or not."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress

from fiscalxml.cli.terminal import console, safe
from fiscalxml.pages.words import plural
from fiscalxml_server.stack.folder import Pasta
from fiscalxml_server.stack.logs import Registro
from fiscalxml_server.stack.roles import Contexto
from fiscalxml_server.stack.sample import Amostra


class Consola:
    """Standard output, line by line."""

    def __init__(self) -> None:
        self._out = console(sys.stdout)

    def begin(self, pasta: Pasta) -> None:
        self._line(f"fiscalxml: dados em {pasta.path}", "bold")

    def done(self, text: str) -> None:
        """A step is behind us."""
        self._line(f"✔ {text}", "green")

    def note(self, text: str) -> None:
        self._line(f"  {text}", "dim")

    def refused(self, text: str) -> None:
        self._line(f"✖ {text}", "red")

    def ready(self, base: str, contexto: Contexto, seconds: float) -> None:
        pasta = contexto.pasta
        self.done(f"Pronto em {base} ({_seconds(seconds)})")
        self._line()
        self._line(f"  Documentação  {base}/docs")
        self._line(f"  Contas        {contexto.base_auth}/docs")
        self._line(f"  Webhooks      {contexto.base_webhooks}/docs")
        self._line(f"  Chave         {pasta.dev_key()}")
        self._line(f"                (de desenvolvimento; guardada em {pasta.chave_dev})")
        self._line(f"  Registros     {pasta.logs}")

    def sample(self, contagens: Mapping[str, int]) -> None:
        outcomes = {"aceito": ("aceito", "aceitos"), "invalido": ("inválido", "inválidos")}
        found = ", ".join(
            plural(quantos, *outcomes.get(nome, (nome, nome)))
            for nome, quantos in contagens.items()
            if quantos
        )
        self.done(f"Lote de amostra concluído: {found}")

    def try_this(self, base: str, contexto: Contexto, amostra: Amostra | None) -> None:
        """Commands that work as they stand."""
        self._line()
        self._line("Experimente:", "bold")
        for command in _commands(base, contexto.pasta, amostra):
            self._line(f"  {command}")
        self._line()
        self._line("Receba num programa seu, na porta 3000, o que for acontecendo:", "bold")
        self._line(f"  {_listening(contexto)}")
        self._line()
        self._line("Ctrl-C para tudo; os dados ficam na pasta.")

    def stopping(self) -> None:
        self._line("Parando… (Ctrl-C de novo força)")

    def stopped(self) -> None:
        self.done("Tudo parado; os dados ficaram na pasta.")

    def died(self, nome: str, code: int, pause: float) -> None:
        ended = f"sinal {_signal(-code)}" if code < 0 else f"código {code}"
        self._line(f"! {nome} terminou ({ended}); reinicia em {_seconds(pause)}", "yellow")

    def back(self, nome: str) -> None:
        self.done(f"{nome} de volta")

    def keeps_dying(self, nome: str, deaths: int, registro: Registro) -> None:
        self.refused(f"{nome} terminou {deaths} vezes seguidas.")
        self.log(registro)

    def log(self, registro: Registro) -> None:
        """Its last lines."""
        self._line(f"  Últimas linhas de {registro.path}:")
        for line in registro.last_lines():
            self._line(f"  | {safe(line)}", "dim")

    def _line(self, text: str = "", style: str | None = None) -> None:
        with suppress(OSError):  # the terminal is gone; the roles still are to be stopped
            # Without wrapping: a command that was folded cannot be copied.
            self._out.print(text, style=style, soft_wrap=True)


def _commands(base: str, pasta: Pasta, amostra: Amostra | None) -> list[str]:
    curl = f'curl -s -H "Authorization: Bearer $(cat {shlex.quote(str(pasta.chave_dev))})"'
    if amostra is None:
        return [
            f"curl -s {base}/pronto",
            f"{curl} {base}/v1/regras/629",
            f"{curl} {base}/v1/regras/209",
        ]
    nota = shlex.quote(f"@{pasta.amostra / 'nota.xml'}")
    return [
        f"{curl} -H 'Content-Type: application/xml' --data-binary {nota} {base}/v1/validacoes",
        f"{curl} {base}/v1/documentos/{amostra.chave}/resumo",
        f"{curl} {base}/v1/lotes/{amostra.lote}",
    ]


def _listening(contexto: Contexto) -> str:
    chave = shlex.quote(str(contexto.pasta.chave_dev))
    servico = f"--servico {contexto.base_webhooks} --chave {chave}"
    return f"fiscalxml webhooks listen --url http://127.0.0.1:3000/ {servico}"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _seconds(value: float) -> str:
    return f"{value:.1f} s".replace(".", ",")
